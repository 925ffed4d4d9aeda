import OfficerCore
import SwiftUI

/// Draws a view of the phone's, now and after every change, while it is on the screen. Where it can no longer be read the last value stays,
/// under a line that says so: whoever taps on an old page must know that it is one.
struct Following<Value: Sendable, Content: View>: View {
    /// What it is on the screen.
    enum Place { case page, rows }

    @Environment(OfficerModel.self) private var model
    let place: Place
    let views: @MainActor (OfficerPhone) -> OfficerPhone.Views<Value>
    @ViewBuilder let content: (Value) -> Content
    @State private var shown = Shown<Value>()

    init(
        _ views: @escaping @MainActor (OfficerPhone) -> OfficerPhone.Views<Value>, as place: Place = .page,
        @ViewBuilder content: @escaping (Value) -> Content
    ) {
        (self.place, self.views, self.content) = (place, views, content)
    }

    var body: some View {
        let remark = shown.remark(times: model.times)
        Group {
            if let value = shown.value {
                switch place {
                case .page: content(value).safeAreaInset(edge: .top, spacing: 0) { if let remark { Remark(words: remark).background(.bar) } }
                case .rows:
                    if let remark { Remark(words: remark) }
                    content(value)
                }
            } else if let remark {
                Nothing(remark)
            } else {
                ProgressView()
            }
        }
        .task { await follow() }
    }

    private func follow() async {
        guard let phone = model.phone else { return }
        for await view in views(phone) { shown.take(view) }
    }
}

/// Says of a page, or of something on it, that it cannot be read anew, and has that tried again.
struct Remark: View {
    @Environment(OfficerModel.self) private var model
    let words: Phrase

    var body: some View {
        VStack {
            Text(words).font(.footnote).multilineTextAlignment(.center)
            Button("Try again") { model.phone?.refresh() }.buttonStyle(.borderless)
        }
        .frame(maxWidth: .infinity)
        .padding()
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
