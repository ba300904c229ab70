//! What tracer and client **say to each other**: the event model, frames, and their version.
//!
//! A stream is a sequence of [`codec`] frames. Each carries a batch of [`message::Message`]s, or of
//! [`message::Request`]s in the other direction.

pub mod codec;
pub mod event;
pub mod headroom;
pub mod look;
pub mod message;
mod nesting;
pub mod recording;
pub mod refused;
pub mod summary;
pub mod target;
pub mod text;
