//! Which tracer container of a pod can be used again. An ephemeral container stays in its pod for good, so one that
//! is added without need stays until the pod is gone.

use super::{
    ladder::Identity,
    request::{ContainerRequest, PREFIX, SPEC, TRACER, patch},
    state::{runs, status},
};
use crate::{
    plan::custom,
    privilege::Privilege,
    targets::{self, Target},
};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{EphemeralContainer, Pod};
use kube::ResourceExt;

/// The digest that a container carries.
fn carried(container: &EphemeralContainer) -> Option<&str> {
    let variable = container.env.iter().flatten().find(|variable| variable.name == SPEC)?;
    variable.value.as_deref()
}

/// Whether a container is a tracer's.
fn is_agent(container: &EphemeralContainer) -> bool {
    container.name.starts_with(PREFIX)
        && container.command.as_deref().is_some_and(|command| command == [TRACER, "--agent"])
}

/// A tracer container that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Namespace of its pod.
    pub namespace: String,
    /// Its pod.
    pub pod: String,
    /// Its own name.
    pub name: String,
    /// The container that it was added for.
    pub target: String,
    /// Its image.
    pub image: String,
    /// Its rights.
    pub privilege: Privilege,
}

/// The tracer containers of a pod, for any target.
fn all(pod: &Pod) -> impl Iterator<Item = &EphemeralContainer> {
    let containers = pod.spec.as_ref().and_then(|spec| spec.ephemeral_containers.as_deref());
    containers.unwrap_or_default().iter().filter(|container| is_agent(container))
}

/// When a container began, to find the newest. The order of the list does not tell, because a strategic merge puts a
/// new element in front. One that has not begun counts as newer than any that has.
fn begun(pod: &Pod, container: &EphemeralContainer) -> Timestamp {
    let state = status(pod, &container.name).and_then(|status| status.state.as_ref());
    let begun = state.and_then(|state| match (&state.running, &state.terminated) {
        (Some(running), _) => running.started_at.as_ref(),
        (None, ended) => ended.as_ref()?.started_at.as_ref(),
    });
    begun.map_or(Timestamp::MAX, |time| time.0)
}

/// The running tracer containers of a pod, with any image and any rights.
pub fn agents(pod: &Pod) -> Vec<Agent> {
    let running = all(pod).filter(|container| runs(pod, &container.name));
    let agent = |container: &EphemeralContainer| Agent {
        namespace: pod.namespace().unwrap_or_default(),
        pod: pod.name_any(),
        name: container.name.clone(),
        target: container.target_container_name.clone().unwrap_or_default(),
        image: container.image.clone().unwrap_or_default(),
        privilege: privilege_of(container),
    };
    running.map(agent).collect()
}

fn privilege_of(container: &EphemeralContainer) -> Privilege {
    container.security_context.as_ref().map_or(Privilege::Unprivileged, Privilege::of)
}

/// A running one that fits, if there is one.
pub fn existing(
    pod: &Pod,
    target: &Target,
    wanted: &ContainerRequest<'_>,
    identity: &Identity,
    privilege: Privilege,
) -> Option<String> {
    let patch = patch("", target, wanted, identity.security_context(privilege));
    let variables = patch["spec"]["ephemeralContainers"][0]["env"].as_array()?;
    let mark = &variables.iter().find(|variable| variable["name"] == SPEC)?["value"];
    let fits = |container: &&EphemeralContainer| {
        container.target_container_name.as_deref() == Some(target.container.as_str())
            && looks_into(pod, container, target)
            && (carried(container).is_some_and(|carried| *mark == carried)
                || serves(container, wanted, privilege))
    };
    let newest = all(pod).filter(fits).max_by_key(|container| begun(pod, container));
    newest.map(|container| container.name.clone())
}

/// Whether a container that was asked for differently (by another version, or with more in `--custom`) has what is
/// wanted.
fn serves(container: &EphemeralContainer, wanted: &ContainerRequest<'_>, privilege: Privilege) -> bool {
    container.image.as_deref() == Some(wanted.image)
        && container.security_context.is_some()
        && privilege_of(container) == privilege
        && wanted.custom.is_none_or(|custom| {
            serde_json::to_value(container).is_ok_and(|container| custom::is_in(custom, &container))
        })
}

/// Whether a container runs in the target's current PID namespace. The API's times are whole seconds, so both may be
/// equal.
fn looks_into(pod: &Pod, container: &EphemeralContainer, target: &Target) -> bool {
    let state = status(pod, &container.name).and_then(|status| status.state.as_ref());
    let running = state.and_then(|state| state.running.as_ref());
    running.is_some_and(|running| running.started_at.as_ref().map(|time| time.0) >= target.started)
}

