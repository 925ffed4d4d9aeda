import OfficerCore
import SwiftUI

/// Notes, photos, videos and incidents of a pad, and the buttons that add one.
struct WrittenSection: View {
    @Environment(OfficerModel.self) private var model
    let pad: NotePad
    @State private var sheet: Sheet?

    /// What is being added.
    enum Sheet: Hashable, Identifiable {
        case note, incident, media
        case replace(fact: FactId, text: String)
        var id: Sheet { self }
    }

    var body: some View {
        Section("Notes and photos") {
            Button("Write a note") { sheet = .note }
            Button("Add a photo or video") { sheet = .media }
            Button("Report an incident") { sheet = .incident }
            Following({ $0.writtenPages(of: pad.document) }, as: .rows) { page in
                // What follows a view must draw something, or nothing follows it any more.
                if page.items.isEmpty { Nothing("Nothing is written yet.") }
                ForEach(page.items, id: \.written.fact) { item in
                    WrittenRow(line: WrittenLine(item, in: pad, times: model.times), attachment: item.written.attachment) { sheet = .replace(fact: item.written.fact, text: item.written.text) }
                }
            }
        }
        .sheet(item: $sheet) { sheet in
            switch sheet {
            case .media: MediaSheet(pad: pad)
            case .note: note
            case .incident: incident
            case let .replace(fact, text): replacement(of: fact, text)
            }
        }
    }

    private var note: some View {
        WriteSheet(title: "Note") { [pad] text, moment, phone throws(OfficerError) in
            _ = try await phone.note(text, in: pad.place, at: moment)
        }
    }

    private var incident: some View {
        WriteSheet(title: "Incident") { [pad] text, moment, phone throws(OfficerError) in
            _ = try await phone.incident(text, in: pad.place, at: moment)
        }
    }

    private func replacement(of fact: FactId, _ text: String) -> some View {
        WriteSheet(title: "Note", draft: Draft(text)) { [pad] text, moment, phone throws(OfficerError) in
            _ = try await phone.replaceNote(fact, of: pad.document, with: text, at: moment)
        }
    }
}

/// A note, photo, video or incident.
struct WrittenRow: View {
    let line: WrittenLine
    let attachment: Attachment?
    let edit: @MainActor () -> Void

    var body: some View {
        HStack(alignment: .top) {
            if let attachment { Thumbnail(attachment: attachment) }
            VStack(alignment: .leading) {
                Text(line.kind).font(.caption).foregroundStyle(.secondary)
                if !line.text.isEmpty { Text(verbatim: line.text) }
                Text(verbatim: line.when).font(.caption).foregroundStyle(.secondary)
                Text(line.state).font(.caption).foregroundStyle(.secondary)
            }
            Spacer()
            if line.canReplace { Button("Edit", action: edit).buttonStyle(.borderless) }
        }
        .accessibilityElement(children: .combine)
    }
}

/// A text to write, and what is done with it.
struct WriteSheet: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    let title: LocalizedStringKey
    let remark: Phrase?
    let done: @Sendable (String, Moment, OfficerPhone) async throws(OfficerError) -> Void
    private let began: String
    @State private var draft: Draft
    @State private var trouble: Phrase?

    init(
        title: LocalizedStringKey, draft: Draft = Draft(), remark: Phrase? = nil,
        done: @escaping @Sendable (String, Moment, OfficerPhone) async throws(OfficerError) -> Void
    ) {
        (self.title, self.remark, self.done, began) = (title, remark, done, draft.text)
        _draft = State(initialValue: draft)
    }

    var body: some View {
        NavigationStack {
            VStack {
                if let remark { Text(remark).font(.footnote).foregroundStyle(.secondary) }
                if let trouble { Text(trouble).foregroundStyle(Color.orange) }
                TextEditor(text: $draft.text)
                    .padding()
                    .accessibilityLabel("Text")
            }
                .navigationTitle(title)
                // Half-written words are given up with a button, and not with a slip of the thumb.
                .interactiveDismissDisabled(draft.text != began)
                .toolbar {
                    ToolbarItem(placement: .cancellationAction) { Button("Cancel") { dismiss() } }
                    ToolbarItem(placement: .confirmationAction) { Button("Save", action: save).disabled(!draft.canSend) }
                }
        }
    }

    /// What was written stays on the screen where it could not be kept.
    private func save() {
        guard let phone = model.phone else { return }
        do {
            let moment = try phone.moment()
            guard let text = draft.begin() else { return }
            Task { [done] in
                trouble = await model.attempt { phone throws(OfficerError) in try await done(text, moment, phone) }
                // A page that closes sends nothing more.
                if trouble == nil { dismiss() } else { draft.ended(kept: false) }
            }
        } catch { trouble = ErrorWords.undone(error, times: model.times) }
    }
}
