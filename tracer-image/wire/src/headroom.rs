//! What a memory limit has to leave, for the client that asks before it adds a tracer and for the tracer that looks while it
//! is there.

/// What is wanted of a limit: this, or a part of it.
const WANTED: u64 = 16 << 20;
const PART: u64 = 8;

/// How much of a limit neither takes, both in bytes.
pub fn wanted(limit: u64) -> u64 {
    WANTED.min(limit / PART)
}
