//! One trace, from the container to the last line: the tracer's [`container`], the [`conversation`] with it, what is
//! [`watch`]ed meanwhile, the [`command`] that may run under it, the [`printer`], and the other way to trace,
//! [`in_place`].

pub mod attach;
mod command;
pub mod container;
pub mod conversation;
#[cfg(test)]
mod hostile;
pub mod in_place;
mod lives;
pub mod printer;
pub mod reach;
pub mod watch;

pub use conversation::Outcome;
