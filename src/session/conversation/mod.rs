//! The conversation with a tracer, over one connection after another: a pure state machine ([`machine`]) and the loop
//! around it ([`run`]) that does the I/O.

mod connect;
pub mod engine;

mod link;
pub mod machine;
mod outcome;
mod question;
mod reconnect;
mod run;
pub mod stream;
mod traced;
mod words;

pub use connect::open;

pub use outcome::Outcome;
pub use question::{Answered, ask, look};
pub use run::{Around, trace};
pub use traced::Traced;
