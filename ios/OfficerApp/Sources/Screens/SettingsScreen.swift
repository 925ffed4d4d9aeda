import OfficerCore
import SwiftUI

/// Who this phone is, what it may do, and how to enroll it anew.
struct SettingsScreen: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.openURL) private var openURL
    @State private var enrolled: Enrolled?
    @State private var enrolling = false

    var body: some View {
        List {
            OwnerSection()
            if let enrolled { identity(enrolled) }
            reminders
            Section {
                Button("Notifications, location and camera") { openURL.settings() }
                Button("Show reminders") { Task { await Notifier.askPermission() } }
            } footer: {
                Text("Location is read only while the screen with the clock is open.")
            }
            Section {
                Button("Enroll this phone again") { enrolling = true }
                ChangeBookButton()
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
}
