import OfficerCore
import PhotosUI
import SwiftUI

/// Takes a photo or video, or one that was taken before, into a pad. The original goes in as it is.
struct MediaSheet: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    let pad: NotePad
    @State private var caption = ""
    @State private var chosen: PhotosPickerItem?
    @State private var camera: Camera?
    @State private var isTakingIn = false
    @State private var trouble: Phrase?
    @State private var waiting: [URL] = []

    /// Which camera is open.
    enum Camera: Hashable, Identifiable {
        case photo, film
        var id: Camera { self }
    }

    var body: some View {
        NavigationStack {
            Form {
                TextField("Caption", text: $caption, axis: .vertical)
                Button("Take a photo") { camera = .photo }
                Button("Film a video") { camera = .film }
                PhotosPicker("Choose from the library", selection: $chosen, matching: .any(of: [.images, .videos]), preferredItemEncoding: .current)
                if isTakingIn { ProgressView("Taking it in") }
                if let trouble { Text(trouble).foregroundStyle(Color.orange) }
                if !waiting.isEmpty { leftovers }
            }
            .task { await begin() }
            .disabled(isTakingIn)
            // Whoever came back meanwhile would be offered it once more.
            .interactiveDismissDisabled(isTakingIn || !caption.isEmpty)
            .navigationTitle("Photo or video")
            .toolbar { ToolbarItem(placement: .cancellationAction) { Button("Cancel") { dismiss() } } }
            .onChange(of: chosen) { _, item in if let item { Task { await take(item) } } }
            .fullScreenCover(item: $camera) { camera in
                switch camera {
                case .photo: PhotoCamera { shot in Task { await took(shot) } }
                case .film: FilmCamera { film in Task { await took(film) } }
                }
            }
        }
    }

    /// What an earlier attempt, or an earlier run of the app, could not take in.
    private var leftovers: some View {
        Section("Taken, but in no shift yet") {
            ForEach(waiting, id: \.self) { file in
                HStack {
                    if Media.type(ofExtension: file.pathExtension).map(Media.isVideo) == true { Text("Video") } else { Text("Photo") }
                    Spacer()
                    // What a shift was meant to hold is not to be shared by mistake.
                    Button(role: nil) { Task { await takeIn(file) } } label: { if pad.isShared { Text("Share with all on the detail") } else { Text("Add") } }
                        .buttonStyle(.borderless)
                    Button(role: .destructive) { discard(file) } label: { Text("Discard") }.buttonStyle(.borderless)
                }
            }
        }
    }

    /// What was taken and is in no shift is of the officer whose book is open.
    private func captures() throws -> CaptureShelf { try PhoneFolder.captures(of: model.bookstand.books.open) }

    /// Looks what is left, and lets go of what the phone has.
    private func begin() async {
        guard let phone = model.phone, let shelf = try? captures() else { return }
        await shelf.letGo { file in
            // What cannot be told now is offered.
            guard let hash = try? await FileHash.sha256(of: file), let copy = try? await phone.original(hash) else { return false }
            return !copy.isEmpty
        }
        look()
    }

    private func look() { waiting = (try? captures().waiting()) ?? [] }

    private func discard(_ file: URL) {
        try? captures().discard(file)
        look()
    }

    private func take(_ item: PhotosPickerItem) async {
        isTakingIn = true
        let picked = try? await item.loadTransferable(type: PickedFile.self)
        isTakingIn = false
        chosen = nil
        if let picked { await keep(picked.file) } else { trouble = Phrase(.mediaNotTaken) }
    }

    private func took(_ shot: Shot) async {
        camera = nil
        switch shot {
        case .file(let file): await keep(file)
        case .left: break
        case .off: trouble = Phrase(.cameraOff)
        case .failed: trouble = Phrase(.mediaNotTaken)
        }
    }

    private func keep(_ file: URL) async {
        do { await takeIn(try captures().keep(file)) } catch { trouble = ErrorWords.undone(.noFolder, times: model.times) }
    }

    /// The file goes once the phone has copied and hashed it, and stays where that failed.
    private func takeIn(_ file: URL) async {
        trouble = nil
        let size = (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        trouble = Media.objection(bytes: UInt64(size), ending: file.pathExtension, times: model.times)
        if trouble == nil { await attach(file) }
        look()
    }

    private func attach(_ file: URL) async {
        guard let type = Media.type(ofExtension: file.pathExtension), let phone = model.phone, let shelf = try? captures() else { return }
        let (place, words) = (pad.place, caption.isEmpty ? nil : caption)
        do {
            let moment = try phone.moment()
            isTakingIn = true
            let kept = await shelf.takeIn(file) { path in
                trouble = await model.attempt { phone throws(OfficerError) in
                    _ = try await phone.attach(file: path, mediaType: type, caption: words, in: place, at: moment)
                }
                return trouble == nil
            }
            isTakingIn = false
            if kept { dismiss() }
        } catch { trouble = ErrorWords.undone(error, times: model.times) }
    }
}

/// A file from the library, as it lies there.
struct PickedFile: Transferable {
    let file: URL

    static var transferRepresentation: some TransferRepresentation {
        FileRepresentation(importedContentType: .image, importing: copied)
        FileRepresentation(importedContentType: .movie, importing: copied)
    }

    @Sendable
    private static func copied(_ received: ReceivedTransferredFile) async throws -> PickedFile {
        let copy = try PhoneFolder.scratch(UUID().uuidString + "." + received.file.pathExtension)
        try FileManager.default.copyItem(at: received.file, to: copy)
        return PickedFile(file: copy)
    }
}
