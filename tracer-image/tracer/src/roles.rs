//! The options that select the program's role in a pod. They come first, and strace has none of them.

/// The main process of the tracer's container.
pub const AGENT: &str = "--agent";
/// What an exec from the client starts.
pub const RELAY: &str = "--relay";
/// An engine's process, which the agent starts.
pub const ENGINE: &str = "--engine";
/// A process that answers a question about a target, which the agent starts.
pub const LOOK: &str = "--look";
/// The way of an engine's process into the target's container.
pub const DOOR: &str = "--door";
/// An engine's process in the target's container: `--engine-for DOOR CONTAINER [--whole]`.
pub const ENGINE_FOR: &str = "--engine-for";
/// The same for a tracer that starts a command there: `--command-for DOOR CONTAINER -- COMMAND [ARGUMENT]...`.
pub const COMMAND_FOR: &str = "--command-for";

/// The roles that ask for short time slices from the beginning. Not [`COMMAND_FOR`], because the command would inherit them.
pub const BRISK: [&str; 6] = [AGENT, RELAY, ENGINE, LOOK, DOOR, ENGINE_FOR];
