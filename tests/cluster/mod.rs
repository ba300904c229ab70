//! Tests on a real Kubernetes node, through the programs that a person uses: `kubectl` and the plugin.

mod command;
mod connection;
mod docs;
mod errors;
mod harm;
mod inplace;
mod node;
mod pods;
mod privilege;
mod process;
mod proxy;
mod reconnect;
mod restarts;
mod session;
mod tap;
mod targets;
mod workloads;

pub use node::root;
