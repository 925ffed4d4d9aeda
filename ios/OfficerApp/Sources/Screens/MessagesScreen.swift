import OfficerCore
import SwiftUI

/// Messages with the agency, newest first.
struct MessagesScreen: View {
    @Environment(OfficerModel.self) private var model
    @State private var draft = Draft()

    var body: some View {
        NavigationStack {
            Following({ $0.inboxes() }) { inbox in
                List {
                    Section {
                        ForEach(inbox.asked, id: \.notice.id) { NoticeLine(notice: $0) }
                        NavigationLink { NoticesScreen() } label: { Text("Notices") }
                    }
                    Section {
                        TextField("Write to the agency", text: $draft.text, axis: .vertical)
                        Button("Send", action: send).disabled(!draft.canSend)
                    }
                    if inbox.messages.isEmpty { Nothing("No messages yet.") }
                    ForEach(inbox.messages, id: \.self) { MessageRow(line: MessageLine($0)) }
                }
                .refreshable { model.considerSync(.asked) }
            }
            .navigationTitle("Messages")
        }
    }

    private func send() {
        guard let words = draft.begin() else { return }
        Task {
            let kept = await model.act { phone throws(OfficerError) in _ = try await phone.sendMessage(words, at: try phone.reading()) }
            draft.ended(kept: kept)
        }
    }
}

/// One message.
struct MessageRow: View {
    @Environment(OfficerModel.self) private var model
    let line: MessageLine

    var body: some View {
        VStack(alignment: .leading) {
            Text(line.from).font(.caption).bold()
            Text(verbatim: line.text)
            Text(verbatim: model.times.dayAndTime(line.at, in: nil)).font(.caption).foregroundStyle(.secondary)
            if let state = line.state { Text(state).font(.caption).foregroundStyle(.secondary) }
        }
        .accessibilityElement(children: .combine)
    }
}
