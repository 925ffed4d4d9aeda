import OfficerCore
import SwiftUI

/// The app: one window over one phone.
@main
struct OfficerApp: App {
    @UIApplicationDelegateAdaptor(AppDelegate.self) private var delegate
    @Environment(\.scenePhase) private var phase

    var body: some Scene {
        WindowGroup {
            FrontScreen()
                .environment(delegate.model)
                .task { await delegate.model.open() }
        }
        .onChange(of: phase) { _, phase in
            switch phase {
            case .active: delegate.model.cameToFront()
            case .background: delegate.model.wentToBack()
            default: break
            }
        }
    }
}
