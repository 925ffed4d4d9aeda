import OfficerCore
import SwiftUI

/// A line for a question to come instead of somebody.
struct ReliefLine: View {
    let row: ReliefRow

    var body: some View {
        VStack(alignment: .leading) {
            Text(row.title).font(.headline)
            if let when = row.when { Text(when) }
            Text(row.standing ?? row.asked).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

/// A question to come instead of somebody, with what the rules say before it is answered.
struct ReliefScreen: View {
    @Environment(OfficerModel.self) private var model
    let assignment: AssignmentId

    var body: some View {
        Following({ [assignment] in $0.reliefSheets(of: assignment) }) { sheet in
            if let sheet {
                List {
                    if let detail = sheet.ask.detail { DetailSections(detail: detail, site: sheet.ask.site) }
                    EligibilitySection(eligibility: Eligibility(sheet.advice))
                    answers(ReliefRow(sheet.ask, now: model.now, times: model.times))
                }
            } else {
                Nothing("Nobody is looked for there any more.")
            }
        }
        .navigationTitle("Can you come instead?")
    }

    private func answers(_ row: ReliefRow) -> some View {
        Section {
            Text(row.asked)
            if let standing = row.standing { Text(standing) }
            ForEach(row.choices, id: \.self) { choice in
                switch choice {
                case .come: Button(Phrase(.reliefCome)) { answer(comes: true) }
                case .stayAway: Button(Phrase(.reliefStayAway), role: .destructive) { answer(comes: false) }
                }
            }
        }
        .disabled(!model.wishGate.isOpen)
    }

    private func answer(comes: Bool) {
        model.wish(comes ? "come" : "stay away", about: assignment) { [assignment] phone, clock throws(OfficerError) in
            try await phone.relieve(assignment, comes: comes, at: clock)
        }
    }
}
