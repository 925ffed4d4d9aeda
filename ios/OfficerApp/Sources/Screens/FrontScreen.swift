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
            // Another book has screens of its own, however fast it was turned to.
            case .home: HomeScreen().id(model.drawn.openBook.map { ObjectIdentifier($0.phone) })
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

/// Nothing can be read, and why. Nobody need wait for a book that stays shut: another one is begun beside it, which takes a new code and a
/// signal, or one that is here is opened.
struct TroubleScreen: View {
    @Environment(OfficerModel.self) private var model
    let words: Phrase
    let beside: Bool

    var body: some View {
        VStack(spacing: 16) {
            if let whose = BookWords.whose(model.drawn.books) { Text(whose).font(.headline) }
            Nothing(words)
            Button("Try again") { Task { await model.retry() } }
            if beside {
                Text("You can clock in in a second book once you have a new code from your coordinator and a signal. Until then write your times down. What is in this book stays on the phone and is tried again later.")
                    .multilineTextAlignment(.center)
                Button("Begin a second book on this phone") { Task { await model.turn(.beside) } }
            }
            ChangeBookButton()
        }
        .padding()
        .disabled(model.drawn.isTurning)
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
