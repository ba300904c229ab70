//! The tracer's container: an ephemeral container of the pod, added once and used by every later run.
//!
//! An ephemeral container can never be changed, restarted or removed. So it is an idle agent that ends by itself when
//! nobody uses it, and each run is an exec into it.

#[cfg(test)]
mod examples;
pub mod ladder;
mod request;
mod reuse;
mod runtime;
pub mod start;
mod state;

use crate::{
    cluster::Cluster,
    plan::ManifestFormat,
    privilege::Privilege,
    refusal::{self, Refusal},
    screen::{Steps, yaml},
    targets::Target,
};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Patch, PatchParams};
use ladder::{Candidate, Identity};
pub use request::{ContainerRequest, TRACER};
use request::{PREFIX, patch};
pub use reuse::{Agent, agents};
use reuse::{existing, why_another};
use serde_json::Value;
pub use state::{runs, state_of, status};
use std::io::Write;

/// A tracer container that may be used.
#[derive(Debug, Clone)]
pub enum Choice {
    /// One that runs, with these rights.
    Running(String, Privilege),
    /// One that has to be added.
    Fresh(Fresh),
}

/// A container that does not exist yet.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Its rights.
    pub candidate: Candidate,
    /// The patch that adds it.
    pub patch: Value,
    /// Why a tracer container that the pod already has cannot be used.
    pub instead_of: Option<String>,
}

impl Fresh {
    fn new(
        pod: &Pod,
        target: &Target,
        wanted: &ContainerRequest<'_>,
        identity: &Identity,
        candidate: Candidate,
    ) -> Fresh {
        let name = fresh_name(pod);
        let security = identity.security_context(candidate.privilege);
        let patch = patch(&name, target, wanted, security);
        let instead_of = why_another(pod, target, wanted, candidate.privilege);
        Fresh { name, image: wanted.image.to_owned(), candidate, patch, instead_of }
    }
}

/// The container with the rights that would be tried first. The API server is not asked.
///
/// # Errors
/// The requested rights are not possible.
pub fn first_choice(pod: &Pod, target: &Target, wanted: &ContainerRequest<'_>) -> Result<Choice, Refusal> {
    let (identity, candidates) = wanted.candidates(pod, target)?;
    let first = candidates.into_iter().next();
    // There is always at least one.
    let first = first.ok_or_else(|| Refusal::new("there are no rights with which a tracer could run"))?;
    Ok(match existing(pod, target, wanted, &identity, first.privilege) {
        Some(name) => Choice::Running(name, first.privilege),
        None => Choice::Fresh(Fresh::new(pod, target, wanted, &identity, first)),
    })
}

/// Whether a container runs that has one of the sets of rights that may serve.
pub fn any_runs(pod: &Pod, target: &Target, wanted: &ContainerRequest<'_>) -> bool {
    wanted.candidates(pod, target).is_ok_and(|(identity, candidates)| {
        candidates.iter().any(|one| existing(pod, target, wanted, &identity, one.privilege).is_some())
    })
}

