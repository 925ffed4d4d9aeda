import OfficerCore
import SwiftUI

/// What the officer was told of, newest first.
struct NoticesScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        Following({ $0.noticePages(limit: 200) }) { page in
            List {
                if page.items.isEmpty { Nothing("No notices yet.") }
                ForEach(page.items, id: \.notice.id) { NoticeLine(notice: $0) }
            }
        }
        .navigationTitle("Notices")
    }
}

/// One notice, with the button that acknowledges it and the way to what it is about.
struct NoticeLine: View {
    @Environment(OfficerModel.self) private var model
    let notice: NoticeView

    @ViewBuilder
    var body: some View {
        let row = NoticeRow(notice, now: model.now, times: model.times)
        VStack(alignment: .leading, spacing: 4) {
            words(row)
            if row.acknowledge { Button(Phrase(.noticeAcknowledge), action: acknowledge).buttonStyle(.borderedProminent).disabled(!model.wishGate.isOpen) }
        }
        // A row of its own: a link takes the whole row that it stands in.
        if let detail = row.award { NavigationLink { AwardScreen(detail: detail) } label: { Text("Why it went so") } }
    }

    private func words(_ row: NoticeRow) -> some View {
        VStack(alignment: .leading) {
            Text(verbatim: row.title).font(.headline)
            Text(verbatim: row.text)
            Text(verbatim: row.when).font(.caption).foregroundStyle(.secondary)
            if let standing = row.standing { Text(standing).font(.footnote).foregroundStyle(row.urgent ? Color.orange : Color.secondary) }
        }
        .accessibilityElement(children: .combine)
    }

    private func acknowledge() {
        let id = notice.notice.id
        model.wish("acknowledge", about: id) { phone, clock throws(OfficerError) in try await phone.acknowledge(notice: id, at: clock) }
    }
}

/// Why a detail went as it did, also where it is no longer on offer.
struct AwardScreen: View {
    let detail: DetailId

    var body: some View {
        Following({ [detail] in $0.awards(of: detail) }) { award in
            if let award { List { AwardSection(award: award, zone: nil) } } else { Nothing("This phone has no explanation of it.") }
        }
        .navigationTitle("Award")
    }
}
