import AVFoundation
import OfficerCore
import SwiftUI
import UIKit
import UniformTypeIdentifiers

/// What came of a camera.
enum Shot: Sendable {
    case file(URL)
    /// The officer left it.
    case left
    /// The phone does not let the app use its camera.
    case off
    /// It was taken and could not be written, or not taken at all.
    case failed
}

/// Takes one photo and hands on the file as the camera wrote it: nothing decodes or scales it in between.
struct PhotoCamera: UIViewControllerRepresentable {
    let took: @MainActor (Shot) -> Void

    func makeUIViewController(context: Context) -> PhotoCameraController { PhotoCameraController(took: took) }
    func updateUIViewController(_ controller: PhotoCameraController, context: Context) {}
}

/// A preview, a shutter, and a way out.
@MainActor
final class PhotoCameraController: UIViewController {
    private let took: @MainActor (Shot) -> Void
    private let session = AVCaptureSession()
    private var shutter: UIButton?
    private let output = AVCapturePhotoOutput()
    private lazy var preview = AVCaptureVideoPreviewLayer(session: session)

    init(took: @escaping @MainActor (Shot) -> Void) {
        self.took = took
        super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { nil }

    override func viewDidLoad() {
        super.viewDidLoad()
        view.backgroundColor = .black
        view.layer.addSublayer(preview)
        let shutter = button("camera.circle.fill", NSLocalizedString("Take a photo", comment: "")) { [weak self] in self?.shoot() }
        shutter.isEnabled = false
        self.shutter = shutter
        let way = button("xmark.circle", NSLocalizedString("Cancel", comment: "")) { [weak self] in self?.took(.left) }
        NSLayoutConstraint.activate([
            shutter.centerXAnchor.constraint(equalTo: view.centerXAnchor),
            way.leadingAnchor.constraint(equalTo: view.layoutMarginsGuide.leadingAnchor),
        ])
        connect()
    }

    override func viewDidLayoutSubviews() {
        super.viewDidLayoutSubviews()
        preview.frame = view.bounds
    }

    override func viewWillDisappear(_ animated: Bool) {
        super.viewWillDisappear(animated)
        session.stopRunning()
    }

    private func connect() {
        guard let camera = AVCaptureDevice.default(for: .video) else { return took(.failed) }
        // It throws where the owner has said no.
        guard let input = try? AVCaptureDeviceInput(device: camera) else { return took(.off) }
        guard session.canAddInput(input), session.canAddOutput(output) else { return took(.failed) }
        session.sessionPreset = .photo
        session.addInput(input)
        session.addOutput(output)
        // Starting takes a moment that the main thread must not spend.
        nonisolated(unsafe) let session = session
        DispatchQueue.global(qos: .userInitiated).async { [weak self] in
            session.startRunning()
            Task { @MainActor in self?.shutter?.isEnabled = true }
        }
    }

    /// Once: a second tap is no second photo. Without a connection that is active the system ends the app.
    private func shoot() {
        guard output.connection(with: .video)?.isActive == true else { return }
        shutter?.isEnabled = false
        output.capturePhoto(with: AVCapturePhotoSettings(), delegate: self)
    }

    /// A large button at the bottom.
    private func button(_ symbol: String, _ name: String, _ tapped: @escaping @MainActor () -> Void) -> UIButton {
        let button = UIButton(type: .system, primaryAction: UIAction(title: "", image: UIImage(systemName: symbol)) { _ in tapped() })
        button.accessibilityLabel = name
        button.translatesAutoresizingMaskIntoConstraints = false
        view.addSubview(button)
        NSLayoutConstraint.activate([
            button.bottomAnchor.constraint(equalTo: view.layoutMarginsGuide.bottomAnchor, constant: -16),
            button.widthAnchor.constraint(equalToConstant: 64), button.heightAnchor.constraint(equalToConstant: 64),
        ])
        return button
    }
}

extension PhotoCameraController: AVCapturePhotoCaptureDelegate {
    nonisolated func photoOutput(_ output: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: (any Error)?) {
        let file = error == nil ? photo.fileDataRepresentation().flatMap(Self.write) : nil
        Task { @MainActor in took(file.map(Shot.file) ?? .failed) }
    }

    private nonisolated static func write(_ photo: Data) -> URL? {
        // The camera writes HEIC, or JPEG where it cannot: the first bytes tell.
        let ending = photo.starts(with: [0xFF, 0xD8]) ? "jpg" : "heic"
        guard let file = try? PhoneFolder.scratch(UUID().uuidString + "." + ending) else { return nil }
        do { try photo.write(to: file, options: .completeFileProtectionUntilFirstUserAuthentication) } catch { return nil }
        return file
    }
}

/// Films one video and hands on its file.
struct FilmCamera: UIViewControllerRepresentable {
    let took: @MainActor (Shot) -> Void

    func makeUIViewController(context: Context) -> UIImagePickerController {
        let picker = UIImagePickerController()
        picker.sourceType = UIImagePickerController.isSourceTypeAvailable(.camera) ? .camera : .photoLibrary
        picker.mediaTypes = [UTType.movie.identifier]
        picker.videoMaximumDuration = Media.filmSeconds
        picker.videoQuality = .typeMedium
        picker.delegate = context.coordinator
        return picker
    }

    func updateUIViewController(_ picker: UIImagePickerController, context: Context) {}
    func makeCoordinator() -> Coordinator { Coordinator(took: took) }

    /// Hands on the film, or that there is none.
    @MainActor
    final class Coordinator: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
        private let took: @MainActor (Shot) -> Void

        init(took: @escaping @MainActor (Shot) -> Void) {
            self.took = took
        }

        func imagePickerController(_ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]) {
            took((info[.mediaURL] as? URL).map(Shot.file) ?? .failed)
        }

        func imagePickerControllerDidCancel(_ picker: UIImagePickerController) { took(.left) }
    }
}
