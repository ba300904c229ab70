//! Adding the tracer's container, and waiting until it runs.

use super::{Fresh, runtime, state_of, status};
use crate::{
    cluster::{Cluster, PodWait},
    refusal::{self, Refusal, seconds},
    screen::Steps,
    targets::{self, Target},
};
use k8s_openapi::api::core::v1::{ContainerState, Event, Pod};
use kube::{
    Api, ResourceExt,
    api::{ListParams, Patch, PatchParams},
};
use std::{sync::OnceLock, time::Duration};

/// Adds a tracer container and waits until it runs. Its name is in `added` as soon as it exists.
///
/// # Errors
/// The API server refuses it, or it does not start in time.
pub async fn add(
    cluster: &Cluster,
    target: &Target,
    fresh: &Fresh,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<(), Refusal> {
    let Fresh { name, image, candidate, patch, instead_of } = fresh;
    if let Some(why) = instead_of {
        steps.say(&format!("Another tracer container is needed: {why}"));
    }
    let what = format!("adding the tracer container to pod {}", target.pod);
    let step = steps.begin(what.clone());
    let body = Patch::Strategic(patch);
    let pods = cluster.pods();
    let params = PatchParams::default();
    let request = pods.patch_ephemeral_containers(&target.pod, &params, &body);
    cluster
        .ask(&what, request, |error| {
            refusal::not_added(&target.namespace, &target.pod, &cluster.server, candidate.privilege, error)
        })
        .await?;
    drop(step);
    let _ = added.set(name.clone());
    steps.say(&format!("Added the tracer container {name} (image {image}) to pod {}", target.pod));
    steps.say(&format!(
        "It has the profile {} ({}): {}",
        candidate.privilege.name(),
        candidate.privilege,
        candidate.why
    ));
    wait(cluster, target, name, image, steps).await
}

async fn wait(
    cluster: &Cluster,
    target: &Target,
    name: &str,
    image: &str,
    steps: &Steps,
) -> Result<(), Refusal> {
    let step = steps.begin(format!("waiting for the tracer container {name} to start"));
    let mut wait = PodWait::new(cluster, &target.pod, step, Some(cluster.timeout)).polled_every(EVENTS);
    let mut waiting = Waiting::default();
    while let Some(pod) = wait.next().await? {
        if targets::running(&pod, &target.container).as_ref() != Ok(target) {
            return Err(overtaken(&pod, target));
        }
        match status(&pod, name).and_then(|status| status.state.as_ref()) {
            Some(state) if state.running.is_some() => return Ok(()),
            Some(state) if state.terminated.is_some() => return Err(ended(target, name, image, state)),
            state => waiting.note(state, &pod),
        }
        if matches!(waiting.reason.as_str(), "" | CREATING) && wait.lasted() > EVENTS_AFTER {
            waiting.last_event = last_event(cluster, &pod, name).await.or(waiting.last_event);
        }
        wait.because(&waiting.words());
        if is_final(&waiting.reason) {
            let refusal = Refusal::new(format!("the tracer container {name} cannot start"));
            return Err(waiting.explain(refusal, target, name, image));
        }
    }
    let late = format!("the tracer container {name} did not start within {}", seconds(cluster.timeout));
    Err(waiting.explain(Refusal::new(late), target, name, image))
}

/// Whether a container that waits for this reason will never start. Kubernetes starts an ephemeral container once,
/// and an image that must not be pulled appears only when somebody loads it onto the node.
fn is_final(reason: &str) -> bool {
    matches!(reason, "RunContainerError" | "InvalidImageName" | "ErrImageNeverPull")
}

/// The target has ended meanwhile.
fn overtaken(pod: &Pod, target: &Target) -> Refusal {
    let states = status(pod, &target.container).map(|status| [&status.state, &status.last_state]);
    let mut ends = states.into_iter().flatten().flatten().filter_map(|state| state.terminated.as_ref());
    let its = ends.find(|end| end.container_id.as_ref().is_some_and(|id| id.ends_with(&target.id)));
    let memory = its.is_some_and(|end| end.reason.as_deref() == Some("OOMKilled"));
    let refusal = Refusal::new(format!(
        "container {} of pod {} ended or was restarted before the tracer was there",
        target.container, target.pod
    ))
    .cause(state_of(pod, &target.container));
    match memory {
        true => refusal
            .cause("the memory that a container takes to start counts against the pod's limit, and may have exceeded it")
            .fix("raise the limit, or see that the pod uses less, before you try again"),
        false => refusal.fix("try again"),
    }
}

/// The reason in the status while the node pulls an image, and for some ten seconds after it gave up.
const CREATING: &str = "ContainerCreating";
/// How often to look for events: the pod does not change while its node pulls an image.
const EVENTS: Duration = Duration::from_secs(1);
/// When to begin looking for events: by then they tell more than the status.
const EVENTS_AFTER: Duration = Duration::from_millis(1500);

/// The last thing that the node said about the container in an event. `None` if we may not read events; the status
/// says it too, later.
async fn last_event(cluster: &Cluster, pod: &Pod, name: &str) -> Option<(String, String)> {
    let events = Api::<Event>::namespaced(cluster.client.clone(), &cluster.namespace);
    let of_pod = format!("involvedObject.kind=Pod,involvedObject.uid={}", pod.uid()?);
    let params = ListParams::default().fields(&of_pod);
    let list = tokio::time::timeout(Duration::from_secs(2), events.list(&params));
    let path = format!("spec.ephemeralContainers{{{name}}}");
    let mut found: Vec<Event> = list.await.ok()?.ok()?.items;
    found.retain(|event| event.involved_object.field_path.as_ref() == Some(&path));
    // `Failed` comes twice: once with what went wrong, and once with `Error: ErrImagePull`.
    found.retain(|event| event.message.as_ref().is_some_and(|message| !message.starts_with("Error: ")));
    let newest = found.into_iter().max_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0))?;
    let (reason, message) = (newest.reason?, newest.message?);
    // The status will use this name.
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
    /// What makes this pod different.
    peculiarity: Option<String>,
    /// The pod's `imagePullSecrets`.
    secrets: Vec<String>,
}

