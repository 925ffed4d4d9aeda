import OfficerCore
import SwiftUI

/// Shifts that the officer offered to colleagues, and that colleagues offered.
struct TradesScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        Following({ $0.tradePages(limit: 200) }) { page in
            List {
                if page.items.isEmpty { Nothing("No trades yet. You offer a shift to a colleague from its page.") }
                ForEach(page.items, id: \.id) { trade in
                    NavigationLink { TradeScreen(trade: trade.id) } label: { TradeLine(row: TradeRow(trade, now: model.now, times: model.times)) }
                }
            }
        }
        .navigationTitle("Trades")
    }
}

/// A line for a trade.
struct TradeLine: View {
    let row: TradeRow

    var body: some View {
        VStack(alignment: .leading) {
            Text(row.title).font(.headline)
            if let when = row.when { Text(when) }
            Text(row.wish ?? row.standing).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

/// One trade, as it changes.
struct TradeScreen: View {
    @Environment(OfficerModel.self) private var model
    let trade: TradeId

    var body: some View {
        Following({ $0.tradePages(limit: 200) }) { page in
            List {
                if let found = page.items.first(where: { $0.id == trade }) {
                    if let detail = found.detail { DetailSections(detail: detail, site: found.site) }
                    TradeSection(row: TradeRow(found, now: model.now, times: model.times))
                } else {
                    Nothing("This trade is over.")
                }
            }
        }
        .navigationTitle("Trade")
    }
}

/// Where a trade stands, and the buttons.
struct TradeSection: View {
    @Environment(OfficerModel.self) private var model
    let row: TradeRow

    var body: some View {
        Section {
            Text(row.standing)
            if let wish = row.wish { Text(wish) }
            ForEach(row.choices, id: \.self) { choice in
                switch choice {
                case .take: Button(Phrase(.tradeTake)) { act(on: choice) }
                case .decline: Button(Phrase(.tradeDecline), role: .destructive) { act(on: choice) }
                case .withdraw: Button(Phrase(.tradeWithdraw), role: .destructive) { act(on: choice) }
                }
            }
        }
        .disabled(!model.wishGate.isOpen)
    }

    private func act(on choice: TradeRow.Choice) {
        let trade = row.id
        model.wish("\(choice)", about: trade) { phone, clock throws(OfficerError) in
            switch choice {
            case .take: try await phone.answerTrade(trade, takes: true, at: clock)
            case .decline: try await phone.answerTrade(trade, takes: false, at: clock)
            case .withdraw: try await phone.withdrawTrade(trade, at: clock)
            }
        }
    }
}
