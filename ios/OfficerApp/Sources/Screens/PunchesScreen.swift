import OfficerCore
import SwiftUI

/// The clock events of a shift, in order. What was forgotten or made late can be given the time that it should have had.
struct PunchesScreen: View {
    @Environment(OfficerModel.self) private var model
    let log: DocumentId
    @State private var correcting: PunchCorrection?

    var body: some View {
        Following({ $0.punchSheets(of: log) }) { sheet in
            List {
                Section { ForEach(sheet.punches) { row($0, in: sheet) } } footer: { Text(sheet.footer) }
            }
            .sheet(item: $correcting) { CorrectSheet($0, of: log, in: sheet) }
        }
        .navigationTitle("Times of this shift")
    }

    private func row(_ punch: PunchLine, in sheet: PunchSheet) -> some View {
        HStack {
            VStack(alignment: .leading) {
                Text(ShiftWords.kind(punch.kind))
                Text(punch.words(in: sheet.zone, times: model.times)).font(.caption).foregroundStyle(.secondary)
                corrected(punch, in: sheet)
            }
            .accessibilityElement(children: .combine)
            Spacer()
            if let correction = sheet.correction(of: punch.id) { Button("Correct") { correcting = correction }.buttonStyle(.borderless) }
        }
    }

    @ViewBuilder
    private func corrected(_ punch: PunchLine, in sheet: PunchSheet) -> some View {
        if let words = punch.correctedWords(in: sheet.zone, times: model.times) { Text(words).font(.footnote) }
        if let reason = punch.reason { Text(verbatim: reason).font(.footnote).foregroundStyle(.secondary) }
    }
}

/// Another time for a clock event, and why.
struct CorrectSheet: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    let log: DocumentId
    let zone: Zone?
    let late: Phrase?
    @State private var correction: PunchCorrection
    @State private var trouble: Phrase?
    @State private var isSaving = false

    init(_ correction: PunchCorrection, of log: DocumentId, in sheet: PunchSheet) {
        (self.log, zone, late) = (log, sheet.zone, sheet.late)
        _correction = State(initialValue: correction)
    }

    var body: some View {
        NavigationStack {
            Form {
                Section {
                    Text(ShiftWords.kind(correction.punch.kind)).font(.headline)
                    Text(correction.punch.words(in: zone, times: model.times))
                    if let corrected = correction.punch.correctedWords(in: zone, times: model.times) { Text(corrected) }
                    picker
                    ForEach(said, id: \.self) { Text($0).font(.footnote).foregroundStyle(.secondary) }
                    TextField("Reason", text: $correction.reason, axis: .vertical)
                    if let trouble { Text(trouble).foregroundStyle(Color.orange) }
                } footer: {
                    Text(Phrase(.correctionStays))
                }
            }
            .navigationTitle("Correct a time")
            .interactiveDismissDisabled(!correction.reason.isEmpty)
            .toolbar {
                ToolbarItem(placement: .cancellationAction) { Button("Cancel") { dismiss() } }
                ToolbarItem(placement: .confirmationAction) { Button("Save", action: save).disabled(!correction.isComplete || isSaving) }
            }
        }
    }

    private var said: [Phrase] { correction.problem.map { [$0] } ?? ((late.map { [$0] } ?? []) + correction.remarks) }

    /// In the zone of the site, as every time of a shift. Any time can be picked: it may be the phone's clock that is wrong.
    private var picker: some View {
        DatePicker("It should have been", selection: $correction.date)
            .environment(\.timeZone, model.times.zone(zone))
    }

    /// What was written stays on the screen where it could not be kept.
    private func save() {
        guard let phone = model.phone, !isSaving else { return }
        do {
            let moment = try phone.moment()
            isSaving = true
            Task { [correction, log] in
                trouble = await model.attempt { phone throws(OfficerError) in _ = try await phone.correct(correction, of: log, at: moment) }
                if trouble == nil { dismiss() } else { isSaving = false }
            }
        } catch { trouble = ErrorWords.undone(error, times: model.times) }
    }
}
