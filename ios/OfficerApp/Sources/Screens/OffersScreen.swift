import OfficerCore
import SwiftUI

/// Everything that is offered: instead of somebody, by a colleague, and by the agency.
struct OffersScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        NavigationStack {
            Following({ $0.offerBoards() }) { board in
                List {
                    if !board.asks.isEmpty { asks(board.asks) }
                    if !board.trades.isEmpty { trades(board.trades) }
                    offers(board.offers)
                }
                .refreshable { model.considerSync(.asked) }
            }
            .navigationTitle("Offers")
        }
    }

    private func asks(_ asks: [ReliefAskView]) -> some View {
        Section("Can you come instead?") {
            ForEach(asks, id: \.ask.assignment) { ask in
                NavigationLink { ReliefScreen(assignment: ask.ask.assignment) } label: { ReliefLine(row: ReliefRow(ask, now: model.now, times: model.times)) }
            }
        }
    }

    private func trades(_ trades: [TradeView]) -> some View {
        Section("Offered by colleagues") {
            ForEach(trades, id: \.id) { trade in
                NavigationLink { TradeScreen(trade: trade.id) } label: { TradeLine(row: TradeRow(trade, now: model.now, times: model.times)) }
            }
        }
    }

    private func offers(_ offers: [OfferView]) -> some View {
        Section {
            if offers.isEmpty { Nothing("Nothing is on offer right now.") }
            ForEach(offers, id: \.detail.id) { offer in
                NavigationLink { OfferScreen(detail: offer.detail.id) } label: { OfferRow(offer: offer) }
            }
        }
    }
}

/// A line for an offer.
struct OfferRow: View {
    @Environment(OfficerModel.self) private var model
    let offer: OfferView

    var body: some View {
        let choices = OfferChoices(offer, now: model.now, times: model.times)
        VStack(alignment: .leading) {
            Text(verbatim: offer.detail.title).font(.headline)
            Text(model.times.span(from: offer.detail.starts, to: offer.detail.ends, in: offer.detail.zone))
            if let site = offer.site { Text(verbatim: site.name).foregroundStyle(.secondary) }
            Text(choices.standing ?? choices.opens ?? choices.places).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

/// One offer, as it changes: how it will be awarded and what the rules say before an application, and why it went as it did after.
struct OfferScreen: View {
    @Environment(OfficerModel.self) private var model
    let detail: DetailId

    var body: some View {
        Following({ [detail] in $0.offerSheets(of: detail) }) { sheet in
            List {
                if let award = sheet.award { AwardSection(award: award, zone: sheet.offer?.detail.zone) }
                if let offer = sheet.offer {
                    DetailSections(detail: offer.detail, site: offer.site)
                    if sheet.isUndecided { before(sheet, offer) }
                    ApplySection(offer: offer, question: Eligibility(sheet.advice).question)
                } else {
                    Nothing("This detail is no longer on offer.")
                }
            }
        }
        .navigationTitle("Offer")
    }

    @ViewBuilder
    private func before(_ sheet: OfferSheet, _ offer: OfferView) -> some View {
        TermsSection(terms: AwardTerms(sheet.terms, in: offer.detail.zone, now: model.now, times: model.times))
        EligibilitySection(eligibility: Eligibility(sheet.advice))
    }
}

/// The application: how it stands, and the buttons.
struct ApplySection: View {
    @Environment(OfficerModel.self) private var model
    let offer: OfferView
    let question: Phrase?
    @State private var asked: OfferChoices.Choice?
    @State private var isAsking = false

    var body: some View {
        let choices = OfferChoices(offer, now: model.now, times: model.times)
        Section {
            Text(choices.places)
            if let standing = choices.standing { Text(standing) }
            if let opens = choices.opens { Text(opens) }
            ForEach(choices.choices, id: \.self) { choice in
                switch choice {
                case let .apply(_, words): Button(words) { tapped(choice) }.disabled(choices.opens != nil)
                case .withdraw: Button(Phrase(.withdraw), role: .destructive) { act(on: choice) }
                }
            }
        }
        .disabled(!model.wishGate.isOpen)
        .confirmationDialog("Apply", isPresented: $isAsking, presenting: asked) { choice in
            if case let .apply(_, words) = choice { Button(words) { act(on: choice) } }
        } message: { _ in
            if let question { Text(question) }
        }
    }

    private func tapped(_ choice: OfferChoices.Choice) {
        asked = choice
        if question == nil { act(on: choice) } else { isAsking = true }
    }

    private func act(on choice: OfferChoices.Choice) {
        let detail = offer.detail.id
        model.wish("\(choice)", about: detail) { phone, clock throws(OfficerError) in
            switch choice {
            case let .apply(position, _): try await phone.apply(for: detail, position: position, at: clock)
            case .withdraw: try await phone.withdraw(from: detail, at: clock)
            }
        }
    }
}
