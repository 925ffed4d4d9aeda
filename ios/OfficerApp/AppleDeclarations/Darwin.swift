@_exported import Glibc

public func clock_gettime_nsec_np(_ clock: Int32) -> UInt64 { fatalError() }
public func sysctlbyname(
    _ name: String, _ old: UnsafeMutableRawPointer?, _ oldSize: UnsafeMutablePointer<Int>?, _ new: UnsafeMutableRawPointer?, _ newSize: Int
) -> Int32 { fatalError() }
