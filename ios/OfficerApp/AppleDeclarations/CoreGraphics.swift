@_exported import Foundation

public final class CGImage {}
