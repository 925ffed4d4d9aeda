import OfficerCore
import SwiftUI

/// Turns to the next book on this phone, where there is another one, after asking whether it is the officer's: whoever holds the phone may, and
/// signs as that officer from then on.
struct ChangeBookButton: View {
    @Environment(OfficerModel.self) private var model
    @State private var asked: Int?
    @State private var isAsking = false

    var body: some View {
        let books = model.drawn.books
        let question = BookWords.ask(books, turnTo: asked ?? books.next)
        if books.count > 1 {
            Button("Change to another book on this phone") {
                asked = books.next
                isAsking = true
            }
            .disabled(model.drawn.isTurning)
            .confirmationDialog(Text(question.title), isPresented: $isAsking, titleVisibility: .visible, presenting: asked) { book in
                Button("Change to it") { Task { await model.turn(.to(book)) } }
            } message: { _ in
                Text(question.text)
            }
        }
    }
}
