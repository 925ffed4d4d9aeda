import OfficerCore
import SwiftUI

/// What an officer who cannot work a shift may do about it.
struct LeavingSection: View {
    @Environment(OfficerModel.self) private var model
    let shift: ShiftView
    let running: RunningView?
    @State private var sheet: Sheet?

    /// What is being written.
    enum Sheet: Hashable, Identifiable {
        case callOff, trade
        var id: Sheet { self }
    }

    var body: some View {
        let choices = LeavingChoices(shift, running: running, now: model.now, times: model.times)
        Section {
            ForEach(choices.standing, id: \.self) { Text($0).foregroundStyle(.secondary) }
            if choices.offerTrade { Button(Phrase(.tradeOffer)) { sheet = .trade } }
            if choices.withdrawTrade { Button(Phrase(.tradeWithdraw), role: .destructive, action: withdraw) }
            if choices.callOff { Button(Phrase(.callOff), role: .destructive) { sheet = .callOff } }
        }
        .disabled(!model.wishGate.isOpen)
        .sheet(item: $sheet) { sheet in
            switch sheet {
            case .callOff: callOff(choices.entails)
            case .trade: trade
            }
        }
    }

    private func withdraw() {
        let id = shift.assignment.id
        model.wish("withdraw trade", about: id) { phone, clock throws(OfficerError) in try await phone.withdrawTrade(of: id, at: clock) }
    }

    private func callOff(_ entails: [Phrase]) -> some View {
        WishSheet(.callOff, asks: .callOffWhy, before: entails) { [shift] reason, phone, clock throws(OfficerError) in
            try await phone.callOff(shift.assignment.id, because: reason, at: clock)
        }
    }

    private var trade: some View {
        WishSheet(.tradeOffer, asks: .employeeNumber, before: [Phrase(.tradeEntails)]) { [shift] number, phone, clock throws(OfficerError) in
            try await phone.offerTrade(of: shift.assignment.id, toNumber: number, at: clock)
        }
    }
}

/// A wish that takes a few words, with what it entails said before it is sent.
struct WishSheet: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    let title: Sentence
    let asks: Sentence
    let before: [Phrase]
    let done: @Sendable (String, OfficerPhone, ClockReading) async throws(OfficerError) -> CommandId
    @State private var draft = Draft()
    @State private var trouble: Phrase?

    init(
        _ title: Sentence, asks: Sentence, before: [Phrase],
        done: @escaping @Sendable (String, OfficerPhone, ClockReading) async throws(OfficerError) -> CommandId
    ) {
        (self.title, self.asks, self.before, self.done) = (title, asks, before, done)
    }

    var body: some View {
        NavigationStack {
            Form {
                Section { ForEach(before, id: \.self) { Text($0) } }
                Section {
                    TextField(Phrase(asks).localized, text: $draft.text, axis: .vertical)
                    if let trouble { Text(trouble).foregroundStyle(Color.orange) }
                }
            }
            .navigationTitle(Phrase(title).localized)
            .interactiveDismissDisabled(!draft.text.isEmpty)
            .toolbar {
                ToolbarItem(placement: .cancellationAction) { Button("Cancel") { dismiss() } }
                ToolbarItem(placement: .confirmationAction) { Button("Send", action: send).disabled(!draft.canSend) }
            }
        }
    }

    /// What was written stays on the screen where it could not be kept.
    private func send() {
        guard let phone = model.phone else { return }
        do {
            let clock = try phone.reading()
            guard let words = draft.begin().map(LeavingChoices.words) else { return }
            Task { [done] in
                trouble = await model.attempt { phone throws(OfficerError) in _ = try await done(words, phone, clock) }
                // A page that closes sends nothing more.
                if trouble == nil { dismiss() } else { draft.ended(kept: false) }
            }
        } catch { trouble = ErrorWords.undone(error, times: model.times) }
    }
}
