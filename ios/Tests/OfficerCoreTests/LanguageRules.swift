import Foundation
import Testing

@testable import OfficerCore

/// The app's String Catalog: every language has every sentence. What the screens say besides is checked by scripts/check-ios-resources.
@Suite(.timeLimit(.minutes(2))) struct LanguageRules {
    private struct Catalog: Decodable {
        struct Entry: Decodable { let localizations: [String: Localization]? }
        struct Localization: Decodable { let stringUnit: Unit }
        struct Unit: Decodable {
            let state: String
            let value: String
        }
        let strings: [String: Entry]
    }

    private let catalog: [String: Catalog.Entry]

    init() throws {
        let ios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = ios.appendingPathComponent("OfficerApp/Resources/Localizable.xcstrings")
        catalog = try JSONDecoder().decode(Catalog.self, from: try Data(contentsOf: file)).strings
    }

    private func spanish(_ sentence: String) -> String? { catalog[sentence]?.localizations?["es"]?.stringUnit.value }

    private func places(_ text: String) -> [String] {
        text.components(separatedBy: "%").dropFirst().map { String($0.prefix { $0.isNumber || $0 == "$" || $0 == "@" }) }.sorted()
    }

    @Test("Every sentence and every word of the screens has its Spanish, with the same places in it")
    func whole() {
        #expect(catalog.count > 280)
        for (key, entry) in catalog {
            #expect(Set((entry.localizations ?? [:]).keys) == ["es"], "\(key)")
            #expect(spanish(key).map(places) == places(key), "\(key)")
            #expect(entry.localizations?["es"]?.stringUnit.state == "translated", "\(key)")
            #expect(spanish(key)?.trimmingCharacters(in: .whitespaces).isEmpty == false, "\(key)")
        }
        for sentence in Sentence.allCases { #expect(spanish(sentence.rawValue) != nil, "\(sentence)") }
    }

    @Test("A phrase reads in Spanish with everything in its places, also words in words")
    func phrases() {
        func said(_ phrase: Phrase) -> String { phrase.text { spanish($0) ?? $0 } }
        #expect(said(Phrase(.tradeOffered, phrase: Phrase(.colleague))) == "Ofrecido a un compañero, aún sin respuesta")
        #expect(said(Phrase(.callOffNotice, phrase: Phrase(.hoursAndMinutes, "99", "0"))) == "El turno empieza dentro de 99 h 0 min.")
        #expect(said(Phrase(.awardPlace, "2", "7")) == "Puesto 2 de 7 en la lista")
    }

    @Test("Sentences that mean different things are told apart in Spanish, too")
    func apart() {
        let said = Dictionary(grouping: Sentence.allCases) { spanish($0.rawValue) ?? "" }
        for alike in said.values where alike.count > 1 { Issue.record("\(alike)") }
    }
}
