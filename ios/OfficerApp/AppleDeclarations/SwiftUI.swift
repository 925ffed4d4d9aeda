@_exported import UIKit
@_exported import UniformTypeIdentifiers

// Views and builders.
@MainActor @preconcurrency public protocol View {
    associatedtype Body: View
    @ViewBuilder @MainActor @preconcurrency var body: Body { get }
}
extension Never: View { public var body: Never { fatalError() } }
public protocol Leaf: View where Body == Never {}
extension Leaf { public var body: Never { fatalError() } }
extension Optional: View where Wrapped: View { public var body: Never { fatalError() } }
public struct EmptyView: Leaf { public init() {} }
public struct Pieces<each Piece: View>: Leaf {}
public struct Either<A: View, B: View>: Leaf {}
@resultBuilder public struct ViewBuilder {
    public static func buildBlock() -> EmptyView { fatalError() }
    public static func buildBlock<V: View>(_ view: V) -> V { view }
    public static func buildBlock<each V: View>(_ view: repeat each V) -> Pieces<repeat each V> { fatalError() }
    public static func buildExpression<V: View>(_ view: V) -> V { view }
    public static func buildIf<V: View>(_ view: V?) -> V? { view }
    public static func buildEither<A: View, B: View>(first: A) -> Either<A, B> { fatalError() }
    public static func buildEither<A: View, B: View>(second: B) -> Either<A, B> { fatalError() }
}

// State.
@propertyWrapper public struct State<Value> {
    public init(wrappedValue: Value) { fatalError() }
    public init(initialValue: Value) { fatalError() }
    public var wrappedValue: Value { get { fatalError() } nonmutating set { fatalError() } }
    public var projectedValue: Binding<Value> { fatalError() }
}
extension State where Value: ExpressibleByNilLiteral { public init() { fatalError() } }
@propertyWrapper @dynamicMemberLookup public struct Binding<Value> {
    public init(projectedValue: Binding<Value>) { fatalError() }
    public var wrappedValue: Value { get { fatalError() } nonmutating set { fatalError() } }
    public var projectedValue: Binding<Value> { self }
    public subscript<T>(dynamicMember path: WritableKeyPath<Value, T>) -> Binding<T> { fatalError() }
}
@propertyWrapper @dynamicMemberLookup public struct Bindable<Value> {
    public init(wrappedValue: Value) { fatalError() }
    public var wrappedValue: Value { fatalError() }
    public var projectedValue: Bindable<Value> { self }
    public subscript<T>(dynamicMember path: ReferenceWritableKeyPath<Value, T>) -> Binding<T> { fatalError() }
}
@propertyWrapper public struct Environment<Value> {
    public init(_ path: KeyPath<EnvironmentValues, Value>) { fatalError() }
    public init(_ type: Value.Type) where Value: AnyObject { fatalError() }
    public var wrappedValue: Value { fatalError() }
}
@propertyWrapper public struct ScaledMetric<Value> {
    public init(wrappedValue: Value) { fatalError() }
    public var wrappedValue: Value { fatalError() }
}
public enum ScenePhase: Comparable, Sendable { case background, inactive, active }
@MainActor public struct DismissAction { public func callAsFunction() {} }
@MainActor public struct OpenURLAction { public func callAsFunction(_ url: URL) {} }
public struct EnvironmentValues {
    public var scenePhase: ScenePhase { fatalError() }
    public var dismiss: DismissAction { fatalError() }
    public var openURL: OpenURLAction { fatalError() }
    public var timeZone: TimeZone { get { fatalError() } set { fatalError() } }
    public var displayScale: CGFloat { fatalError() }
}

