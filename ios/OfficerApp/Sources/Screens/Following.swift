import OfficerCore
import SwiftUI

/// Draws a view of the phone's, now and after every change, while it is on the screen.
struct Following<Value: Sendable, Content: View>: View {
    @Environment(OfficerModel.self) private var model
    let views: @MainActor (OfficerPhone) -> OfficerPhone.Views<Value>
    @ViewBuilder let content: (Value) -> Content
    @State private var value: Value?
    @State private var trouble: OfficerError?

    init(
        _ views: @escaping @MainActor (OfficerPhone) -> OfficerPhone.Views<Value>, @ViewBuilder content: @escaping (Value) -> Content
    ) {
        self.views = views
        self.content = content
    }

    var body: some View {
        Group {
            if let value {
                content(value)
            } else if let trouble, let words = ErrorWords.phrase(trouble, times: model.times) {
                Nothing(words)
            } else {
                ProgressView()
            }
        }
        .task { await follow() }
    }

    private func follow() async {
        guard let phone = model.phone else { return }
        for await view in views(phone) {
            switch view {
            case let .success(new): (value, trouble) = (new, nil)
            case let .failure(error): trouble = error
            }
        }
    }
}

/// Says why a screen is empty.
struct Nothing: View {
    let words: Phrase?
    let title: LocalizedStringKey

    init(_ words: Phrase) { (self.words, title) = (words, "") }
    init(_ title: LocalizedStringKey) { (words, self.title) = (nil, title) }

    var body: some View {
        Group {
            if let words { Text(words) } else { Text(title) }
        }
        .foregroundStyle(.secondary)
        .multilineTextAlignment(.center)
        .frame(maxWidth: .infinity)
        .padding()
    }
}
