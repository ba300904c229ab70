//! Which of several pods kubectl would choose.

use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Time};
use std::cmp::{Ordering, Reverse};

/// The phase; empty if there is none.
pub fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default()
}

/// kubectl's order for exec and attach, the best first: the reverse of the one in which a controller would delete them
/// (k8s.io/kubectl/pkg/util/podutils, ActivePods). On a node, running, ready, not being deleted, ready for longer,
/// restarted less often, older.
pub fn preference(a: &Pod, b: &Pod) -> Ordering {
    let by_flags = |pod: &Pod| {
        let phase = match phase(pod) {
            "Running" => 2,
            "Unknown" => 1,
            _ => 0,
        };
        let assigned =
            pod.spec.as_ref().is_some_and(|spec| spec.node_name.as_ref().is_some_and(|n| !n.is_empty()));
        let living = pod.metadata.deletion_timestamp.is_none();
        Reverse((assigned, phase, ready(pod).is_some(), living))
    };
    by_flags(a)
        .cmp(&by_flags(b))
        .then_with(|| earlier(ready(a).flatten(), ready(b).flatten()))
        .then_with(|| restarts(a).cmp(&restarts(b)))
        .then_with(|| earlier(a.metadata.creation_timestamp.as_ref(), b.metadata.creation_timestamp.as_ref()))
        // Not one of kubectl's rules: pods of the same second are always ordered alike.
        .then_with(|| a.metadata.name.cmp(&b.metadata.name))
}

/// Whether it is ready, and since when.
fn ready(pod: &Pod) -> Option<Option<&Time>> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let ready =
        conditions.iter().find(|condition| condition.type_ == "Ready" && condition.status == "True")?;
    Some(ready.last_transition_time.as_ref())
}

/// A known time before an unknown one.
fn earlier(a: Option<&Time>, b: Option<&Time>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.0.cmp(&b.0),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Most restarts of any container, and of any sidecar (an init container that is always restarted).
fn restarts(pod: &Pod) -> (i32, i32) {
    let Some(status) = &pod.status else { return (0, 0) };
    let containers = status.container_statuses.iter().flatten().map(|status| status.restart_count);
    let inits = pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
    let sidecars: Vec<&str> = inits
        .filter(|container| container.restart_policy.as_deref() == Some("Always"))
        .map(|container| container.name.as_str())
        .collect();
    let of_sidecars = status.init_container_statuses.iter().flatten();
    let of_sidecars = of_sidecars
        .filter(|status| sidecars.contains(&status.name.as_str()))
        .map(|status| status.restart_count);
    (containers.max().unwrap_or(0), of_sidecars.max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(name: &str, change: impl FnOnce(&mut Value)) -> Pod {
        let mut value = json!({
            "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"nodeName": "n", "containers": [], "initContainers": [{"name": "side", "restartPolicy": "Always"}]},
            "status": {"phase": "Running",
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:05Z"}],
                "containerStatuses": [{"name": "app", "ready": true, "restartCount": 0, "image": "", "imageID": ""}],
                "initContainerStatuses": [{"name": "side", "ready": true, "restartCount": 0, "image": "", "imageID": ""}]}
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_order_is_kubectls() {
        let in_order = [
            pod("best", |_| {}),
            pod("younger", |p| p["metadata"]["creationTimestamp"] = "2026-01-01T00:00:01Z".into()),
            pod("sidecar-restarted", |p| p["status"]["initContainerStatuses"][0]["restartCount"] = 1.into()),
            pod("restarted", |p| p["status"]["containerStatuses"][0]["restartCount"] = 1.into()),
            pod("ready-later", |p| {
                p["status"]["conditions"][0]["lastTransitionTime"] = "2026-01-01T00:00:06Z".into();
            }),
            pod("deleted", |p| p["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:06Z".into()),
            pod("unready", |p| p["status"]["conditions"][0]["status"] = "False".into()),
            pod("unknown", |p| p["status"]["phase"] = "Unknown".into()),
            pod("pending", |p| p["status"]["phase"] = "Pending".into()),
            pod("unassigned", |p| p["spec"]["nodeName"] = "".into()),
        ];
        let mut sorted: Vec<&Pod> = in_order.iter().rev().collect();
        sorted.sort_by(|a, b| preference(a, b));
        let names = |pods: &[&Pod]| pods.iter().map(|p| p.metadata.name.clone().unwrap()).collect::<Vec<_>>();
        assert_eq!(names(&sorted), names(&in_order.iter().collect::<Vec<_>>()));
    }
}
