import OfficerCore
import SwiftUI

/// The shift under way, or the next one, with the clock.
struct ClockScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        NavigationStack {
            Following({ $0.clockViews() }) { view in
                let first = view.first
                let panel = ClockPanel(
                    running: first.running, schedule: first.next, finished: view.finished, now: model.now, times: model.times)
                List {
                    OwnerSection(officer: first.officer)
                    if let shift = panel.shift {
                        RunningSections(running: shift, shift: shift.shift)
                    } else if !panel.isHandInFirst {
                        NextSection(next: first.next)
                    }
                    ClockSection(panel: panel)
                    if let remark = view.remark(times: model.times) { Section { Remark(words: remark) } }
                    RightsSection()
                    SyncSection(sync: first.sync)
                }
            }
            .navigationTitle("Shift")
            .onAppear { model.clock(onScreen: true) }
            .onDisappear { model.clock(onScreen: false) }
        }
    }
}

/// The clock's buttons, the large one first, and shifts to hand in before or after them.
struct ClockSection: View {
    @Environment(OfficerModel.self) private var model
    let panel: ClockPanel
    @State private var asked: ClockChoice?
    @State private var isAsking = false

    var body: some View {
        if panel.isHandInFirst { handIn }
        Section {
            Button(panel.main.words) { tapped(panel.main) }
                .buttonStyle(.borderedProminent)
                .controlSize(panel.isHandInFirst ? .regular : .large)
                .frame(maxWidth: .infinity)
                .accessibilityHint("Writes the time and place down on this phone. It needs no signal.")
            ForEach(panel.others) { choice in
                Button(choice.words) { tapped(choice) }
            }
        }
        .disabled(!model.punches.isOpen)
        .confirmationDialog("Clock", isPresented: $isAsking, presenting: asked) { choice in
            Button(choice.words) { model.punch(choice) }
        } message: { choice in
            if let question = choice.question { Text(question) }
        }
        if !panel.isHandInFirst { handIn }
    }

    private var handIn: some View {
        ForEach(panel.handIn, id: \.log) { HandInSection(done: $0) }
    }

    private func tapped(_ choice: ClockChoice) {
        asked = choice
        if choice.question == nil { model.punch(choice) } else { isAsking = true }
    }
}

/// What the owner of the phone does not let the app do, and the way to where that is set.
struct RightsSection: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.openURL) private var openURL
    @Environment(\.scenePhase) private var phase
    @State private var missing: [Phrase] = []

    var body: some View {
        Section {
            ForEach(missing, id: \.self) { Text($0).foregroundStyle(Color.orange) }
            if !missing.isEmpty { Button("Open the phone's settings") { openURL.settings() } }
        }
        .task(id: phase) { missing = PhoneRights(place: model.locator.right, reminders: await Notifier.areAllowed()).missing }
    }
}

/// A shift by its document, with an assignment or without, as it stands: once it is handed in there is no second time.
struct LogScreen: View {
    let log: DocumentId

    var body: some View {
        Following({ [log] in $0.shifts(of: log) }) { now in
            List { RunningSections(running: now, shift: now.shift) }
        }
    }
}

/// A shift that was clocked out of: handing it in is what is left to do.
struct HandInSection: View {
    @Environment(OfficerModel.self) private var model
    let done: RunningView

    var body: some View {
        Section {
            Text(ShiftWords.title(done.shift)).font(.headline)
            LabeledContent("Hours so far") { Text(model.times.length(done.workedSoFar)) }
            NavigationLink { LogScreen(log: done.log) } label: { Text("Look through it and hand it in") }
        }
    }
}

/// What comes next, where no shift is under way.
struct NextSection: View {
    @Environment(OfficerModel.self) private var model
    let next: [ShiftView]

    var body: some View {
        Section("Next") {
            if next.isEmpty { Text("No shift of yours is scheduled.").foregroundStyle(.secondary) }
            ForEach(next, id: \.log) { shift in
                NavigationLink { ShiftScreen(shift: shift) } label: { ShiftRow(shift: shift) }
            }
        }
    }
}

/// How the exchange stands, in two lines.
struct SyncSection: View {
    @Environment(OfficerModel.self) private var model
    let sync: SyncView

    var body: some View {
        let words = SyncWords(sync, times: model.times)
        Section {
            NavigationLink { SyncScreen() } label: {
                Label {
                    Text(words.headline)
                } icon: {
                    Image(systemName: words.tone.symbol).foregroundStyle(words.tone.color).accessibilityHidden(true)
                }
            }
        }
    }
}

extension SyncWords.Tone {
    var symbol: String {
        switch self {
        case .fine: "checkmark.circle"
        case .waiting: "arrow.up.circle"
        case .attention: "exclamationmark.triangle"
        }
    }

    var color: Color {
        switch self {
        case .fine: .green
        case .waiting: .secondary
        case .attention: .orange
        }
    }
}
