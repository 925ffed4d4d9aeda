import OfficerCore
import PhotosUI
import SwiftUI

/// Takes a photo or video, or one that was taken before, into the shift. The original goes in as it is.
struct MediaSheet: View {
    @Environment(OfficerModel.self) private var model
    @Environment(\.dismiss) private var dismiss
    let log: DocumentId
    @State private var caption = ""
    @State private var chosen: PhotosPickerItem?
    @State private var camera: Camera?
    @State private var isTakingIn = false

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
            }
            .disabled(isTakingIn)
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

    private func take(_ item: PhotosPickerItem) async {
        isTakingIn = true
        let picked = try? await item.loadTransferable(type: PickedFile.self)
        isTakingIn = false
        if let picked { await takeIn(picked.file) }
    }

    private func took(_ file: URL?) async {
        camera = nil
        if let file { await takeIn(file) }
    }

    /// The file itself may go once the phone has copied and hashed it.
    private func takeIn(_ file: URL) async {
        defer { try? FileManager.default.removeItem(at: file) }
        let size = (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        if let objection = Media.objection(bytes: UInt64(size), ending: file.pathExtension, times: model.times) {
            model.told = objection
            return
        }
        guard let type = Media.type(ofExtension: file.pathExtension), let moment = try? model.phone?.moment() else { return }
        isTakingIn = true
        let (log, words) = (log, caption.isEmpty ? nil : caption)
        let kept = await model.act { phone throws(OfficerError) in
            _ = try await phone.attach(file: file.path, mediaType: type, caption: words, in: .shift(.log(log)), at: moment)
        }
        isTakingIn = false
        if kept { dismiss() }
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
