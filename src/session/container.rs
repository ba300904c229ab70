//! The tracer's container: an ephemeral container of the pod, added once and used by every later run.
//!
//! An ephemeral container can never be changed, restarted or removed. So it is an idle agent that ends by itself when
//! nobody uses it, and a run is an exec into it.

use crate::{
    cli::PullPolicy,
    cluster::Cluster,
    refusal::{self, Refusal, seconds},
    screen::Steps,
    targets::{self, Target},
};
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, EphemeralContainer, Event, Pod};
use kube::{
    Api, ResourceExt,
    api::{ListParams, Patch, PatchParams},
};
use serde_json::{Value, json};
use std::{sync::OnceLock, time::Duration};

/// Where the tracer is in its image.
pub const TRACER: &str = "/tracer";
/// What its containers' names begin with.
const PREFIX: &str = "strace-";
/// How often the pod is looked at during a wait.
const POLL: Duration = Duration::from_millis(200);

/// The one that runs already and fits, if there is one.
pub fn existing(pod: &Pod, target: &Target, image: &str) -> Option<String> {
    let containers = pod.spec.as_ref()?.ephemeral_containers.as_ref()?;
    let fits = |container: &&EphemeralContainer| {
        container.name.starts_with(PREFIX)
            && container.command.as_deref().is_some_and(|command| command == [TRACER, "--agent"])
            && container.image.as_deref() == Some(image)
            && container.target_container_name.as_deref() == Some(target.container.as_str())
            && status(pod, &container.name).and_then(|status| status.state.as_ref()).is_some_and(|state| {
                // It lives in the PID namespace of the target as it was when it began. The API's times are whole
                // seconds, so both may show the same.
                let started =
                    state.running.as_ref().map(|running| running.started_at.as_ref().map(|time| time.0));
                started.is_some_and(|started| started >= target.started)
            })
    };
    // The newest is last.
    containers.iter().rev().find(fits).map(|container| container.name.clone())
}

/// A name that no container of the pod has.
pub fn fresh_name(pod: &Pod) -> String {
    let taken = |name: &str| {
        pod.spec
            .as_ref()
            .and_then(|s| s.ephemeral_containers.as_ref())
            .into_iter()
            .flatten()
            .any(|c| c.name == name)
    };
    loop {
        // As Kubernetes makes names: no vowels, so no words.
        let letters = b"bcdfghjklmnpqrstvwxz2456789";
        let suffix: String = (0..5).map(|_| char::from(letters[fastrand::usize(..letters.len())])).collect();
        let name = format!("{PREFIX}{suffix}");
        if !taken(&name) {
            return name;
        }
    }
}

