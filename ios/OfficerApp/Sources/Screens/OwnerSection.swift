import OfficerCore
import SwiftUI

/// Whose book these screens are of, where officers share the phone.
struct OwnerSection: View {
    @Environment(OfficerModel.self) private var model
    /// What the book itself says, where it was asked.
    var officer: OfficerName?

    var body: some View {
        if let whose = BookWords.whose(model.drawn.books, officer: officer) {
            Section {
                VStack(alignment: .leading) {
                    Text(whose).font(.headline)
                    Text("Officers share this phone. What you do here is signed as this officer's.").font(.footnote).foregroundStyle(.secondary)
                }
                .accessibilityElement(children: .combine)
            }
        }
    }
}
