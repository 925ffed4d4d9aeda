import Foundation

/// The way to a site.
public enum Directions {
    /// An address that the system's map opens: the surveyed place, else the street address. Nil where neither is known.
    public static func url(to site: Site) -> URL? {
        var parts = URLComponents(string: "https://maps.apple.com/")
        let place = site.placement == .surveyed ? point(site.fence) : nil
        guard let goal = place ?? (site.address.isEmpty ? nil : site.address) else { return nil }
        parts?.queryItems = [URLQueryItem(name: "daddr", value: goal)]
        return parts?.url
    }

    private static func point(_ fence: Fence) -> String? {
        switch fence {
        case let .circle(center, _): degrees(center)
        case let .polygon(rings): rings.first?.first.map(degrees)
        }
    }

    private static func degrees(_ point: Point) -> String {
        [point.latitudeE7, point.longitudeE7].map { String(format: "%.7f", Double($0) / 1e7) }.joined(separator: ",")
    }
}