/// The patch that adds it.
pub fn patch(name: &str, target: &Target, image: &str, pull: Option<PullPolicy>) -> Value {
    let mut container = json!({
        "name": name,
        "image": image,
        "targetContainerName": target.container,
        "command": [TRACER, "--agent"],
        "stdin": false,
        "tty": false,
        // Its last words are in the container's status when it ends badly.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": {
            // Said explicitly, because what the pod says would hold for it too.
            "runAsUser": 0,
            "runAsGroup": 0,
            "runAsNonRoot": false,
            "privileged": false,
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"], "add": ["SYS_PTRACE"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    });
    if let Some(pull) = pull {
        container["imagePullPolicy"] = pull.name().into();
    }
    json!({"spec": {"ephemeralContainers": [container]}})
}

/// Adds a tracer container and waits until it runs; gives its name, in `added` as soon as it is there.
///
/// # Errors
/// The API server refuses it, or it does not start in time.
pub async fn add(
    cluster: &Cluster,
    pod: &Pod,
    target: &Target,
    image: &str,
    pull: Option<PullPolicy>,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<String, Refusal> {
    let name = fresh_name(pod);
    let what = format!("adding the tracer container to pod {}", target.pod);
    let step = steps.begin(what.clone());
    let body = Patch::Strategic(patch(&name, target, image, pull));
    let pods = cluster.pods();
    let params = PatchParams::default();
    let request = pods.patch_ephemeral_containers(&target.pod, &params, &body);
    cluster
        .ask(&what, request, |error| {
            refusal::not_added(&target.namespace, &target.pod, &cluster.server, error)
        })
        .await?;
    drop(step);
    let _ = added.set(name.clone());
    steps.say(&format!("Added the tracer container {name} (image {image}) to pod {}", target.pod));
    wait(cluster, target, &name, image, steps).await?;
    Ok(name)
}

async fn wait(
    cluster: &Cluster,
    target: &Target,
    name: &str,
    image: &str,
    steps: &Steps,
) -> Result<(), Refusal> {
    let step = steps.begin(format!("waiting for the tracer container {name} to start"));
    let pods = cluster.pods();
    let mut waiting = Waiting::default();
    loop {
        let left = cluster.timeout.saturating_sub(step.lasted());
        let late = || {
            Refusal::new(format!(
                "the tracer container {name} did not start within {}",
                seconds(cluster.timeout)
            ))
        };
        if left.is_zero() {
            return Err(waiting.explain(late(), target, name, image));
        }
        let pod = match tokio::time::timeout(left, pods.get(&target.pod)).await {
            Err(_) => return Err(waiting.explain(late(), target, name, image)),
            Ok(Ok(pod)) => pod,
            Ok(Err(error)) => {
                let what = format!("pod {} could not be looked up", target.pod);
                return Err(refusal::request(&what, &cluster.server, &error));
            }
        };
        if targets::running(&pod, &target.container).as_ref() != Ok(target) {
            return Err(Refusal::new(format!(
                "container {} of pod {} ended or was restarted before the tracer was there",
                target.container, target.pod
            ))
            .cause(state_of(&pod, &target.container))
            .fix("try again"));
        }
        match status(&pod, name).and_then(|status| status.state.as_ref()) {
            Some(state) if state.running.is_some() => return Ok(()),
            Some(state) if state.terminated.is_some() => return Err(ended(target, name, image, state)),
            state => waiting.note(state, &pod),
        }
        if matches!(waiting.reason.as_str(), "" | CREATING) && step.lasted() > EVENTS_AFTER {
            waiting.last_event = last_event(cluster, &pod, name).await.or(waiting.last_event);
        }
        step.because(&waiting.words());
        // Kubernetes starts an ephemeral container once: what failed to run, or has no valid name, never will.
        if matches!(waiting.reason.as_str(), "RunContainerError" | "InvalidImageName") {
            let refusal = Refusal::new(format!("the tracer container {name} cannot start"));
            return Err(waiting.explain(refusal, target, name, image));
        }
        tokio::time::sleep(POLL).await;
    }
}

/// What the status says while the node pulls an image, and for some ten seconds after it gave up.
const CREATING: &str = "ContainerCreating";
/// When to look for events, which know more by then.
const EVENTS_AFTER: Duration = Duration::from_millis(1500);

/// The last thing that the node said about the container in an event. Nothing if we may not read events: the status
/// says it too, later.
async fn last_event(cluster: &Cluster, pod: &Pod, name: &str) -> Option<(String, String)> {
    let events = Api::<Event>::namespaced(cluster.client.clone(), &cluster.namespace);
    let of_pod = format!("involvedObject.kind=Pod,involvedObject.uid={}", pod.uid()?);
    let params = ListParams::default().fields(&of_pod);
    let list = tokio::time::timeout(Duration::from_secs(2), events.list(&params));
    let path = format!("spec.ephemeralContainers{{{name}}}");
    let mut found: Vec<Event> = list.await.ok()?.ok()?.items;
    found.retain(|event| event.involved_object.field_path.as_ref() == Some(&path));
    // `Failed` comes twice, once with what went wrong and once with `Error: ErrImagePull`.
    found.retain(|event| event.message.as_ref().is_some_and(|message| !message.starts_with("Error: ")));
    let newest = found.into_iter().max_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0))?;
    let (reason, message) = (newest.reason?, newest.message?);
    // The status will call it so.
    let pull = reason == "Failed" && message.starts_with("Failed to pull image");
    Some((if pull { "ErrImagePull".into() } else { reason }, message))
}

/// What the node said last about a container that does not start.
#[derive(Debug, Default)]
struct Waiting {
    reason: String,
    message: String,
    last_event: Option<(String, String)>,
    node: String,
}

impl Waiting {
    fn note(&mut self, state: Option<&ContainerState>, pod: &Pod) {
        self.node =
            pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_else(|| "(unknown)".into());
        let waiting = state.and_then(|state| state.waiting.as_ref());
        self.reason = waiting.and_then(|waiting| waiting.reason.clone()).unwrap_or_default();
        self.message = waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default();
    }

    fn words(&self) -> String {
        match (self.reason.as_str(), self.message.as_str(), &self.last_event) {
            ("" | CREATING, _, Some((reason, message))) => format!("{reason}: {message}"),
            ("", _, None) => format!("node {} has not said anything about it yet", self.node),
            (reason, "", _) => reason.to_owned(),
            (reason, message, _) => format!("{reason}: {message}"),
        }
    }

    fn explain(&self, refusal: Refusal, target: &Target, name: &str, image: &str) -> Refusal {
        let refusal = refusal.cause(format!("node {} says: {}", self.node, self.words()));
        let reason = match (self.reason.as_str(), &self.last_event) {
            ("" | CREATING, Some((reason, _))) => reason,
            (reason, _) => reason,
        };
        let refusal = match reason {
            "ErrImageNeverPull" => refusal.fix(format!(
                "the node does not have the image {image} and may not pull it: load it onto the node, \
                 or run again with --image-pull-policy IfNotPresent"
            )),
            "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" | "BackOff" => refusal.fix(format!(
                "push the image to where the node can pull it and name it with --image (it was {image}); \
                 the pod's imagePullSecrets are used for it"
            )),
            "Pulling" => refusal.fix(
                "the node is still pulling the image: run again when it is there, or with a longer --timeout",
            ),
            "InvalidImageName" | "InspectFailed" | "ImageInspectError" => {
                refusal.fix(format!("name the image of the tracer with --image (it was {image})"))
            }
            "RunContainerError" => refusal.fix(not_the_image(image)),
            "" => refusal.fix(format!("see whether the node is well: kubectl get node {}", self.node)),
            _ => refusal
                .fix(format!("see its events: kubectl describe pod {} -n {}", target.pod, target.namespace)),
        };
        refusal.fix(stays(name))
    }
}

fn not_the_image(image: &str) -> String {
    format!("see that {image} is the tracer's image, for the node's processor (--image names another)")
}

/// What becomes of a container that failed.
fn stays(name: &str) -> String {
    format!(
        "container {name} stays in the pod's list (Kubernetes cannot remove it) and does nothing; the next run adds another"
    )
}

fn ended(target: &Target, name: &str, image: &str, state: &ContainerState) -> Refusal {
    let what = targets::describe(state).unwrap_or_default();
    let refusal = Refusal::new(format!("the tracer container {name} did not stay: it {what}"));
    let reason = state.terminated.as_ref().and_then(|ended| ended.reason.as_deref()).unwrap_or_default();
    let refusal = if matches!(reason, "StartError" | "ContainerCannotRun") {
        refusal.fix(format!(
            "see that {image} is the tracer's image, for the node's processor (--image names another)"
        ))
    } else {
        refusal
            .fix(format!("see what it said: kubectl logs {} -n {} -c {name}", target.pod, target.namespace))
    };
    refusal.fix(stays(name))
}

/// The status of an ephemeral container.
pub fn status<'a>(pod: &'a Pod, name: &str) -> Option<&'a ContainerStatus> {
    pod.status.as_ref()?.ephemeral_container_statuses.as_ref()?.iter().find(|status| status.name == name)
}

