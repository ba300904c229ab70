//! What is traced, and by whom.

use crate::{cluster::Cluster, targets::Target};

/// What is traced, and by whom.
#[derive(Clone, Copy)]
pub struct Traced<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The container.
    pub target: &'a Target,
    /// The tracer's container.
    pub agent: &'a str,
    /// Who traces, as text for others who find the target traced.
    pub who: &'a str,
}