// The app.
@MainActor @preconcurrency public protocol Scene {
    associatedtype Body: Scene
    @MainActor var body: Body { get }
}
extension Never: Scene {}
@MainActor @preconcurrency public protocol App {
    associatedtype Body: Scene
    @MainActor var body: Body { get }
    init()
}
extension App { public static func main() { fatalError() } }
public struct WindowGroup<Content: View>: Scene {
    public init(@ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
extension Scene {
    public func onChange<V: Equatable>(of value: V, _ action: @escaping (V, V) -> Void) -> some Scene { self }
}
@MainActor @propertyWrapper public struct UIApplicationDelegateAdaptor<Delegate: NSObject & UIApplicationDelegate> {
    public init(_ type: Delegate.Type) { fatalError() }
    public var wrappedValue: Delegate { fatalError() }
}
@MainActor @preconcurrency public protocol UIViewControllerRepresentable: View where Body == Never {
    associatedtype Controller: UIViewController
    associatedtype Coordinator = Void
    typealias Context = RepresentableContext<Self>
    @MainActor func makeUIViewController(context: Context) -> Controller
    @MainActor func updateUIViewController(_ controller: Controller, context: Context)
    @MainActor func makeCoordinator() -> Coordinator
}
extension UIViewControllerRepresentable { public var body: Never { fatalError() } }
extension UIViewControllerRepresentable where Coordinator == Void { public func makeCoordinator() {} }
@MainActor public struct RepresentableContext<R: UIViewControllerRepresentable> { public var coordinator: R.Coordinator { fatalError() } }

// Words, looks.
public struct LocalizedStringKey: ExpressibleByStringInterpolation, Equatable, Sendable {
    public init(stringLiteral: String) {}
}
public struct Color: Sendable { public static let green = Color(), orange = Color(), secondary = Color() }
public struct Font: Sendable { public static let headline = Font(), subheadline = Font(), title2 = Font(), caption = Font(), footnote = Font() }
public protocol ShapeStyle: Sendable {}
extension Color: ShapeStyle {}
extension Color: Leaf {}
public struct HierarchicalShapeStyle: ShapeStyle {}
extension ShapeStyle where Self == HierarchicalShapeStyle { public static var secondary: HierarchicalShapeStyle { fatalError() } }
public protocol Shape: Leaf {}
public struct RoundedRectangle: Shape { public init(cornerRadius: CGFloat) {} }
public enum HorizontalAlignment { case leading, center, trailing }
public enum VerticalEdge { case top, bottom }
public struct Material: ShapeStyle {}
extension ShapeStyle where Self == Material { public static var bar: Material { fatalError() } }
public enum VerticalAlignment { case top, center, bottom }
public enum TextAlignment { case leading, center, trailing }
public enum Axis { case horizontal, vertical }
public enum Visibility { case automatic, visible, hidden }
public struct ButtonRole: Sendable { public static let destructive = ButtonRole(), cancel = ButtonRole() }
public enum ControlSize { case small, regular, large }
@MainActor public protocol PrimitiveButtonStyle {}
public struct BorderedProminentButtonStyle: PrimitiveButtonStyle {}
public struct BorderlessButtonStyle: PrimitiveButtonStyle {}
extension PrimitiveButtonStyle where Self == BorderedProminentButtonStyle { public static var borderedProminent: Self { fatalError() } }
extension PrimitiveButtonStyle where Self == BorderlessButtonStyle { public static var borderless: Self { fatalError() } }
public protocol TextSelectability {}
public struct EnabledTextSelectability: TextSelectability {}
extension TextSelectability where Self == EnabledTextSelectability { public static var enabled: Self { fatalError() } }
public struct AccessibilityChildBehavior: Sendable { public static let combine = AccessibilityChildBehavior() }
public struct TextInputAutocapitalization: Sendable { public static var never: TextInputAutocapitalization { fatalError() } }
public struct ToolbarItemPlacement: Sendable { public static let cancellationAction = ToolbarItemPlacement(), confirmationAction = ToolbarItemPlacement() }

// Controls and containers.
public struct Text: Leaf {
    public init(_ key: LocalizedStringKey) { fatalError() }
    public init(verbatim: String) { fatalError() }
    public func font(_ font: Font?) -> Text { self }
    public func bold() -> Text { self }
}
public struct Image: Leaf {
    public init(systemName: String) { fatalError() }
    public init(decorative: CGImage, scale: CGFloat) { fatalError() }
    public func resizable() -> Image { self }
}
public struct Label<Title: View, Icon: View>: Leaf {
    public init(@ViewBuilder title: () -> Title, @ViewBuilder icon: () -> Icon) { fatalError() }
}
extension Label where Title == Text, Icon == Image { public init(_ title: LocalizedStringKey, systemImage: String) { fatalError() } }
public struct Button<Label: View>: Leaf {
    public init(role: ButtonRole?, action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Label) { fatalError() }
}
extension Button where Label == Text { public init(_ title: LocalizedStringKey, action: @escaping @MainActor () -> Void) { fatalError() } }
public struct TextField: Leaf {
    public init(_ title: LocalizedStringKey, text: Binding<String>, axis: Axis) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>, axis: Axis) { fatalError() }
}
public struct DatePicker: Leaf {
    public init(_ title: LocalizedStringKey, selection: Binding<Date>) { fatalError() }
}
public struct Toggle: Leaf { public init(_ title: LocalizedStringKey, isOn: Binding<Bool>) { fatalError() } }
public struct TextEditor: Leaf { public init(text: Binding<String>) { fatalError() } }
public struct ProgressView: Leaf {
    public init() { fatalError() }
    public init(_ title: LocalizedStringKey) { fatalError() }
}
public struct Link: Leaf { public init(_ title: LocalizedStringKey, destination: URL) { fatalError() } }
public struct LabeledContent<Content: View>: Leaf {
    public init(_ title: LocalizedStringKey, @ViewBuilder content: () -> Content) { fatalError() }
}
extension LabeledContent where Content == Text { public init(_ title: LocalizedStringKey, value: String) { fatalError() } }
public struct Spacer: Leaf { public init() {} }
public struct Group<Content: View>: Leaf { public init(@ViewBuilder content: () -> Content) { fatalError() } }
public struct VStack<Content: View>: Leaf {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct HStack<Content: View>: Leaf {
    public init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct Form<Content: View>: Leaf { public init(@ViewBuilder content: () -> Content) { fatalError() } }
public struct List<Content: View>: Leaf { public init(@ViewBuilder content: () -> Content) { fatalError() } }
public struct Section<Parent: View, Content: View, Footer: View>: Leaf {}
extension Section where Parent == EmptyView, Footer == EmptyView { public init(@ViewBuilder content: () -> Content) { fatalError() } }
extension Section where Parent == EmptyView {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder footer: () -> Footer) { fatalError() }
}
extension Section where Parent == Text, Footer == EmptyView {
    public init(_ title: LocalizedStringKey, @ViewBuilder content: () -> Content) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content: View>: Leaf {
    public init(_ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> Content) { fatalError() }
}
extension ForEach where Data.Element: Identifiable, ID == Data.Element.ID {
    public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content) { fatalError() }
}
public struct NavigationStack<Root: View>: Leaf { public init(@ViewBuilder root: () -> Root) { fatalError() } }
public struct NavigationLink<Label: View, Destination: View>: Leaf {
    public init(@ViewBuilder destination: () -> Destination, @ViewBuilder label: () -> Label) { fatalError() }
}
public struct TabView<Selection: Hashable, Content: View>: Leaf {
    public init(selection: Binding<Selection>, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct ToolbarItem<Content: View>: Leaf {
    public init(placement: ToolbarItemPlacement, @ViewBuilder content: () -> Content) { fatalError() }
}

// Modifiers.
extension View {
    public func environment<V>(_ path: WritableKeyPath<EnvironmentValues, V>, _ value: V) -> some View { self }
    public func environment<T: AnyObject>(_ object: T) -> some View { self }
    public func task(_ work: @escaping @MainActor @Sendable () async -> Void) -> some View { self }
    public func task<ID: Equatable>(id: ID, _ work: @escaping @MainActor @Sendable () async -> Void) -> some View { self }
    public func onAppear(perform: @escaping @MainActor () -> Void) -> some View { self }
    public func onDisappear(perform: @escaping @MainActor () -> Void) -> some View { self }
    public func onChange<V: Equatable>(of value: V, _ action: @escaping @MainActor (V, V) -> Void) -> some View { self }
    public func refreshable(action: @escaping @MainActor @Sendable () async -> Void) -> some View { self }
    public func font(_ font: Font?) -> some View { self }
    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> some View { self }
    public func multilineTextAlignment(_ alignment: TextAlignment) -> some View { self }
    public func frame(width: CGFloat, height: CGFloat) -> some View { self }
    public func frame(maxWidth: CGFloat) -> some View { self }
    public func padding() -> some View { self }
    public func background<S: ShapeStyle>(_ style: S) -> some View { self }
    public func safeAreaInset<V: View>(
        edge: VerticalEdge, alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> V
    ) -> some View { self }
    public func scaledToFill() -> some View { self }
    public func clipShape<S: Shape>(_ shape: S) -> some View { self }
    public func ignoresSafeArea() -> some View { self }
    public func disabled(_ disabled: Bool) -> some View { self }
    public func interactiveDismissDisabled(_ isDisabled: Bool = true) -> some View { self }
    public func buttonStyle<S: PrimitiveButtonStyle>(_ style: S) -> some View { self }
    public func controlSize(_ size: ControlSize) -> some View { self }
    public func textSelection<S: TextSelectability>(_ selectability: S) -> some View { self }
    public func textInputAutocapitalization(_ kind: TextInputAutocapitalization?) -> some View { self }
    public func autocorrectionDisabled(_ disable: Bool = true) -> some View { self }
    public func tag<V: Hashable>(_ tag: V) -> some View { self }
    public func tabItem<V: View>(@ViewBuilder _ label: () -> V) -> some View { self }
    public func navigationTitle(_ title: LocalizedStringKey) -> some View { self }
    @_disfavoredOverload public func navigationTitle<S: StringProtocol>(_ title: S) -> some View { self }
    public func toolbar<V: View>(@ViewBuilder content: () -> V) -> some View { self }
    public func sheet<V: View>(
        isPresented: Binding<Bool>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping () -> V
    ) -> some View { self }
    public func sheet<Item: Identifiable, V: View>(item: Binding<Item?>, @ViewBuilder content: @escaping (Item) -> V) -> some View { self }
    public func fullScreenCover<Item: Identifiable, V: View>(item: Binding<Item?>, @ViewBuilder content: @escaping (Item) -> V) -> some View { self }
    public func alert<T, A: View, M: View>(
        _ title: LocalizedStringKey, isPresented: Binding<Bool>, presenting: T?, @ViewBuilder actions: (T) -> A, @ViewBuilder message: (T) -> M
    ) -> some View { self }
    public func confirmationDialog<A: View>(
        _ title: LocalizedStringKey, isPresented: Binding<Bool>, titleVisibility: Visibility, @ViewBuilder actions: () -> A
    ) -> some View { self }
    public func confirmationDialog<T, A: View, M: View>(
        _ title: LocalizedStringKey, isPresented: Binding<Bool>, presenting: T?, @ViewBuilder actions: (T) -> A, @ViewBuilder message: (T) -> M
    ) -> some View { self }
    public func confirmationDialog<A: View, M: View>(
        _ title: LocalizedStringKey, isPresented: Binding<Bool>, titleVisibility: Visibility, @ViewBuilder actions: () -> A,
        @ViewBuilder message: () -> M
    ) -> some View { self }
    public func confirmationDialog<T, A: View, M: View>(
        _ title: Text, isPresented: Binding<Bool>, titleVisibility: Visibility, presenting: T?, @ViewBuilder actions: (T) -> A,
        @ViewBuilder message: (T) -> M
    ) -> some View { self }
    public func id<ID: Hashable>(_ id: ID) -> some View { self }
    public func accessibilityLabel(_ label: LocalizedStringKey) -> some View { self }
    public func accessibilityLabel(_ label: Text) -> some View { self }
    public func accessibilityHint(_ hint: LocalizedStringKey) -> some View { self }
    public func accessibilityHidden(_ hidden: Bool) -> some View { self }
    public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { self }
}

// Files handed over.
public protocol Transferable: Sendable {
    associatedtype Representation: TransferRepresentation
    @TransferRepresentationBuilder static var transferRepresentation: Representation { get }
}
public protocol TransferRepresentation: Sendable {}
public struct TransferPieces<A: TransferRepresentation, B: TransferRepresentation>: TransferRepresentation {}
@resultBuilder public struct TransferRepresentationBuilder {
    public static func buildBlock<A: TransferRepresentation, B: TransferRepresentation>(_ a: A, _ b: B) -> TransferPieces<A, B> { fatalError() }
}
public struct ReceivedTransferredFile: Sendable { public let file: URL }
public struct FileRepresentation<Item: Transferable>: TransferRepresentation {
    public init(importedContentType: UTType, importing: @escaping @Sendable (ReceivedTransferredFile) async throws -> Item) {}
}