/// Whether an ephemeral container runs, as far as the pod's status knows.
pub fn runs(pod: &Pod, name: &str) -> bool {
    let state = status(pod, name).and_then(|status| status.state.as_ref());
    state.is_some_and(|state| state.running.is_some())
}

/// What a container of the pod, of any kind, does.
pub fn state_of(pod: &Pod, name: &str) -> String {
    let all = pod.status.as_ref();
    let found = [
        all.and_then(|s| s.container_statuses.as_ref()),
        all.and_then(|s| s.init_container_statuses.as_ref()),
        all.and_then(|s| s.ephemeral_container_statuses.as_ref()),
    ];
    let found = found.into_iter().flatten().flatten().find(|status| status.name == name);
    found.map_or_else(|| format!("container {name} has no status"), targets::was)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            namespace: "demo".into(),
            pod: "api".into(),
            container: "app".into(),
            id: "0123".into(),
            started: "2026-01-02T03:04:05Z".parse().ok(),
        }
    }

    fn with(container: Value, state: Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "api"},
            "spec": {"containers": [{"name": "app"}], "ephemeralContainers": [container]},
            "status": {"ephemeralContainerStatuses": [{"name": "strace-x", "ready": false, "restartCount": 0,
                "image": "", "imageID": "", "state": state}]}
        }))
        .unwrap()
    }

    fn ours() -> Value {
        let mut patch = patch("strace-x", &target(), "tracer:1", None);
        patch["spec"]["ephemeralContainers"][0].take()
    }

    #[test]
    fn the_patch_asks_for_one_capability_and_nothing_else() {
        let patch = patch("strace-x", &target(), "tracer:1", Some(PullPolicy::Never));
        let container = &patch["spec"]["ephemeralContainers"][0];
        assert_eq!(container["targetContainerName"], "app");
        assert_eq!(container["command"], json!(["/tracer", "--agent"]));
        assert_eq!(container["imagePullPolicy"], "Never");
        let security = &container["securityContext"];
        assert_eq!(security["capabilities"], json!({"drop": ["ALL"], "add": ["SYS_PTRACE"]}));
        assert_eq!((&security["privileged"], &security["runAsUser"]), (&json!(false), &json!(0)));
        assert_eq!(security["seccompProfile"], json!({"type": "RuntimeDefault"}));
        assert!(ours().get("imagePullPolicy").is_none(), "the cluster's default is not overridden");
        // The API server knows every field of it.
        let typed: EphemeralContainer = serde_json::from_value(ours()).unwrap();
        assert_eq!(typed.security_context.unwrap().read_only_root_filesystem, Some(true));
    }

    #[test]
    fn a_running_agent_that_fits_is_used_again() {
        let running = |at: &str| json!({"running": {"startedAt": at}});
        let fits = |container: Value, state: Value| existing(&with(container, state), &target(), "tracer:1");
        let later = running("2026-01-02T03:04:05Z");
        assert_eq!(fits(ours(), later.clone()).as_deref(), Some("strace-x"));
        assert_eq!(fits(ours(), running("2026-01-02T03:04:04Z")), None, "the target was restarted since");
        assert_eq!(fits(ours(), json!({"terminated": {"exitCode": 0}})), None);
        for (field, value) in [
            ("image", json!("tracer:2")),
            ("targetContainerName", json!("client")),
            ("command", json!(["sh"])),
        ] {
            let mut other = ours();
            other[field] = value;
            assert_eq!(fits(other, later.clone()), None, "{field}");
        }
    }

    #[test]
    fn names_are_fresh_and_valid() {
        let pod = with(ours(), json!({}));
        let name = fresh_name(&pod);
        assert!(
            name.len() == 12
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
        assert_ne!(name, fresh_name(&pod));
    }
}
