//! How much of a memory limit must remain free: for the client, which asks before it adds a tracer, and for the tracer,
//! which checks while it runs.

/// This much must remain free, or a fraction of a small limit.
const WANTED: u64 = 16 << 20;
const PART: u64 = 8;

/// How much of a limit must remain free, both in bytes.
pub fn wanted(limit: u64) -> u64 {
    WANTED.min(limit / PART)
}
