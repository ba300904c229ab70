//! A gap in the middle of a trace.

/// An interval in which nothing was traced.
#[derive(Clone, Copy, Debug)]
pub struct Gap<'a> {
    /// The first thread that is seen again.
    pub tid: i32,
    /// Its start, in nanoseconds since 1970.
    pub from: i64,
    /// Its end.
    pub to: i64,
    /// The reason.
    pub why: &'a str,
    /// The whole message.
    pub words: &'a str,
}
