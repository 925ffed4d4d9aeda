import Foundation
import Observation
import OfficerCore
import UIKit

/// What the screens share: the door the app opens on, the phone behind it, and what the officer is told.
@MainActor
@Observable
final class OfficerModel {
    /// The tabs of the app.
    enum Tab: Hashable { case shift, schedule, offers, messages, more }

    /// Nil while the store is being opened.
    private(set) var door: FirstDoor?
    /// What did not work, to be shown once.
    var told: Phrase?
    /// There is something to be told.
    var isTold: Bool {
        get { told != nil }
        set { if !newValue { told = nil } }
    }
    /// The tab in front.
    var tab = Tab.shift
    /// An exchange runs.
    private(set) var isSyncing = false
    /// The present minute: screens that depend on the time are drawn anew when it changes.
    private(set) var now = Date().millis
    /// Lets one punch through at a time.
    private(set) var punches = PunchGate()
    /// The phone; nil until the door is open.
    private(set) var phone: OfficerPhone?
    /// How the other officers' books on this phone stand, as far as they were looked into.
    private(set) var others: [Int: BookStanding] = [:]
    /// When the officer wants to be reminded of a shift.
    var wishes = Kept.wishes {
        didSet {
            Kept.wishes = wishes
            watchForReminders()
        }
    }

    /// Where the phone is.
    @ObservationIgnored let locator = Locator()
    /// Carries requests while the app does not run.
    @ObservationIgnored private(set) lazy var carrier = BackgroundCarrier(model: self)
    /// Asks the system for time in the background.
    @ObservationIgnored var background: BackgroundTime?
    @ObservationIgnored private(set) var wakefulness: Wakefulness?
    /// The phone's exchanges; nil until the door is open.
    @ObservationIgnored private(set) var exchange: RunningExchange?
    @ObservationIgnored private lazy var otherBooks = makeOtherBooks()
    @ObservationIgnored private var lookedAt: UnixMillis?
    @ObservationIgnored private var opening: Task<Void, Never>?
    @ObservationIgnored private var minutes: Task<Void, Never>?
    @ObservationIgnored private var reminding: Task<Void, Never>?
    @ObservationIgnored private lazy var network = NetworkWatch { [weak self] in self?.considerSync(.networkCame) }
    @ObservationIgnored private var watch = ClockWatch() { didSet { lookForPlace() } }
    /// Why another exchange was wanted while one ran: that one may have passed by what was written meanwhile.
    @ObservationIgnored private var missed: SyncPlan.Occasion?
    @ObservationIgnored private var arriving: Task<Void, Never>?

    /// How times read here and now.
    var times: Times { Times(locale: .current, phoneZone: .current) }

    /// Opens the phone, once; again where it could not be opened before.
    func open() async {
        if let opening { return await opening.value }
        let opening = Task { await openPhone() }
        self.opening = opening
        await opening.value
        if phone == nil { self.opening = nil }
    }

    /// Does what the officer asked for, tells what went wrong, and has it sent. True where it worked. It holds the phone meanwhile, so that
    /// a tap on the way to another app is written down too.
    @discardableResult
    func act(_ work: @Sendable (OfficerPhone) async throws(OfficerError) -> Void) async -> Bool {
        guard let trouble = await attempt(work) else { return true }
        told = trouble
        return false
    }

    /// Writes down what a button of the clock says. The moment is that of the tap, before anything else.
    func punch(_ choice: ClockChoice) {
        guard let phone else { return }
        do {
            let moment = try phone.moment()
            guard punches.begin(choice, at: moment.clock) else { return }
            Task {
                let written = await act { phone throws(OfficerError) in _ = try await phone.punch(choice.kind, choice.shift, at: moment) }
                punches.ended(written: written)
            }
        } catch { tell(error) }
    }

    /// Keeps a wish that the agency decides. The moment is that of the tap.
    func wish(_ work: @escaping @Sendable (OfficerPhone, ClockReading) async throws(OfficerError) -> CommandId?) {
        guard let phone else { return }
        do {
            let clock = try phone.reading()
            Task { await act { phone throws(OfficerError) in _ = try await work(phone, clock) } }
        } catch { tell(error) }
    }

    /// Does the same as `act` for a sheet, which says by itself what went wrong: nil where it worked.
    func attempt(_ work: @Sendable (OfficerPhone) async throws(OfficerError) -> Void) async -> Phrase? {
        guard let wakefulness else { return ErrorWords.undone(.noFolder, times: times) }
        do {
            try await wakefulness.during(work)
            considerSync(.wrote)
            return nil
        } catch { return ErrorWords.undone(error, times: times) }
    }

    /// Exchanges with the agency, if it is worth it now.
    func considerSync(_ occasion: SyncPlan.Occasion) {
        Task { await syncIfDue(occasion) }
    }

    /// Tells the officer that what they did was not done, and why.
    func tell(_ error: OfficerError) { told = ErrorWords.undone(error, times: times) }

    /// A reminder was tapped.
    func opened(log: DocumentId?) {
        if log != nil { tab = .shift }
    }

    /// The officer has enrolled the phone.
    func enrolled() async {
        door = .home
        await Notifier.askPermission()
        considerSync(.opened)
        watchForReminders()
    }

