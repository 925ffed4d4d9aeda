import Foundation

/// How times, lengths and amounts read, in the officer's language and in the zone of the site.
public struct Times: Sendable {
    private let locale: Locale
    private let phoneZone: TimeZone

    /// - Parameters:
    ///   - locale: the officer's.
    ///   - phoneZone: the zone the phone is in. Times in another zone name it.
    public init(locale: Locale, phoneZone: TimeZone) {
        self.locale = locale
        self.phoneZone = phoneZone
    }

    /// A time of day, such as "4:00 PM", with the zone's short name where it is not the phone's.
    public func time(_ at: UnixMillis, in zone: Zone?) -> String {
        let here = self.zone(zone)
        let text = style(here).hour().minute().format(Date(millis: at))
        return agrees(here, at) ? text : named(text, here, at)
    }

    /// A day, such as "Fri, Nov 22".
    public func day(_ at: UnixMillis, in zone: Zone?) -> String {
        style(self.zone(zone)).weekday(.abbreviated).month(.abbreviated).day().format(Date(millis: at))
    }

    /// A day and a time of it.
    public func dayAndTime(_ at: UnixMillis, in zone: Zone?) -> String {
        day(at, in: zone) + ", " + time(at, in: zone)
    }

    /// A stretch: the day is said once where both ends are on it.
    public func span(from start: UnixMillis, to end: UnixMillis, in zone: Zone?) -> Phrase {
        let here = self.zone(zone)
        let first = day(start, in: zone) + ", " + style(here).hour().minute().format(Date(millis: start))
        let sameDay = calendar(here).isDate(Date(millis: start), inSameDayAs: Date(millis: end))
        return Phrase(.span, first, sameDay ? time(end, in: zone) : dayAndTime(end, in: zone))
    }

    /// A month, such as "November 2026".
    public func month(_ at: UnixMillis, in zone: Zone?) -> String {
        style(self.zone(zone)).month(.wide).year().format(Date(millis: at))
    }

    /// An amount of the agency's currency, such as "1,234.50". Which currency it is, is known to the agency and its officers alone.
    public func amount(_ cents: Cents) -> String {
        (Decimal(cents) / 100).formatted(.number.precision(.fractionLength(2)).locale(locale))
    }

    /// A length, in whole minutes, such as "7 h 30 min". What is short of a minute is left out.
    public func length(_ length: Millis) -> Phrase {
        let minutes = max(0, length) / 60_000
        return minutes < 60
            ? Phrase(.minutes, String(minutes))
            : Phrase(.hoursAndMinutes, String(minutes / 60), String(minutes % 60))
    }

    /// A distance or accuracy, in metres or, where people use them, in feet, such as "1,200 ft".
    public func distance(decimetres: UInt64) -> String {
        locale.measurementSystem == .us
            ? number(UInt64((Double(decimetres) * 0.328084).rounded())) + " ft"
            : number((decimetres + 5) / 10) + " m"
    }

    /// A whole number, such as "1,200".
    public func number(_ number: UInt64) -> String {
        number.formatted(IntegerFormatStyle<UInt64>(locale: locale))
    }

    /// A size in bytes, such as "4.2 MB".
    public func size(_ bytes: UInt64) -> String {
        bytes < 1_000_000
            ? number((bytes + 999) / 1000) + " kB"
            : (Double(bytes) / 1_000_000).formatted(FloatingPointFormatStyle<Double>(locale: locale).precision(.fractionLength(1))) + " MB"
    }

    /// The first instant of a time's month there, by which months are told apart.
    public func startOfMonth(_ at: UnixMillis, in zone: Zone?) -> UnixMillis {
        let calendar = calendar(self.zone(zone))
        return calendar.dateInterval(of: .month, for: Date(millis: at)).map { $0.start.millis } ?? at
    }

    /// The zone that times are said in: that of the site where it has one that this phone knows, else the phone's.
    public func zone(_ zone: Zone?) -> TimeZone {
        zone.flatMap { TimeZone(identifier: $0) } ?? phoneZone
    }

    private func agrees(_ zone: TimeZone, _ at: UnixMillis) -> Bool {
        let date = Date(millis: at)
        return zone.secondsFromGMT(for: date) == phoneZone.secondsFromGMT(for: date)
    }

    private func named(_ text: String, _ zone: TimeZone, _ at: UnixMillis) -> String {
        let name = Date.FormatStyle(locale: locale, timeZone: zone).timeZone(.specificName(.short)).format(Date(millis: at))
        return "\(text) \(name)"
    }

    private func style(_ zone: TimeZone) -> Date.FormatStyle {
        Date.FormatStyle(locale: locale, calendar: calendar(zone), timeZone: zone)
    }

    private func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.locale = locale
        calendar.timeZone = zone
        return calendar
    }
}

extension Date {
    /// An instant of the core's.
    public init(millis: UnixMillis) {
        self.init(timeIntervalSince1970: Double(millis) / 1000)
    }

    /// As the core counts, in milliseconds since 1970.
    public var millis: UnixMillis { UnixMillis((timeIntervalSince1970 * 1000).rounded()) }
}

extension Millis {
    /// That many minutes.
    public static func minutes(_ minutes: Int64) -> Millis { minutes * 60_000 }
    /// That many hours.
    public static func hours(_ hours: Int64) -> Millis { hours * 3_600_000 }
}
