//! What time it is, by the kernel's clocks.

/// The current time, in nanoseconds of the monotonic clock.
pub fn now() -> u64 {
    read(libc::CLOCK_MONOTONIC)
}

/// What to add to a monotonic time to get nanoseconds since 1970.
pub fn wall_offset() -> i64 {
    read(libc::CLOCK_REALTIME) as i64 - now() as i64
}

/// The boot time, in nanoseconds since 1970.
pub fn boot_time() -> i64 {
    read(libc::CLOCK_REALTIME) as i64 - read(libc::CLOCK_BOOTTIME) as i64
}

/// Nanoseconds since boot, with the time in which the machine was suspended.
pub fn since_boot() -> u64 {
    read(libc::CLOCK_BOOTTIME)
}

fn read(id: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes one timespec; these clocks exist on every kernel.
    unsafe { libc::clock_gettime(id, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_started_when_the_kernel_says() {
        let table = std::fs::read_to_string("/proc/stat").unwrap();
        let told = table.lines().find_map(|line| line.strip_prefix("btime ")).unwrap();
        let told: i64 = told.parse().unwrap();
        let apart = (boot_time() / 1_000_000_000 - told).abs();
        assert!(apart <= 1, "{apart} seconds");
    }
}
