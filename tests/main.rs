//! The integration tests: one binary, so that it is linked once and knows about one node.

mod cluster;
mod differential;
mod engine;
mod kernel;
