//! The states of a pod's containers, from its status.

use crate::targets;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};

/// The status of a container of any kind: no two of a pod have the same name.
pub fn status<'a>(pod: &'a Pod, name: &str) -> Option<&'a ContainerStatus> {
    let all = pod.status.as_ref()?;
    let kinds = [&all.container_statuses, &all.init_container_statuses, &all.ephemeral_container_statuses];
    kinds.into_iter().flatten().flatten().find(|status| status.name == name)
}

/// Whether an ephemeral container runs, according to the pod's status.
pub fn runs(pod: &Pod, name: &str) -> bool {
    let state = status(pod, name).and_then(|status| status.state.as_ref());
    state.is_some_and(|state| state.running.is_some())
}

/// What a container of the pod, of any kind, does.
pub fn state_of(pod: &Pod, name: &str) -> String {
    status(pod, name).map_or_else(|| format!("container {name} has no status"), targets::was)
}
