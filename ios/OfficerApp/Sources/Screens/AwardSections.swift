import OfficerCore
import SwiftUI

/// How a detail will be awarded.
struct TermsSection: View {
    let terms: AwardTerms

    var body: some View {
        Section("How it is awarded") {
            ForEach(terms.lines, id: \.self) { Text($0) }
        }
        .textSelection(.enabled)
    }
}

/// What the agency's rules say of the officer, what stands in the way first.
struct EligibilitySection: View {
    let eligibility: Eligibility

    var body: some View {
        Section("What the rules say") {
            Text(eligibility.headline).font(.headline)
            ForEach(eligibility.lines) { line in
                Label {
                    VStack(alignment: .leading) {
                        Text(verbatim: line.sentence)
                        Text(line.remark).font(.caption).foregroundStyle(.secondary)
                    }
                } icon: {
                    Image(systemName: line.weight.symbol).foregroundStyle(line.weight.color).accessibilityHidden(true)
                }
                .accessibilityElement(children: .combine)
            }
        }
    }
}

extension Eligibility.Weight {
    var symbol: String {
        switch self {
        case .inTheWay: "exclamationmark.triangle"
        case .worthKnowing: "info.circle"
        case .holds: "checkmark.circle"
        }
    }

    var color: Color {
        switch self {
        case .inTheWay: .orange
        case .worthKnowing: .secondary
        case .holds: .green
        }
    }
}

/// What came of an application, and why.
struct AwardSection: View {
    @Environment(OfficerModel.self) private var model
    let award: AwardView
    let zone: Zone?

    var body: some View {
        let told = AwardTold(award, in: zone, times: model.times)
        Section("Award") {
            Text(told.headline).font(.headline)
            if let place = told.place { Text(place) }
            Text(verbatim: told.sentence)
            Text(told.decided).font(.footnote).foregroundStyle(.secondary)
        }
    }
}
