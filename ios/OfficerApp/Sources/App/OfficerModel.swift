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
    /// How the books stand, as they are drawn.
    private(set) var drawn = Bookstand.State()
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
    /// Lets one wish through at a time.
    private(set) var wishGate = WishGate()
    /// The phone; nil until the door is open.
    var phone: OfficerPhone? { bookstand.openBook?.phone }
    /// When the officer wants to be reminded of a shift.
    var wishes = Kept.wishes {
        didSet {
            Kept.wishes = wishes
            follow()
        }
    }

    /// The book that lies open, and the others.
    @ObservationIgnored private(set) lazy var bookstand = makeBookstand()
    /// Where the phone is.
    @ObservationIgnored let locator = Locator()
    /// Carries requests while the app does not run.
    @ObservationIgnored private(set) lazy var carrier = BackgroundCarrier(model: self)
    /// Asks the system for time in the background.
    @ObservationIgnored var background: BackgroundTime?
    /// Who needs the phone; nil until the door is open.
    var wakefulness: Wakefulness? { bookstand.openBook?.wakefulness }
    /// The phone's exchanges; nil until the door is open.
    var exchange: RunningExchange? { bookstand.openBook?.exchange }
    @ObservationIgnored private var watching: Task<Void, Never>?
    @ObservationIgnored private var minutes: Task<Void, Never>?
    @ObservationIgnored private var following: Task<Void, Never>?
    @ObservationIgnored private lazy var network = NetworkWatch { [weak self] in self?.considerSync(.networkCame) }
    @ObservationIgnored private var watch = ClockWatch() { didSet { lookForPlace() } }
    /// Why another exchange was wanted while one ran: that one may have passed by what was written meanwhile.
    @ObservationIgnored private var missed: SyncPlan.Occasion?

    /// How times read here and now.
    var times: Times { Times(locale: .current, phoneZone: .current) }

    /// Opens the phone, once; again where it could not be opened before.
    func open() async { await bookstand.open() }

    /// The officer has it tried once more.
    func retry() async {
        await open()
        considerSync(.opened)
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

    /// Keeps a wish that the agency decides, by its name and what it is about. The moment is that of the tap.
    func wish(
        _ name: String, about subject: String, _ work: @escaping @Sendable (OfficerPhone, ClockReading) async throws(OfficerError) -> CommandId?
    ) {
        guard let phone else { return }
        do {
            let clock = try phone.reading()
            guard wishGate.begin(name, about: subject, at: clock) else { return }
            Task {
                let written = await act { phone throws(OfficerError) in _ = try await work(phone, clock) }
                wishGate.ended(written: written)
            }
        } catch { tell(error) }
    }

    /// Does the same as `act` for a sheet, which says by itself what went wrong: nil where it worked.
    func attempt(_ work: @Sendable (OfficerPhone) async throws(OfficerError) -> Void) async -> Phrase? {
        // Of the book that is open now, whatever is turned to meanwhile.
        guard let wakefulness else { return ErrorWords.undone(.noFolder, times: times) }
        await bookstand.open()
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
    func enrolled(_ phone: OfficerPhone) async {
        bookstand.enrolled(on: phone)
        await Notifier.askPermission()
        considerSync(.opened)
        follow()
    }

    /// Goes on with a fresh book, or with another officer's. The first page then says whose it is.
    func turn(_ turn: Books.Turn) async {
        if await bookstand.turn(turn) { considerSync(.opened) }
    }

    /// Sends what waits in the other books, if it is time to look into them. Nothing of theirs is open when this returns.
    func sendOthers(_ occasion: SyncPlan.Occasion) async { await bookstand.sendOthers(occasion, now: Date().millis) }

    /// The app is in front.
    var inFront: Bool { watch.inFront }

    /// The clock has come onto the screen, or gone from it.
    func clock(onScreen: Bool) { watch.clockOnScreen = onScreen }

    func cameToFront() {
        guard !inFront else { return }
        watch.inFront = true
        let arrival = bookstand.cameToFront()
        Task {
            await arrival.value
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

    /// Plans the reminders of a book that is open, as it stands now.
    func remind(_ phone: OfficerPhone) async {
        guard let open = bookstand.openBook, open.phone === phone, let first = try? await phone.firstScreen() else { return }
        await remind(open, first)
    }

    private func makeBookstand() -> Bookstand {
        let fixes = locator.fixes
        let bookstand = Bookstand(folders: PhoneFolder.books()) { book throws(OfficerError) in
            do { return try await PhoneHouse.open(book: book, fixes: fixes) } catch { throw error as? OfficerError ?? .noFolder }
        }
        bookstand.reader = self
        watching = Task { [weak self, states = bookstand.states()] in
            for await state in states { self?.draw(state) }
        }
        return bookstand
    }

    private func draw(_ state: Bookstand.State) {
        drawn = state
        door = FirstDoor(state, unlocked: UIApplication.shared.isProtectedDataAvailable, times: times)
    }

    private func lookForPlace() {
        if watch.wantsPlace { locator.start() } else { locator.stop() }
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

    /// Whatever changes in the open book, whose it is and its reminders follow.
    private func follow() {
        guard let open = bookstand.openBook else { return }
        following?.cancel()
        following = Task {
            for await view in open.phone.firstScreens() {
                guard case let .success(first) = view else { continue }
                bookstand.note(first.officer, of: open.number)
                await remind(open, first)
            }
        }
    }

    private func remind(_ open: Bookstand.OpenBook, _ first: FirstScreen) async {
        guard let now = try? open.phone.reading().wall else { return }
        let schedule = (try? await open.phone.schedule().items) ?? first.next
        // Read anew each time: an officer travels, and a phone changes its zone.
        let times = Times(locale: .current, phoneZone: .current)
        await Notifier.plan(book: open.number, schedule: schedule, running: first.running, now: now, times: times)
    }
}

extension OfficerModel: BookReader {
    func opened(_ outcome: Result<Bookstand.OpenBook, OfficerError>) { follow() }

    func closing(_ book: Bookstand.OpenBook?) async {
        tab = .shift
        following?.cancel()
        await following?.value
        if let book { await carrier.takeBack(book.phone) }
    }

    /// Nothing of the officer's failed: told only where it is worth an interruption.
    func failed(_ error: OfficerError) {
        if ErrorWords.interrupts(error) { tell(error) }
    }
}
