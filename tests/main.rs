//! The integration tests: one binary, so that linking and starting the node happen once.

mod cluster;
mod differential;
mod engine;
mod kernel;
