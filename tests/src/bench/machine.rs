//! What the machine says: time, a process's CPU and memory, and what machine it is. Linux only, like the figures.

use std::fs;
use std::time::{Duration, Instant};

use super::Outcome;

/// Ticks of `/proc/<pid>/stat` a second: `USER_HZ`, 100 on every Linux architecture that Rust builds for.
const TICKS_A_SECOND: u64 = 100;

/// A moment of the monotonic clock.
#[allow(clippy::disallowed_methods, reason = "the adapter through which the bench reads the time")]
pub(super) fn moment() -> Instant {
    Instant::now()
}

/// How long `work` takes, with what it gives.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = moment();
    let done = work();
    (began.elapsed(), done)
}

/// Milliseconds of wall time since 1970.
pub(super) fn wall() -> detailbook_core::time::UnixMillis {
    use detailbook_server::clock::{Clock, SystemClock};
    SystemClock.now()
}

/// CPU that a process has used, user and system, with threads that have ended; and, if asked, children it has waited for.
fn cpu(pid: u32, with_children: bool) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<u64> = after_name(&stat)?.split(' ').map(|field| field.trim().parse().unwrap_or(0)).collect();
    // proc(5): utime, stime, cutime, cstime are fields 14 to 17, and the fields after the name begin with the third.
    let counted = if with_children { 4 } else { 2 };
    let ticks: u64 = fields.iter().skip(11).take(counted).sum();
    Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
}

/// CPU of one process.
pub(super) fn cpu_of(pid: u32) -> Outcome<Duration> {
    cpu(pid, false)
}

/// CPU of this process.
pub(super) fn own_cpu() -> Outcome<Duration> {
    cpu_of(std::process::id())
}

/// CPU of a process and of its children, also of those that have ended: a PostgreSQL server.
pub(super) fn cpu_of_family(parent: u32) -> Outcome<Duration> {
    let mut sum = cpu(parent, true)?;
    for pid in children(parent)? {
        // A child may end between being listed and being asked; then its parent counts it next time.
        sum += cpu(pid, true).unwrap_or_default();
    }
    Ok(sum)
}

fn children(parent: u32) -> Outcome<Vec<u32>> {
    let pids = fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(pids.filter(|pid| parent_of(*pid).is_ok_and(|of| of == parent)).collect())
}

/// The parent of a process.
pub(super) fn parent_of(pid: u32) -> Outcome<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    Ok(after_name(&stat)?.split(' ').nth(1).ok_or("no parent in stat")?.parse()?)
}

/// The fields after the program's name, which may itself hold spaces and brackets.
fn after_name(stat: &str) -> Outcome<&str> {
    Ok(stat.rsplit_once(") ").ok_or("an unreadable stat")?.1)
}

/// Memory of a process in KiB: resident, and resident with shared pages divided among those who share them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    pub(super) resident: u64,
    pub(super) proportional: u64,
}

/// Memory of a process.
pub(super) fn memory_of(pid: u32) -> Outcome<Memory> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| -> Outcome<u64> {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in smaps_rollup")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    };
    Ok(Memory { resident: field("Rss:")?, proportional: field("Pss:")? })
}

/// The machine in a line: processors, memory, kernel, and how busy it was.
pub(super) fn describe() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let (info, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown", |it| it.1);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kib: u64 = memory.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} x {model}, {} GiB, Linux {}", kib / 1_048_576, kernel.trim())
}

/// Ticks of all processors since the machine began, and those that the host gave to others meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Ticks {
    all: u64,
    stolen: u64,
}

impl Ticks {
    /// Until now; nothing where the machine does not say.
    pub(super) fn now() -> Self {
        Self::read(&fs::read_to_string("/proc/stat").unwrap_or_default())
    }

    /// proc(5): the first line is user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
    fn read(stat: &str) -> Self {
        let first = stat.lines().next().unwrap_or_default();
        let ticks: Vec<u64> = first.split_whitespace().skip(1).take(8).filter_map(|field| field.parse().ok()).collect();
        Self { all: ticks.iter().sum(), stolen: ticks.get(7).copied().unwrap_or_default() }
    }

    /// How many of a hundred were stolen since then: what a run measured with many is worth little.
    pub(super) fn stolen_percent_since(self, then: Self) -> u64 {
        let all = self.all.saturating_sub(then.all).max(1);
        self.stolen.saturating_sub(then.stolen) * 100 / all
    }
}

/// The load of the last minute.
pub(super) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_took_is_told_in_percent() {
        let then = Ticks::read("cpu  100 0 50 800 50 0 0 0 7 0\ncpu0 1 1 1 1");
        let now = Ticks::read("cpu  150 0 60 900 50 0 0 40 7 0\n");
        assert_eq!((then, now.stolen_percent_since(then)), (Ticks { all: 1_000, stolen: 0 }, 20));
        assert_eq!(Ticks::read("").stolen_percent_since(now), 0);
    }
}
