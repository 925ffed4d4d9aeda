import Foundation
import OfficerCore

/// Has the system carry requests while the app is suspended or not running at all: one after another, each with its errand's label.
@MainActor
final class BackgroundCarrier: NSObject {
    private unowned let model: OfficerModel
    private var bodies: [Int: Data] = [:]
    private var answering = 0
    private var whenDone: (() -> Void)?
    private var eventsDelivered = false

    private lazy var session: URLSession = {
        let configuration = URLSessionConfiguration.background(withIdentifier: "org.detailbook.officer.exchange")
        configuration.sessionSendsLaunchEvents = true
        configuration.isDiscretionary = false
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        return URLSession(configuration: configuration, delegate: self, delegateQueue: .main)
    }()

    init(model: OfficerModel) {
        self.model = model
    }

    /// Takes back what the system has not carried yet: the app is in front and exchanges by itself.
    func takeBack(_ phone: OfficerPhone) async {
        for task in await session.allTasks {
            task.cancel()
            try? await phone.abandonErrand(task.taskDescription ?? "")
        }
    }

    /// The system has answers for a session of this app's, and waits to be told that they were taken.
    func answersCame(whenDone: @escaping () -> Void) {
        self.whenDone = whenDone
        eventsDelivered = false
        _ = session
    }

    /// Has the system carry what comes next, if anything does.
    func take(_ step: Errand.Step?) async {
        guard case let .send(errand) = step else { return }
        guard let request = URLRequest(heading: errand.request), let file = try? body(errand) else {
            _ = try? await model.wakefulness?.during { phone throws(OfficerError) in try await phone.abandonErrand(errand.label) }
            return
        }
        let task = session.uploadTask(with: request, fromFile: file)
        task.taskDescription = errand.label
        task.resume()
    }

    /// The system reads a request's body from a file, after the app may have gone.
    private func body(_ errand: Errand) throws -> URL {
        let file = try PhoneFolder.scratch(Self.fileName(errand.label))
        try errand.request.body.write(to: file, options: [.atomic, .completeFileProtectionUntilFirstUserAuthentication])
        return file
    }

    /// The request's body has done its work.
    private func tidy(_ label: String) {
        if let file = try? PhoneFolder.scratch(Self.fileName(label)) { try? FileManager.default.removeItem(at: file) }
    }

    private static func fileName(_ label: String) -> String { label.replacingOccurrences(of: "/", with: "-") }

    /// Another book may be open than the one that asked, or another process: what is not the open one's is dropped, and a new exchange begun.
    private func ended(_ label: String, _ answer: Incoming?) async {
        await model.open()
        let step = try? await model.wakefulness?.during { phone throws(OfficerError) in try await phone.finishErrand(label, with: answer) }
        await take(step)
        answering -= 1
        tellSystem()
    }

    private func tellSystem() {
        guard eventsDelivered, answering == 0 else { return }
        whenDone?()
        whenDone = nil
    }
}

extension BackgroundCarrier: URLSessionDataDelegate {
    nonisolated func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let task = dataTask.taskIdentifier
        MainActor.assumeIsolated { bodies[task, default: Data()].append(data) }
    }

    nonisolated func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (number, label) = (task.taskIdentifier, task.taskDescription ?? "")
        let status = error == nil ? (task.response as? HTTPURLResponse)?.statusCode : nil
        MainActor.assumeIsolated {
            let body = bodies.removeValue(forKey: number) ?? Data()
            tidy(label)
            // Taken back: the app does it by itself.
            guard (error as? URLError)?.code != .cancelled else { return }
            let answer = status.map { Incoming(status: UInt16(clamping: $0), gzip: false, body: body) }
            // Counted before anything can wait: the system may say in the same breath that there are no more answers.
            answering += 1
            Task { await ended(label, answer) }
        }
    }

    nonisolated func urlSessionDidFinishEvents(forBackgroundURLSession session: URLSession) {
        MainActor.assumeIsolated {
            eventsDelivered = true
            tellSystem()
        }
    }
}
