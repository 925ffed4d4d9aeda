import OfficerCore
import SwiftUI

/// One assignment, past or to come, with its detail and what was written.
struct ShiftScreen: View {
    let shift: ShiftView

    var body: some View {
        Following({ [shift] in $0.shiftSheets(of: shift) }) { sheet in
            List {
                sections(sheet.running.shift ?? shift, sheet.running)
                if let award = sheet.award { AwardSection(award: award, zone: shift.detail?.zone) }
            }
        }
        .navigationTitle(ShiftWords.title(shift).localized)
    }

    /// As it stands now: a ruling or a call-off may have come since the list was drawn.
    @ViewBuilder
    private func sections(_ shift: ShiftView, _ running: RunningView) -> some View {
        if let detail = shift.detail {
            DetailSections(detail: detail, site: shift.site)
            if NotePad.canShare(shift) { PassOnSection(detail: detail) }
        }
        if running.state == .off {
            ChoicesSection(shift: shift, running: nil)
        } else {
            RunningSections(running: running, shift: shift)
        }
        LeavingSection(shift: shift, running: running)
        if let ruling = shift.ruling { RulingSection(ruling: ruling, zone: shift.detail?.zone) }
    }
}

/// The facts of a detail: when, where, for whom, and the post orders.
struct DetailSections: View {
    @Environment(OfficerModel.self) private var model
    let detail: Detail
    let site: Site?

    var body: some View {
        Section {
            Text(verbatim: detail.title).font(.headline)
            Text(model.times.span(from: detail.starts, to: detail.ends, in: detail.zone))
            LabeledContent("For", value: detail.customerName)
            LabeledContent("Job type", value: detail.jobType)
            if !detail.reference.isEmpty { LabeledContent("Number", value: detail.reference) }
        }
        if let site {
            Section("Site") {
                Text(verbatim: site.name)
                if !site.address.isEmpty { Text(verbatim: site.address) }
                if site.placement == .placeholder { Text(Phrase(.noFence)).font(.footnote).foregroundStyle(.secondary) }
                if let way = Directions.url(to: site) { Link("Directions", destination: way) }
            }
        }
        if !detail.postOrders.isEmpty {
            Section("Post orders") { Text(verbatim: detail.postOrders) }
        }
    }
}

/// The text that every officer on the detail shares, and the way to the notes that they share.
struct PassOnSection: View {
    let detail: Detail
    @State private var editing: Seen?

    /// The text as the officer saw it when they began: the change is told against it, so that what others write meanwhile stays.
    struct Seen: Hashable, Identifiable {
        let text: String
        var id: Seen { self }
    }

    var body: some View {
        Section("Shared with all on the detail") {
            Following({ [detail] in $0.passOnTexts(of: detail.id) }, as: .rows) { text in
                if !text.isEmpty { Text(verbatim: text) }
                Button("Edit the shared text") { editing = Seen(text: text) }
            }
            NavigationLink { SharedNotesScreen(detail: detail) } label: { Text("Shared notes and photos") }
        }
        .sheet(item: $editing) { seen in
            WriteSheet(title: "Shared text", draft: Draft(replacing: seen.text)) { [detail = detail.id] text, moment, phone throws(OfficerError) in
                try await phone.editPassOn(of: detail, from: seen.text, to: text, at: moment)
            }
        }
    }
}

/// The notes, photos and videos that every officer on the detail shares.
struct SharedNotesScreen: View {
    let detail: Detail

    var body: some View {
        List {
            Text("Every officer on this detail, and the agency, can read what is written here.").font(.footnote).foregroundStyle(.secondary)
            WrittenSection(pad: NotePad(sharedOn: detail.id, zone: detail.zone))
        }
        .navigationTitle("Shared notes and photos")
    }
}

/// What the agency decided.
struct RulingSection: View {
    @Environment(OfficerModel.self) private var model
    let ruling: Ruling
    let zone: Zone?

    var body: some View {
        Section("Ruling") {
            LabeledContent("Accepted") { Text(model.times.length(HoursSheet.acceptedMillis(ruling))) }
            ForEach(ruling.accepted, id: \.self) { Text(model.times.span(from: $0.start, to: $0.end, in: zone)) }
            if let pay = ruling.pay {
                Text(Phrase(.paysBy, model.times.amount(pay.amount), pay.tariff))
                ForEach(pay.lines, id: \.self) { Text(verbatim: $0).font(.footnote) }
            }
            ForEach(ruling.exceptions, id: \.self) { Text(verbatim: $0) }
            if !ruling.reason.isEmpty { Text(verbatim: ruling.reason) }
            LabeledContent("By", value: ruling.ruledBy)
        }
    }
}
