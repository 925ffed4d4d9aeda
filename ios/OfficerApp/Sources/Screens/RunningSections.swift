import OfficerCore
import SwiftUI

/// A shift that has begun: state, hours, place, flags, and what was written.
struct RunningSections: View {
    @Environment(OfficerModel.self) private var model
    let running: RunningView
    let shift: ShiftView?
    @State private var explaining: Flag?

    var body: some View {
        stateSection
        if let place = running.places.last { PlaceSection(verdict: VerdictWords(place.verdict, times: model.times)) }
        if !running.flags.isEmpty { flagSection }
        Section { NavigationLink { PunchesScreen(log: running.log) } label: { Text("Times of this shift") } }
        WrittenSection(pad: NotePad(of: running))
        ChoicesSection(shift: shift, running: running)
    }

    private var stateSection: some View {
        Section {
            VStack(alignment: .leading) {
                Text(ShiftWords.title(shift)).font(.headline)
                Text(ShiftWords.state(running.state)).font(.title2).bold()
                if let since = running.since {
                    Text("since \(model.times.time(since.at, in: shift?.detail?.zone))").foregroundStyle(.secondary)
                }
            }
            .accessibilityElement(children: .combine)
            LabeledContent("Hours so far") { Text(model.times.length(running.workedSoFar)) }
            if let sync = running.sync { Text(SyncWords.state(sync)).font(.footnote).foregroundStyle(.secondary) }
        }
    }

    private var flagSection: some View {
        let choices = ShiftChoices(shift, running: running)
        return Section("A coordinator will see") {
            ForEach(running.flags, id: \.self) { flag in
                VStack(alignment: .leading) {
                    Text(verbatim: flag.sentence)
                    ForEach(flag.explanations, id: \.self) { Text(verbatim: $0).font(.footnote).foregroundStyle(.secondary) }
                    if choices.explain.contains(flag) { Button("Explain") { explaining = flag }.buttonStyle(.borderless) }
                }
            }
        }
        .sheet(item: $explaining) { flag in
            WriteSheet(title: "Explain", remark: choices.late) { text, moment, phone throws(OfficerError) in
                guard let fact = ShiftChoices.explained(flag) else { return }
                _ = try await phone.explain(fact, in: .log(running.log), with: text, at: moment)
            }
        }
    }
}

extension Flag: @retroactive Identifiable {
    public var id: Flag { self }
}

/// Where the last punch was made, and why the phone says so.
struct PlaceSection: View {
    let verdict: VerdictWords

    var body: some View {
        Section("Place of the last entry") {
            VStack(alignment: .leading, spacing: 4) {
                Text(verdict.headline).font(.headline)
                ForEach(verdict.reasons, id: \.self) { Text($0).font(.subheadline) }
                if let comfort = verdict.comfort { Text(comfort).font(.footnote).foregroundStyle(.secondary) }
            }
            .accessibilityElement(children: .combine)
        }
    }
}

/// What else the officer may do with the shift.
struct ChoicesSection: View {
    @Environment(OfficerModel.self) private var model
    let shift: ShiftView?
    let running: RunningView?
    @State private var handingIn = false
    @State private var again = false
    /// A fact stays for ever: two taps write one.
    @State private var gate = PunchGate()

    var body: some View {
        let choices = ShiftChoices(shift, running: running)
        Section {
            if choices.acknowledge, let shift { acknowledge(shift) }
            if let shift, let award = ShiftWords.award(shift) { Text(award).foregroundStyle(.secondary) }
            if choices.readOrders, let which {
                Button("I have read the post orders") {
                    record("orders") { phone, moment throws(OfficerError) in _ = try await phone.readOrders(of: which, at: moment) }
                }
            }
            if choices.clockInAgain { Button(Phrase(.clockInOnceMore)) { again = true }.disabled(!model.punches.isOpen) }
            if choices.handIn { Button("Hand the shift in") { handingIn = true } }
        }
        .disabled(!gate.isOpen)
        .confirmationDialog("You clocked out of this shift. Clock in once more?", isPresented: $again, titleVisibility: .visible) {
            if let which { Button(Phrase(.clockInOnceMore)) { model.punch(.onceMore(which)) } }
        }
        .confirmationDialog("Your notes are fixed from then on. What you correct or explain afterwards is taken, and comes late.", isPresented: $handingIn, titleVisibility: .visible) {
            if let which {
                Button("Hand the shift in") {
                    record("hand in") { phone, moment throws(OfficerError) in _ = try await phone.submit(which, at: moment) }
                }
            }
        }
    }

    private var which: WhichShift? {
        running.map { .log($0.log) } ?? shift.map { .assignment($0.assignment.id) }
    }

    private func acknowledge(_ shift: ShiftView) -> some View {
        Button(Phrase(.acknowledge)) {
            record("acknowledge") { phone, moment throws(OfficerError) in _ = try await phone.acknowledge(shift.assignment.id, at: moment.clock) }
        }
    }

    private func record(_ name: String, _ work: @escaping @Sendable (OfficerPhone, Moment) async throws(OfficerError) -> Void) {
        guard let phone = model.phone else { return }
        do {
            let moment = try phone.moment()
            guard gate.begin(name, at: moment.clock) else { return }
            Task {
                let written = await model.act { phone throws(OfficerError) in try await work(phone, moment) }
                gate.ended(written: written)
            }
        } catch { model.tell(error) }
    }
}
