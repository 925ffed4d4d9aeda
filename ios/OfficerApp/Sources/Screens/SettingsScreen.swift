import OfficerCore
import SwiftUI
import UIKit

/// Who this phone is, what it may do, and how to enroll it anew.
struct SettingsScreen: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.openURL) private var openURL
    @State private var enrolled: Enrolled?
    @State private var enrolling = false

    var body: some View {
        List {
            if let whose = BookWords.whose(model.books.books) { Section { Text(whose).font(.headline) } }
            if let enrolled { identity(enrolled) }
            reminders
            Section {
                Button("Notifications, location and camera") { openSettings() }
                Button("Show reminders") { Task { await Notifier.askPermission() } }
            } footer: {
                Text("Location is read only while the screen with the clock is open.")
            }
            Section {
                Button("Enroll this phone again") { enrolling = true }
                ChangeOfficerButton()
            }
            versions
        }
        .navigationTitle("Settings")
        .task { enrolled = (try? await model.phone?.enrolled()) ?? nil }
        .sheet(isPresented: $enrolling) { EnrolScreen() }
    }

    private func identity(_ enrolled: Enrolled) -> some View {
        Section("This phone") {
            LabeledContent("Agency", value: enrolled.agency)
            LabeledContent("Officer", value: enrolled.officer)
            LabeledContent("Enrollment", value: enrolled.device)
        }
        .textSelection(.enabled)
    }

    private var reminders: some View {
        @Bindable var model = model
        return Section("Reminders") {
            Toggle("Remind me of a shift 1 hour and 15 minutes before", isOn: $model.wishes.beforeStart)
        }
    }

    private var versions: some View {
        let versions = OfficerPhone.versions
        return Section("Version") {
            LabeledContent("Library", value: versions.library)
            LabeledContent("Store encrypted") { versions.encrypted ? Text("Yes") : Text("No") }
        }
    }

    private func openSettings() {
        if let url = URL(string: UIApplication.openSettingsURLString) { openURL(url) }
    }
}

/// Changes to the next officer's book, where there is another one, after the question whose it is.
struct ChangeOfficerButton: View {
    @Environment(OfficerModel.self) private var model
    @State private var asked: Int?
    @State private var isAsking = false

    var body: some View {
        let books = model.books.books
        if books.count > 1 {
            Button("Change to the next officer on this phone") {
                asked = books.next
                isAsking = true
            }
            .disabled(model.books.isTurning)
            .confirmationDialog("Change to other records?", isPresented: $isAsking, presenting: asked) { book in
                Button("Yes, they are mine") { Task { await model.turn(.to(book)) } }
            } message: { book in
                Text(BookWords.ask(books, turnTo: book))
            }
        }
    }
}
