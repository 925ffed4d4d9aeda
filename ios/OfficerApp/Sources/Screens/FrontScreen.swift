import OfficerCore
import SwiftUI

/// The door the app opens on.
struct FrontScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        @Bindable var model = model
        Group {
            switch model.door {
            case nil: ProgressView()
            case .enrol: EnrolScreen()
            case .home: HomeScreen()
            case .waitForUnlock: Nothing("Unlock the phone once after it has started. Then your records can be read.")
            case let .trouble(words): TroubleScreen(words: words)
            }
        }
        .alert("That did not work", isPresented: $model.isTold, presenting: model.told) { _ in
            Button("OK") { model.told = nil }
        } message: { words in
            Text(words)
        }
    }
}

/// Nothing can be read.
struct TroubleScreen: View {
    @Environment(OfficerModel.self) private var model
    let words: Phrase

    var body: some View {
        VStack(spacing: 16) {
            Nothing(words)
            Button("Try again") { Task { await model.open() } }
        }
    }
}

/// The app proper.
struct HomeScreen: View {
    @Environment(OfficerModel.self) private var model

    var body: some View {
        @Bindable var model = model
        TabView(selection: $model.tab) {
            ClockScreen()
                .tabItem { Label("Shift", systemImage: "clock") }
                .tag(OfficerModel.Tab.shift)
            ScheduleScreen()
                .tabItem { Label("Schedule", systemImage: "calendar") }
                .tag(OfficerModel.Tab.schedule)
            OffersScreen()
                .tabItem { Label("Offers", systemImage: "list.bullet") }
                .tag(OfficerModel.Tab.offers)
            MessagesScreen()
                .tabItem { Label("Messages", systemImage: "envelope") }
                .tag(OfficerModel.Tab.messages)
            MoreScreen()
                .tabItem { Label("More", systemImage: "ellipsis") }
                .tag(OfficerModel.Tab.more)
        }
    }
}
