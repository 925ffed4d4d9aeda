import Foundation
import OfficerCore
import SwiftUI
import UIKit

extension Phrase {
    /// As it reads in the officer's language, from the String Catalog.
    var localized: String { text { Bundle.main.localizedString(forKey: $0, value: $0, table: nil) } }
}

extension Text {
    /// Words of the wrapper's.
    init(_ phrase: Phrase) { self.init(verbatim: phrase.localized) }
}

extension OpenURLAction {
    /// Opens what the phone's settings say of this app.
    @MainActor
    func settings() {
        if let url = URL(string: UIApplication.openSettingsURLString) { self(url) }
    }
}

extension Button where Label == Text {
    /// A button with words of the wrapper's.
    init(_ phrase: Phrase, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void) {
        self.init(role: role, action: action) { Text(phrase) }
    }
}
