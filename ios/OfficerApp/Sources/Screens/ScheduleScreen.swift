import OfficerCore
import SwiftUI

/// The officer's assignments to come.
struct ScheduleScreen: View {
    var body: some View {
        NavigationStack {
            Following({ $0.schedulePages(limit: 200) }) { page in
                List {
                    if page.items.isEmpty { Nothing("No shift of yours is scheduled.") }
                    ForEach(page.items, id: \.log) { shift in
                        NavigationLink { ShiftScreen(shift: shift) } label: { ShiftRow(shift: shift) }
                    }
                }
            }
            .navigationTitle("Schedule")
        }
    }
}

/// A line for an assignment.
struct ShiftRow: View {
    @Environment(OfficerModel.self) private var model
    let shift: ShiftView

    var body: some View {
        VStack(alignment: .leading) {
            Text(ShiftWords.title(shift)).font(.headline)
            if let detail = shift.detail { Text(model.times.span(from: detail.starts, to: detail.ends, in: detail.zone)) }
            if let site = shift.site { Text(verbatim: site.name).foregroundStyle(.secondary) }
            if let position = ShiftWords.position(shift) { Text(verbatim: position).foregroundStyle(.secondary) }
            if let award = ShiftWords.award(shift) { Text(award).font(.footnote).foregroundStyle(.secondary) }
        }
        .accessibilityElement(children: .combine)
    }
}
