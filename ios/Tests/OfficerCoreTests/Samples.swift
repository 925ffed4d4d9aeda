import Foundation

@testable import OfficerCore

/// Views as the library gives them, for rules that need no library.
enum Sample {
    /// 2026-11-20, a Friday, 15:00 in New York.
    static let now: UnixMillis = 1_795_204_800_000
    static let times = Times(locale: Locale(identifier: "en_US"), phoneZone: TimeZone(identifier: "America/New_York")!)

    static func detail(
        title: String = "Road work", starts: Millis = .minutes(10), lasts: Millis = .hours(8), zone: String = "America/New_York",
        positions: [Position] = [Position(id: "p-1", name: "Traffic 1", rank: nil, filled: false)], orders: String = "",
        state: DetailState = .open
    ) -> Detail {
        Detail(
            id: "d-\(title)", site: "s-1", customerName: "Paving Company", title: title, jobType: "C", starts: now + starts,
            ends: now + starts + lasts, zone: zone, positions: positions, postOrders: orders, state: state, reference: "")
    }

    static func shift(
        _ detail: Detail? = Sample.detail(), log: DocumentId = "log-1", state: AssignmentState = .active,
        acknowledgement: AcknowledgementView = .open, ruling: Ruling? = nil, leaving: LeavingView? = nil
    ) -> ShiftView {
        let assignment = Assignment(
            id: "a-\(log)", detail: detail?.id ?? "d-0", position: "p-1", officer: "o-1", origin: .applied, state: state, shiftLog: nil,
            acknowledged: nil)
        return ShiftView(
            assignment: assignment, log: log, detail: detail, site: nil, acknowledgement: acknowledgement, ruling: ruling, leaving: leaving)
    }

    static func running(
        _ state: ShiftState, shift: ShiftView? = Sample.shift(), askAt: [UnixMillis] = [], reviewAt: UnixMillis? = nil,
        worked: Millis = 0, flags: [Flag] = [], ordersRead: UnixMillis? = nil, submitted: UnixMillis? = nil,
        log: DocumentId? = nil, since: Mark? = nil, intervals: [Interval] = []
    ) -> RunningView {
        RunningView(
            log: log ?? shift?.log ?? "log-0", shift: shift, detail: nil, state: state, since: since, worked: intervals, workedSoFar: worked, flags: flags,
            places: [], askAt: askAt, reviewAt: reviewAt, ordersRead: ordersRead, submitted: submitted, sync: nil)
    }

    static func sync(
        facts: UInt64 = 0, wishes: UInt64 = 0, originals: UInt64 = 0, failed: UInt64 = 0, refused: UInt64 = 0, unsigned: UInt64 = 0,
        settledAt: UnixMillis? = now, retryAt: UnixMillis? = nil, revokedAt: UnixMillis? = nil, updateWanted: Bool = false,
        enrolAgain: EnrolAgain? = nil
    ) -> SyncView {
        let all = facts + wishes + originals + failed + refused == 0 && settledAt != nil
        return SyncView(
            allSynced: all, factsWaiting: facts, wishesWaiting: wishes, originalsWaiting: originals, originalsFailed: failed,
            factsRefused: refused, factsUnsigned: unsigned, settledAt: settledAt, retryAt: retryAt, revokedAt: revokedAt,
            updateWanted: updateWanted, enrolAgain: enrolAgain)
    }

    static func ruling(_ accepted: [Interval], countsAs: CountsAs? = nil, reason: String = "", pay: Pay? = nil) -> Ruling {
        Ruling(
            id: "r-1", assignment: "a-1", accepted: accepted, exceptions: [], reason: reason, ruledBy: "Details office", ruledAt: now,
            supersedes: nil, countsAs: countsAs, pay: pay)
    }

    static func verdict(
        _ state: FenceState, distance: Int64? = nil, accuracy: UInt32? = nil, doubts: [Doubt] = []
    ) -> FenceVerdict {
        FenceVerdict(
            state: state, fix: nil, distanceDm: distance, accuracyDm: accuracy, ageMs: nil, doubts: doubts, mockSeen: false,
            sentence: "As the core says it.")
    }

    static func position(_ id: String, filled: Bool = false) -> Position { Position(id: id, name: "Post \(id)", rank: nil, filled: filled) }
}
