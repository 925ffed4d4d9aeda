import OfficerCore
import SwiftUI

/// Signs the officer in: the agency shows a code, the phone reads it, or its text is pasted.
struct EnrolScreen: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    @State private var scanning = false
    @State private var text = ""
    @State private var isEnrolling = false
    @State private var otherOfficer = false
    @State private var asked: Asked?
    @State private var isAsking = false

    /// A code that leads somewhere, and where: the officer says whether that is the agency.
    private struct Asked {
        let code: String
        let host: String
    }

    var body: some View {
        NavigationStack {
            Form {
                Section {
                    Text("Your agency's coordinator shows you a code for this phone. It is good for 15 minutes.")
                    Button("Scan the code") { scanning = true }
                        .disabled(!CodeScanner.isSupported)
                }
                Section("Or paste its text") {
                    TextField("detailbook:…", text: $text, axis: .vertical)
                        .textInputAutocapitalization(.never)
                        .autocorrectionDisabled()
                    Button("Enroll this phone") { ask(text) }
                        .disabled(text.isEmpty || isEnrolling)
                }
                if isEnrolling { ProgressView("Enrolling") }
                // A book that nobody has signed in on: the way back to the others.
                if model.door == .enrol { Section { ChangeBookButton() } }
            }
            .navigationTitle("Detailbook")
            .confirmationDialog("Is this your agency's server?", isPresented: $isAsking, presenting: asked) { asked in
                Button("Enroll this phone") { enrol(asked.code) }
            } message: { asked in
                Text("The code leads to \(asked.host).")
            }
            .sheet(isPresented: $scanning) {
                CodeScanner { code in
                    scanning = false
                    ask(code)
                }
                .ignoresSafeArea()
            }
            .confirmationDialog("The records on this phone are another officer's.", isPresented: $otherOfficer, titleVisibility: .visible) {
                Button("Begin a second book on this phone") { begin() }
            } message: {
                Text("What the other officer wrote stays on this phone, in a book of its own. Whoever holds this phone can open either book. Ask your coordinator for a new code afterwards.")
            }
        }
    }

    private func ask(_ code: String) {
        // What is no invitation leads nowhere: the core says what is wrong with it.
        guard let host = host(ofInvitation: code) else { return enrol(code) }
        asked = Asked(code: code, host: host)
        isAsking = true
    }

    private func enrol(_ code: String) {
        guard let phone = model.phone, !isEnrolling else { return }
        isEnrolling = true
        Task {
            await enrol(phone, code)
            isEnrolling = false
        }
    }

    private func enrol(_ phone: OfficerPhone, _ code: String) async {
        var trouble: OfficerError?
        do { try await phone.enrol(with: code) } catch { trouble = error }
        switch Enrolment(trouble, times: model.times) {
        case .done:
            await model.enrolled(phone)
            dismiss()
        case .anotherOfficers: otherOfficer = true
        case let .failed(words): model.told = words
        }
    }

    /// The new book has a page of its own to sign in on.
    private func begin() {
        Task {
            dismiss()
            await model.turn(.beside)
        }
    }
}
