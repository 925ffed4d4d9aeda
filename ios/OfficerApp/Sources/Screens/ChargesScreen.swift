import OfficerCore
import SwiftUI

/// What the opportunity ledger holds of the officer: what awards compare.
struct ChargesScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        Following({ $0.chargePages(limit: 200) }) { page in
            List {
                Text("Your agency counts what was offered to you and what you had, so that awards are fair.")
                    .font(.footnote).foregroundStyle(.secondary)
                if page.items.isEmpty { Nothing("Nothing was counted yet.") }
                ForEach(page.items, id: \.id) { ChargeLine(row: ChargeRow($0, times: model.times)) }
            }
        }
        .navigationTitle("My charges")
    }
}

/// One entry.
struct ChargeLine: View {
    let row: ChargeRow

    var body: some View {
        VStack(alignment: .leading) {
            Text(row.what).font(.headline)
            if let charge = row.charge { Text(charge) }
            if let list = row.list { Text(verbatim: list) }
            Text(verbatim: row.when).font(.caption).foregroundStyle(.secondary)
            if let rule = row.rule { Text(rule).font(.footnote).foregroundStyle(.secondary) }
            if let note = row.note { Text(verbatim: note).font(.footnote).foregroundStyle(.secondary) }
        }
        .accessibilityElement(children: .combine)
    }
}
