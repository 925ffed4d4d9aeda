import OfficerCore
import SwiftUI

/// How the exchange stands: what waits, what was refused or given up, and what went wrong.
struct SyncScreen: View {
    @Environment(OfficerModel.self) private var model
    @State private var rows: [ItemRow] = []
    @State private var reports: [Report] = []
    @State private var enrolling = false

    var body: some View {
        Following({ $0.syncStates() }) { sync in
            List {
                summary(SyncWords(sync, times: model.times))
                others
                if !rows.isEmpty { items }
                if !reports.isEmpty { troubles }
            }
            .task(id: sync) { await read() }
            .sheet(isPresented: $enrolling) { EnrolScreen() }
        }
        .navigationTitle("Sync")
    }

    private func summary(_ words: SyncWords) -> some View {
        Section {
            Text(words.headline).font(.headline)
            ForEach(words.lines, id: \.self) { Text($0) }
            if words.enrolAgain { Button("Enroll this phone again") { enrolling = true } }
            Button("Sync now") { model.considerSync(.asked) }.disabled(model.isSyncing)
            if model.isSyncing { ProgressView("Exchanging with the agency") }
        }
    }

    /// What waits in the books of officers who used this phone before.
    @ViewBuilder
    private var others: some View {
        let lines = OtherBooksWords.lines(model.drawn.others, times: model.times)
        if !lines.isEmpty {
            Section("Other books on this phone") {
                ForEach(lines, id: \.self) { Text($0) }
            }
        }
    }

    private var items: some View {
        Section("Not with the agency yet") {
            ForEach(rows) { row in
                HStack {
                    VStack(alignment: .leading) {
                        Text(row.title)
                        Text(row.state).font(.caption).foregroundStyle(.secondary)
                        Text(verbatim: model.times.dayAndTime(row.at, in: nil)).font(.caption).foregroundStyle(.secondary)
                    }
                    Spacer()
                    if let retry = row.retry { Button("Try again") { again(retry) }.buttonStyle(.borderless) }
                }
            }
        }
    }

    private var troubles: some View {
        Section("What went wrong") {
            ForEach(reports, id: \.self) { report in
                VStack(alignment: .leading) {
                    Text(verbatim: report.reason)
                    if let words = report.words { Text(verbatim: words).font(.footnote) }
                    Text(verbatim: model.times.dayAndTime(report.at, in: nil)).font(.caption).foregroundStyle(.secondary)
                }
            }
        }
    }

    private func again(_ retry: ItemRow.Retry) {
        Task {
            await model.act { phone throws(OfficerError) in
                switch retry {
                case let .fact(fact, document): try await phone.retry(fact: fact, of: document)
                case let .original(hash): try await phone.retry(original: hash)
                }
            }
        }
    }

    private func read() async {
        guard let phone = model.phone else { return }
        rows = ((try? await phone.unsettled(limit: 200)) ?? []).map { ItemRow($0) }
        reports = (try? await phone.reports()) ?? []
    }
}
