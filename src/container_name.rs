//! Which container something is about.

/// A container of a pod, running or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Container {
    /// The pod.
    pub pod: String,
    /// Its own name.
    pub name: String,
}
