//! Tests on a real Kubernetes node, through the programs that people use: `kubectl` and the plugin.

mod accounts;
mod command;
mod connection;
mod docs;
mod errors;
mod habits;
mod harm;
mod inplace;
mod krew;
mod manifests;
mod memory;
mod node;
mod oidc;
mod options;
mod order;
mod overload;
mod pods;
mod privilege;
mod probes;
pub mod process;
mod proxy;
mod qualifiers;
mod rates;
mod reconnect;
mod recording;
mod redact;
mod restarts;
mod reuse;
mod session;
mod start;
mod status;
mod tap;
mod targets;
mod throughput;
mod workloads;

pub use node::root;