/// The container with the least rights that suffice and that the API server lets in. A dry run finds out what it
/// refuses, because what was added stays.
///
/// # Errors
/// It lets none in.
pub async fn choose(
    cluster: &Cluster,
    pod: &Pod,
    target: &Target,
    wanted: &ContainerRequest<'_>,
    steps: &Steps,
) -> Result<Choice, Refusal> {
    let what = format!("asking whether the tracer container may be added to pod {}", target.pod);
    let step = steps.begin(what.clone());
    let pods = cluster.pods();
    let mut refused = Vec::new();
    let (identity, candidates) = wanted.candidates(pod, target)?;
    let any = candidates.iter().find_map(|candidate| {
        let name = existing(pod, target, wanted, &identity, candidate.privilege)?;
        Some(Choice::Running(name, candidate.privilege))
    });
    // For a command it makes no difference which of them opens the door.
    if let Some(any) = any.as_ref().filter(|_| wanted.command) {
        return Ok(any.clone());
    }
    for candidate in candidates {
        if let Some(name) = existing(pod, target, wanted, &identity, candidate.privilege) {
            return Ok(Choice::Running(name, candidate.privilege));
        }
        let privilege = candidate.privilege;
        let fresh = Fresh::new(pod, target, wanted, &identity, candidate);
        let body = Patch::Strategic(&fresh.patch);
        let params = PatchParams { dry_run: true, ..PatchParams::default() };
        let request = pods.patch_ephemeral_containers(&target.pod, &params, &body);
        match tokio::time::timeout(cluster.request_timeout, request).await {
            Err(_) => return Err(refusal::timeout(&what, cluster.request_timeout)),
            Ok(Ok(_)) => {
                drop(step);
                if privilege == Privilege::Unprivileged && identity.can_lose() {
                    steps.insist(
                        "warning: while it is traced without SYS_PTRACE, a process that executes a set-user-id program \
                         does not gain that user's privilege, and is not told so",
                    );
                }
                return Ok(Choice::Fresh(fresh));
            }
            // A webhook that does not support dry runs was not asked: the real request will show its answer.
            Ok(Err(kube::Error::Api(status))) if status.message.contains("does not support dry run") => {
                return Ok(Choice::Fresh(fresh));
            }
            Ok(Err(kube::Error::Api(status))) if refusal::is_policy(&status) => {
                refused.push((privilege, status))
            }
            // A user who may not add a container may still use one.
            Ok(Err(kube::Error::Api(status))) if status.is_forbidden() && any.is_some() => break,
            Ok(Err(error)) => {
                return Err(refusal::not_added(
                    &target.namespace,
                    &target.pod,
                    &cluster.server,
                    privilege,
                    &error,
                ));
            }
        }
    }
    if let Some(running) = any {
        return Ok(running);
    }
    // Do not suggest what the kernel has refused already.
    let user = identity.user.filter(|_| wanted.above.is_none());
    Err(refusal::no_privilege(&target.namespace, &target.pod, &refused, user))
}

/// Prints what would be sent.
///
/// # Errors
/// It cannot be printed.
pub fn show(
    choice: &Choice,
    target: &Target,
    notation: ManifestFormat,
    steps: &Steps,
) -> Result<(), Refusal> {
    let fresh = match choice {
        Choice::Running(name, _) => {
            steps.insist(&format!(
                "Nothing would be sent: the tracer container {name}, which runs in pod {} already, would be used",
                target.pod
            ));
            return Ok(());
        }
        Choice::Fresh(fresh) => fresh,
    };
    let text = match notation {
        ManifestFormat::Yaml => yaml(&fresh.patch),
        ManifestFormat::Json => serde_json::to_string_pretty(&fresh.patch).map_err(|error| error.to_string()),
    };
    let written = text.and_then(|text| {
        writeln!(std::io::stdout(), "{}", text.trim_end()).map_err(|error| error.to_string())
    });
    written.map_err(|error| Refusal::new("what would be sent cannot be printed").cause(error))?;
    steps.say(&format!(
        "This strategic merge patch would be sent to {}/ephemeralcontainers. The profile is {} ({}): {}",
        target.pod,
        fresh.candidate.privilege.name(),
        fresh.candidate.privilege,
        fresh.candidate.why
    ));
    Ok(())
}

/// A name that no container of the pod has.
fn fresh_name(pod: &Pod) -> String {
    let taken = |name: &str| {
        pod.spec
            .as_ref()
            .and_then(|s| s.ephemeral_containers.as_ref())
            .into_iter()
            .flatten()
            .any(|c| c.name == name)
    };
    loop {
        // As Kubernetes makes names: without vowels they cannot spell a word.
        let letters = b"bcdfghjklmnpqrstvwxz2456789";
        let suffix: String = (0..5).map(|_| char::from(letters[fastrand::usize(..letters.len())])).collect();
        let name = format!("{PREFIX}{suffix}");
        if !taken(&name) {
            return name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        examples::{target, wanted, with},
        *,
    };
    use crate::cli::PullPolicy;
    use k8s_openapi::api::core::v1::EphemeralContainer;
    use serde_json::json;

    fn root() -> Value {
        Identity::default().security_context(Privilege::Ptrace)
    }

    fn ours() -> Value {
        let mut patch = patch("strace-x", &target(), &wanted(), root());
        patch["spec"]["ephemeralContainers"][0].take()
    }

    #[test]
    fn the_patch_asks_for_one_capability_and_nothing_else() {
        let wanted = ContainerRequest { pull: Some(PullPolicy::Never), ..wanted() };
        let patch = patch("strace-x", &target(), &wanted, root());
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
