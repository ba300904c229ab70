//! What is missing in the middle of a trace.

/// An interval in which nothing was traced, as it is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Gap<'a> {
    /// The thread that is seen again first.
    pub tid: i32,
    /// Since when, in nanoseconds since 1970.
    pub from: i64,
    /// Until when.
    pub to: i64,
    /// Why.
    pub why: &'a str,
    /// All of it in words.
    pub words: &'a str,
}
