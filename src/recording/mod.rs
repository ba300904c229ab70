//! Recordings on disk: [`Recorder`] writes what is shown, in the order in which it is shown, and [`Reader`] gives it back
//! in that order. `docs/recording.md` describes the file; its blocks are [`wire::recording`]'s.

pub mod about;
mod before;
mod parts;
mod reader;
mod recorder;

pub use reader::{Item, ReadError, Reader};
pub use recorder::Recorder;
