import Foundation

/// The server that an invitation leads to, as an officer reads it, before anything is sent there; nil where the text is no invitation.
public func host(ofInvitation text: String) -> String? {
    guard text.hasPrefix("detailbook:"), let at = text.firstIndex(of: "@") else { return nil }
    let server = String(text[text.index(after: at)...])
    guard !server.isEmpty else { return nil }
    guard let address = URLComponents(string: server), let host = address.host, !host.isEmpty else { return server }
    return address.port.map { "\(host):\($0)" } ?? host
}
