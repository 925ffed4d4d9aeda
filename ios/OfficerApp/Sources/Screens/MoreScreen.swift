import OfficerCore
import SwiftUI

/// What is looked at less often.
struct MoreScreen: View {
    var body: some View {
        NavigationStack {
            List {
                NavigationLink { HoursScreen() } label: { Label("Hours and pay", systemImage: "hourglass") }
                NavigationLink { ChargesScreen() } label: { Label("My charges", systemImage: "scalemass") }
                NavigationLink { TradesScreen() } label: { Label("Trades", systemImage: "arrow.left.arrow.right") }
                NavigationLink { NoticesScreen() } label: { Label("Notices", systemImage: "bell") }
                NavigationLink { SyncScreen() } label: { Label("Sync", systemImage: "arrow.triangle.2.circlepath") }
                NavigationLink { SettingsScreen() } label: { Label("Settings", systemImage: "gearshape") }
            }
            .navigationTitle("More")
        }
    }
}

/// Past shifts by month, with what the agency accepted.
struct HoursScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        Following({ $0.hoursViews() }) { view in
            let page = view.past
            let sheet = HoursSheet(page.items, isWhole: page.next == nil, times: model.times)
            List {
                Text("You are paid for accepted hours, by your agency's rates. Your agency's payroll has the last word on amounts.")
                    .font(.footnote).foregroundStyle(.secondary)
                if sheet.months.isEmpty && view.unassigned.isEmpty { Nothing("No past shifts yet.") }
                if !view.unassigned.isEmpty { unassigned(view) }
                ForEach(sheet.months) { month in
                    Section(month.name) {
                        Text(month.accepted).font(.headline)
                        if let pays = month.pays { Text(pays) }
                        if month.isPart { Text(Phrase(.monthPart)).font(.footnote) }
                        if month.unpriced > 0 { Text(Phrase(.unpriced, String(month.unpriced))).font(.footnote) }
                        ForEach(month.rows) { row in line(row, of: page) }
                    }
                }
            }
        }
        .navigationTitle("Hours and pay")
    }

    private func unassigned(_ view: HoursView) -> some View {
        Section("Without an assignment") {
            ForEach(view.unassigned, id: \.log) { shift in
                NavigationLink { LogScreen(log: shift.log) } label: { UnassignedLine(row: UnassignedRow(shift, times: model.times)) }
            }
            if view.isPart { Text("Older ones are not listed here.").font(.footnote) }
        }
    }

    @ViewBuilder
    private func line(_ row: HoursSheet.Row, of page: ShiftPage) -> some View {
        if let shift = page.items.first(where: { $0.log == row.id }) {
            NavigationLink { ShiftScreen(shift: shift) } label: { HoursRow(row: row) }
        }
    }
}

/// A shift without an assignment.
struct UnassignedLine: View {
    let row: UnassignedRow

    var body: some View {
        VStack(alignment: .leading) {
            if let when = row.when { Text(when).font(.headline) }
            Text(row.hours)
            Text(row.standing).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

/// One past shift.
struct HoursRow: View {
    let row: HoursSheet.Row

    var body: some View {
        VStack(alignment: .leading) {
            Text(row.title).font(.headline)
            if let when = row.when { Text(when) }
            Text(row.hours)
            if let pays = row.pays { Text(pays) }
            if let counts = row.countsAs { Text(counts).font(.footnote).foregroundStyle(.secondary) }
            ForEach(row.remarks, id: \.self) { Text(verbatim: $0).font(.footnote).foregroundStyle(.secondary) }
        }
        .accessibilityElement(children: .combine)
    }
}
