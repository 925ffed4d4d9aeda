import OfficerCore
import SwiftUI

/// Details on offer.
struct OffersScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        NavigationStack {
            Following({ $0.offerPages(limit: 200) }) { page in
                List {
                    if page.items.isEmpty { Nothing("Nothing is on offer right now.") }
                    ForEach(page.items, id: \.detail.id) { offer in
                        NavigationLink { OfferScreen(detail: offer.detail.id) } label: { OfferRow(offer: offer) }
                    }
                }
                .refreshable { model.considerSync(.asked) }
            }
            .navigationTitle("Offers")
        }
    }
}

/// A line for an offer.
struct OfferRow: View {
    @Environment(OfficerModel.self) private var model
    let offer: OfferView

    var body: some View {
        let choices = OfferChoices(offer, times: model.times)
        VStack(alignment: .leading) {
            Text(verbatim: offer.detail.title).font(.headline)
            Text(model.times.span(from: offer.detail.starts, to: offer.detail.ends, in: offer.detail.zone))
            if let site = offer.site { Text(verbatim: site.name).foregroundStyle(.secondary) }
            Text(choices.standing ?? choices.places).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

/// One offer, as it changes.
struct OfferScreen: View {
    @Environment(OfficerModel.self) private var model
    let detail: DetailId

    var body: some View {
        Following({ $0.offerPages(limit: 200) }) { page in
            if let offer = page.items.first(where: { $0.detail.id == detail }) {
                List {
                    DetailSections(detail: offer.detail, site: offer.site)
                    choices(OfferChoices(offer, times: model.times))
                }
            } else {
                Nothing("This detail is no longer on offer.")
            }
        }
        .navigationTitle("Offer")
    }

    private func choices(_ choices: OfferChoices) -> some View {
        Section {
            Text(choices.places)
            if let standing = choices.standing { Text(standing) }
            ForEach(choices.choices, id: \.self) { choice in
                switch choice {
                case let .apply(position, words): Button(words) { apply(position) }
                case .withdraw: Button(Phrase(.withdraw), role: .destructive) { withdraw() }
                }
            }
        }
    }

    private func apply(_ position: PositionId?) {
        Task { [detail] in
            await model.act { phone throws(OfficerError) in _ = try await phone.apply(for: detail, position: position, at: try phone.reading()) }
        }
    }

    private func withdraw() {
        Task { [detail] in
            await model.act { phone throws(OfficerError) in _ = try await phone.withdraw(from: detail, at: try phone.reading()) }
        }
    }
}
