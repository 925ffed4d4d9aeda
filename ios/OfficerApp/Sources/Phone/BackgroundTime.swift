import BackgroundTasks
import OfficerCore
import UIKit

/// Time in the background: the last seconds after the app left the front, and stretches that the system grants later.
@MainActor
final class BackgroundTime {
    private static let refresh = "org.detailbook.officer.refresh"
    private static let originals = "org.detailbook.officer.originals"
    private unowned let model: OfficerModel

    init(model: OfficerModel) {
        self.model = model
    }

    /// Before the app has finished launching, as the system demands.
    func register() {
        for identifier in [Self.refresh, Self.originals] {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: .main) { [unowned self] task in
                MainActor.assumeIsolated { self.granted(task) }
            }
        }
    }

    /// The app left the front: sends what it can in the seconds it is given, hands the rest to the system, and closes the file.
    func wentToBack() {
        let stay = model.bookstand.wentToBack()
        let leaving = Task { await leave(stay) }
        // Each departure has seconds of its own, and gives back those.
        let seconds = UIApplication.shared.beginBackgroundTask(withName: "last exchange") { leaving.cancel() }
        Task {
            await leaving.value
            UIApplication.shared.endBackgroundTask(seconds)
        }
    }

    private func leave(_ stay: Int) async {
        if let phone = model.phone, let exchange = model.exchange {
            let step = await Departure.leave(phone, exchange) { await self.model.inFront }
            await model.carrier.take(step)
            if model.inFront { await model.carrier.takeBack(phone) } else { await ask(phone) }
        }
        // What waits in other officers' books is for the time that the system grants.
        if !model.inFront { await model.bookstand.restOthers() }
        await model.bookstand.letGo(of: stay)
    }

    /// The system gave time. When it takes it back the exchange is cancelled, and nothing of it is lost.
    private func granted(_ task: BGTask) {
        let work = Task {
            await model.open()
            let worked = await exchange()
            await model.sendOthers(.background)
            task.setTaskCompleted(success: worked)
        }
        task.expirationHandler = { work.cancel() }
    }

    private func exchange() async -> Bool {
        guard let wakefulness = model.wakefulness, let phone = model.phone, let exchange = model.exchange else { return false }
        let outcome: Void? = try? await wakefulness.during { [model] phone throws(OfficerError) in
            let sync = try await phone.syncState()
            guard SyncPlan.isDue(.background, sync: sync, now: try phone.reading().wall) else { return }
            _ = try await exchange.run()
            // While the file is open: what follows the views by itself may come too late for a new award.
            await model.remind(phone)
            _ = try await phone.tidy()
        }
        await askAgain(phone, wakefulness)
        return outcome != nil
    }

    private func askAgain(_ phone: OfficerPhone, _ wakefulness: Wakefulness) async {
        try? await wakefulness.hold()
        await ask(phone)
        try? await wakefulness.release()
    }

    private func ask(_ phone: OfficerPhone) async {
        guard let sync = try? await phone.syncState(), let now = try? phone.reading().wall else { return }
        let running = (try? await phone.running()) ?? nil
        guard let next = SyncPlan.nextInBackground(
            sync: sync, running: running, others: !model.bookstand.books.toSend.isEmpty, now: now) else { return }
        submit(BGAppRefreshTaskRequest(identifier: Self.refresh), at: next)
        guard SyncPlan.wantsLongBackground(sync) else { return }
        let long = BGProcessingTaskRequest(identifier: Self.originals)
        long.requiresNetworkConnectivity = true
        submit(long, at: next)
    }

    /// The system refuses where the officer has switched background refresh off; then the front does it.
    private func submit(_ request: BGTaskRequest, at: UnixMillis) {
        request.earliestBeginDate = Date(millis: at)
        try? BGTaskScheduler.shared.submit(request)
    }
}