    /// The records here are another officer's: begins a book of its own beside them.
    func startFresh() async { await turn { $0.beginBeside() } }

    /// Goes on with the next officer's book.
    func switchOfficer() async { await turn { $0.turn() } }

    /// How many officers have a book on this phone.
    var officers: Int { Kept.books.count }

    /// Sends what waits in the other books, if it is time to look into them. Nothing of theirs is open when this returns.
    func sendOthers(_ occasion: SyncPlan.Occasion) async {
        let now = Date().millis
        guard SyncPlan.looksIntoOthers(occasion, lastLook: lookedAt, now: now) else { return }
        lookedAt = now
        let standings = await otherBooks.send(Kept.books.toSend, asked: occasion == .asked)
        Kept.books.note(standings)
        let open = Kept.books.open
        others = others.merging(standings) { $1 }.filter { $0.key != open }
    }

    /// No other book is open when this returns: the app may be suspended.
    func restOthers() async { await otherBooks.rest() }

    /// The app is in front.
    var inFront: Bool { watch.inFront }

    /// The clock has come onto the screen, or gone from it.
    func clock(onScreen: Bool) { watch.clockOnScreen = onScreen }

    func cameToFront() {
        guard !inFront else { return }
        watch.inFront = true
        arriving = Task {
            await open()
            await hold()
            if let phone { await carrier.takeBack(phone) }
            tick()
            considerSync(.opened)
        }
        minutes = Task { await everyMinute() }
        network.start()
    }

    func wentToBack() {
        guard inFront else { return }
        watch.inFront = false
        minutes?.cancel()
        network.stop()
        background?.wentToBack()
    }

    /// Lets go of what `cameToFront` held, when the last of the work is done.
    func letGo() async {
        await arriving?.value
        do { try await wakefulness?.release() } catch { mention(error) }
    }

    private func makeOtherBooks() -> OtherBooks {
        let fixes = locator.fixes
        return OtherBooks { book throws(OfficerError) in
            do { return try await PhoneHouse.open(book: book, fixes: fixes) } catch { throw error as? OfficerError ?? .noFolder }
        }
    }

    /// Closes the book that is open and opens the one that is then chosen. What was pending of the officer before is pending no more.
    private func turn(_ choose: (inout Books) -> Void) async {
        reminding?.cancel()
        await reminding?.value
        if let phone { await carrier.takeBack(phone) }
        // The other books may be the next one to open: two must never have the same file.
        await otherBooks.end()
        try? await phone?.close()
        choose(&Kept.books)
        Notifier.clear()
        (phone, wakefulness, exchange, opening, door) = (nil, nil, nil, nil, nil)
        (otherBooks, others, lookedAt) = (makeOtherBooks(), [:], nil)
        await open()
        if inFront { await hold() }
        considerSync(.opened)
    }

    private func lookForPlace() {
        if watch.wantsPlace { locator.start() } else { locator.stop() }
    }

    private func hold() async {
        do { try await wakefulness?.hold() } catch { mention(error) }
    }

    /// Nothing of the officer's failed: told only where it is worth an interruption.
    private func mention(_ error: OfficerError) {
        if ErrorWords.interrupts(error) { tell(error) }
    }

    private func openPhone() async {
        do {
            let phone = try await PhoneHouse.open(book: Kept.books.open, fixes: locator.fixes)
            let enrolled = try await phone.enrolled() != nil
            (self.phone, wakefulness, exchange) = (phone, Wakefulness(phone), RunningExchange(phone))
            door = FirstDoor(.success(enrolled), unlocked: true, times: times)
            if enrolled { watchForReminders() }
        } catch {
            let trouble = error as? OfficerError ?? .noFolder
            door = FirstDoor(.failure(trouble), unlocked: UIApplication.shared.isProtectedDataAvailable, times: times)
        }
    }

    private func syncIfDue(_ occasion: SyncPlan.Occasion) async {
        if inFront { Task { await sendOthers(occasion) } }
        if isSyncing { return missed = occasion }
        guard let phone, let exchange, let sync = try? await phone.syncState(), let now = try? phone.reading().wall else { return }
        guard SyncPlan.isDue(occasion, sync: sync, now: now) else { return }
        isSyncing = true
        do { try await exchange.run() } catch { if occasion == .asked { told = ErrorWords.phrase(error, times: times) } }
        isSyncing = false
        let again = missed
        missed = nil
        if let again, again != .minute { await syncIfDue(again) }
    }

    /// Time passes without telling anybody.
    private func everyMinute() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(60))
            guard !Task.isCancelled else { return }
            tick()
            considerSync(.minute)
        }
    }

    private func tick() {
        now = Date().millis
        phone?.refresh()
    }

    /// Whatever changes on the phone, its reminders follow.
    private func watchForReminders() {
        guard let phone else { return }
        reminding?.cancel()
        reminding = Task {
            for await view in phone.firstScreens() {
                guard case let .success(first) = view, let now = try? phone.reading().wall else { continue }
                LastShift.note(first.running)
                let schedule = (try? await phone.schedule().items) ?? first.next
                // Read anew each time: an officer travels, and a phone changes its zone.
                let times = Times(locale: .current, phoneZone: .current)
                await Notifier.plan(schedule: schedule, running: first.running, now: now, times: times)
            }
        }
    }
}
