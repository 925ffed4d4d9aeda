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
            case let .trouble(words, beside): TroubleScreen(words: words, beside: beside)
            }
        }
        .alert("That did not work", isPresented: $model.isTold, presenting: model.told) { _ in
            Button("OK") { model.told = nil }
        } message: { words in
            Text(words)
        }
    }
}

/// Nothing can be read. Where other records may be begun, or are here, the clock is not lost with these.
struct TroubleScreen: View {
    @Environment(OfficerModel.self) private var model
    let words: Phrase
    let beside: Bool
    @State private var isAsking = false

    var body: some View {
        VStack(spacing: 16) {
            if let whose = BookWords.whose(model.books.books) { Text(whose).font(.headline) }
            Nothing(words)
            Button("Try again") { Task { await model.retry() } }
            if beside { Button("Begin new records beside them") { isAsking = true } }
            ChangeOfficerButton()
        }
        .disabled(model.books.isTurning)
        .confirmationDialog(
            "What is in these records stays on this phone and is tried again. Your coordinator gives you a code for the new ones.",
            isPresented: $isAsking, titleVisibility: .visible
        ) {
            Button("Begin new records beside them") { Task { await model.turn(.beside) } }
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