impl Waiting {
    fn note(&mut self, state: Option<&ContainerState>, pod: &Pod) {
        self.peculiarity = runtime::peculiarity(pod);
        let secrets = pod.spec.iter().flat_map(|spec| spec.image_pull_secrets.iter().flatten());
        self.secrets = secrets.map(|secret| secret.name.clone()).filter(|name| !name.is_empty()).collect();
        self.node =
            pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_else(|| "(unknown)".into());
        let waiting = state.and_then(|state| state.waiting.as_ref());
        self.reason = waiting.and_then(|waiting| waiting.reason.clone()).unwrap_or_default();
        self.message = waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default();
    }

    /// Which credentials the node has for a registry.
    fn logins(&self) -> String {
        let has = match self.secrets.as_slice() {
            [] => "this pod has no imagePullSecrets".to_owned(),
            some => format!("this pod has the imagePullSecrets {}, which are not for it", some.join(", ")),
        };
        format!(
            "the registry wants a login: {has}, and a running pod cannot be given another one; only the node's own credentials are left"
        )
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
        let mut refusal = refusal.cause(format!("node {} says: {}", self.node, self.words()));
        if let Some(peculiarity) = &self.peculiarity {
            refusal = refusal.cause(peculiarity);
        }
        let reason = match (self.reason.as_str(), &self.last_event) {
            ("" | CREATING, Some((reason, _))) => reason,
            (reason, _) => reason,
        };
        let refusal = match reason {
            "ErrImageNeverPull" => refusal.fix(format!(
                "the node does not have the image {image} and may not pull it: load it onto the node, \
                 or run again with --image-pull-policy IfNotPresent"
            )),
            "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" | "BackOff" => {
                let refusal = match login_wanted(&self.words()) {
                    true => refusal.cause(self.logins()),
                    false => refusal,
                };
                refusal.fix(format!(
                    "push the image to where the node can pull it and name it with --image (it was {image}); \
                     the pod's imagePullSecrets are used for it"
                ))
            }
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

/// Whether a registry refused because it does not know who asks. The words are containerd's and CRI-O's, which pass
/// on the registry's HTTP status.
fn login_wanted(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["401", "403", "unauthorized", "authorization failed", "authentication required", "denied"]
        .iter()
        .any(|word| words.contains(word))
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
    let refusal = Refusal::new(format!("the tracer container {name} did not keep running: it {what}"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_time_may_mend_is_waited_for() {
        assert!(
            is_final("ErrImageNeverPull") && is_final("RunContainerError") && is_final("InvalidImageName")
        );
        assert!(
            !is_final("ErrImagePull")
                && !is_final("ImagePullBackOff")
                && !is_final(CREATING)
                && !is_final("")
        );
    }

    #[test]
    fn a_missing_login_is_told_from_an_unreachable_registry() {
        assert!(
            login_wanted("failed to authorize: 401 Unauthorized")
                && !login_wanted("dial tcp: connection refused")
        );
        let mut waiting = Waiting::default();
        assert!(waiting.logins().contains("has no imagePullSecrets"));
        let pod = json!({"spec": {"containers": [], "imagePullSecrets": [{"name": "x"}]}});
        waiting.note(None, &serde_json::from_value(pod).unwrap());
        assert!(waiting.logins().contains("imagePullSecrets x, which"));
    }
}