/// Why the newest tracer container of the target cannot be used; `None` if there is none.
pub fn why_another(
    pod: &Pod,
    target: &Target,
    wanted: &ContainerRequest<'_>,
    privilege: Privilege,
) -> Option<String> {
    let of_target = |container: &&EphemeralContainer| {
        container.target_container_name.as_deref() == Some(target.container.as_str())
    };
    let newest = all(pod).filter(of_target).max_by_key(|container| begun(pod, container))?;
    let name = &newest.name;
    let state = status(pod, name).and_then(|status| status.state.as_ref());
    Some(match state {
        Some(state) if state.terminated.is_some() => {
            let how = targets::describe(state).unwrap_or_default();
            // After the colon come the last lines of its log.
            let how = how.split(": ").next().unwrap_or_default();
            format!("the tracer container {name} {how}; Kubernetes does not restart it")
        }
        Some(state) if state.running.is_none() => {
            let how = targets::describe(state).unwrap_or_default();
            format!("the tracer container {name} has not started: it {how}")
        }
        None => format!("the tracer container {name} has not started"),
        Some(_) if !looks_into(pod, newest, target) => {
            format!(
                "container {} was restarted, and the tracer container {name} cannot reach it any more",
                target.container
            )
        }
        Some(_) if privilege_of(newest) != privilege => format!(
            "the tracer container {name} has the profile {}, not {}",
            privilege_of(newest).name(),
            privilege.name()
        ),
        Some(_) if carried(newest).is_none() && newest.image.as_deref() != Some(wanted.image) => format!(
            "the tracer container {name} has another image ({})",
            newest.image.as_deref().unwrap_or_default()
        ),
        Some(_) => format!("the tracer container {name} was added with another image or other settings"),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::examples::{target, wanted, with},
        *,
    };
    use serde_json::{Value, json};

    /// The container in the form that the API server stores.
    fn added(wanted: &ContainerRequest<'_>) -> Value {
        let security = Identity::default().security_context(Privilege::Ptrace);
        patch("strace-x", &target(), wanted, security)["spec"]["ephemeralContainers"][0].take()
    }

    fn running() -> Value {
        json!({"running": {"startedAt": "2026-01-02T03:04:05Z"}})
    }

    fn found(container: &Value, state: Value, wanted: &ContainerRequest<'_>) -> Option<String> {
        let identity = Identity::default();
        existing(&with(container.clone(), state), &target(), wanted, &identity, Privilege::Ptrace)
    }

    #[test]
    fn a_running_agent_that_fits_is_used_again() {
        let ours = added(&wanted());
        assert_eq!(found(&ours, running(), &wanted()).as_deref(), Some("strace-x"));
        let before = json!({"running": {"startedAt": "2026-01-02T03:04:04Z"}});
        assert_eq!(found(&ours, before, &wanted()), None, "the target was restarted since");
        assert_eq!(found(&ours, json!({"terminated": {"exitCode": 0}}), &wanted()), None);
        for (field, value) in [("targetContainerName", json!("client")), ("command", json!(["sh"]))] {
            let mut other = ours.clone();
            other[field] = value;
            assert_eq!(found(&other, running(), &wanted()), None, "{field}");
        }
    }

    #[test]
    fn what_a_webhook_rewrites_does_not_cost_another_container() {
        let mut ours = added(&wanted());
        ours["image"] = json!("mirror.example/tracer@sha256:00");
        ours["imagePullPolicy"] = json!("Always");
        ours["securityContext"]["runAsGroup"] = json!(7);
        ours["env"].as_array_mut().unwrap().push(json!({"name": "PROXY", "value": "x"}));
        assert_eq!(found(&ours, running(), &wanted()).as_deref(), Some("strace-x"));
        let other = ContainerRequest { image: "tracer:2", ..wanted() };
        assert_eq!(found(&ours, running(), &other), None, "another image was asked for");
    }

    #[test]
    fn a_container_of_an_older_version_is_known_by_its_image_and_rights() {
        let mut old = added(&wanted());
        old.as_object_mut().unwrap().remove("env");
        assert!(found(&old, running(), &wanted()).is_some());
        for (field, value) in [("image", json!("tracer:2")), ("securityContext", json!({"runAsUser": 1234}))]
        {
            let mut other = old.clone();
            other[field] = value;
            assert_eq!(found(&other, running(), &wanted()), None, "{field}");
        }
    }

    #[test]
    fn what_was_asked_for_besides_is_in_the_patch_and_in_who_is_used_again() {
        let part = json!({"env": [{"name": "A", "value": "1"}, {"name": SPEC, "value": "forged"}]});
        let more = ContainerRequest { custom: Some(&part), ..wanted() };
        let container = added(&more);
        assert_eq!(container["env"][0], part["env"][0]);
        assert!(container["env"][1]["value"].as_str().unwrap().starts_with("sha256:"), "{container}");
        assert!(found(&container, running(), &more).is_some());
        assert!(found(&container, running(), &wanted()).is_some(), "it has all that is wanted");
        assert!(found(&added(&wanted()), running(), &more).is_none());
    }

    #[test]
    fn why_another_container_is_needed_is_known() {
        let why = |container: Value, state: Value, image: &'static str| {
            let wanted = ContainerRequest { image, ..wanted() };
            why_another(&with(container, state), &target(), &wanted, Privilege::Ptrace).unwrap_or_default()
        };
        let ours = || added(&wanted());
        let killed =
            json!({"terminated": {"exitCode": 137, "reason": "OOMKilled", "message": "tracer: ready\nx"}});
        let said = why(ours(), killed, "tracer:1");
        assert!(said.contains("strace-x ended with exit code 137 (OOMKilled); Kubernetes"), "{said}");
        let pulling = json!({"waiting": {"reason": "ErrImageNeverPull"}});
        assert!(why(ours(), pulling, "tracer:1").contains("ErrImageNeverPull"));
        let before = json!({"running": {"startedAt": "2026-01-02T03:04:04Z"}});
        assert!(why(ours(), before, "tracer:1").contains("container app was restarted"));
        assert!(why(ours(), running(), "tracer:2").contains("another image"));
        let mut weak = ours();
        weak["securityContext"] = json!({"runAsUser": 7});
        assert!(why(weak, running(), "tracer:1").contains("profile unprivileged, not ptrace"));
        let mut others = ours();
        others["targetContainerName"] = json!("client");
        assert_eq!(why(others, running(), "tracer:1"), "");
    }
}
