//! How a trace **reads**: events in, strace's text out.
//!
//! No I/O of its own: [`text::Text`] writes to an [`text::Output`], and [`merge::Merge`] merges the events of several
//! shards into one order. The drop-in and the client use the same two.

pub mod clock;
pub mod color;
mod dump;
pub mod form;
pub mod gap;
pub mod json;
pub mod merge;
pub mod refused;
pub mod summary;
pub mod text;
