import Foundation

/// Words to show: one of the app's sentences and what goes into its places. The String Catalog holds a translation of each sentence.
public struct Phrase: Equatable, Hashable, Sendable {
    /// The sentence.
    public let sentence: Sentence
    /// What goes into its places, in order.
    public let places: [Place]

    /// What goes into one place of a sentence.
    public enum Place: Equatable, Hashable, Sendable {
        /// A text that reads the same in every language: a name, a number, a time.
        case text(String)
        /// Words to be translated too.
        indirect case phrase(Phrase)
    }

    /// A sentence with texts in its places.
    public init(_ sentence: Sentence, _ texts: String...) {
        self.sentence = sentence
        places = texts.map(Place.text)
    }

    /// A sentence with another phrase in its place.
    public init(_ sentence: Sentence, phrase: Phrase) {
        self.sentence = sentence
        places = [.phrase(phrase)]
    }

    /// As it reads in English.
    public var english: String { text { $0 } }

    /// As it reads where `translated` gives a language's sentence for the English one.
    public func text(_ translated: (String) -> String) -> String {
        // What is put in is never read again, so that no text an officer wrote is taken for a place.
        let parts = translated(sentence.rawValue).components(separatedBy: "%")
        return parts.dropFirst().reduce(parts.first ?? "") { $0 + filled($1, translated) }
    }

    /// `1$@ and more` with the first place filled; a percent sign that begins no place stays one.
    private func filled(_ part: String, _ translated: (String) -> String) -> String {
        guard let number = part.first?.wholeNumberValue, part.dropFirst().hasPrefix("$@"), places.indices.contains(number - 1) else {
            return "%" + part
        }
        let rest = part.dropFirst(3)
        return switch places[number - 1] {
        case let .text(text): text + rest
        case let .phrase(phrase): phrase.text(translated) + rest
        }
    }
}
