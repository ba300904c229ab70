//! The tracer's container, as it is sent to the API server.

use super::ladder::{self, Candidate, Identity};
use crate::{
    cli::{Profile, PullPolicy},
    plan::{Plan, custom},
    privilege::Privilege,
    refusal::Refusal,
    targets::Target,
};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The tracer's path in its image.
pub const TRACER: &str = "/tracer";
/// What tracer containers' names begin with.
pub const PREFIX: &str = "strace-";

/// The environment variable of a tracer container that records what was asked for when it was added. A webhook may
/// rewrite the image (a mirror, a digest for a tag), the pull policy and more; it has no reason to touch this.
pub const SPEC: &str = "KUBECTL_STRACE_SPEC";

/// The digest of what is asked for, without the name, and without the pull policy, which no longer matters once it
/// runs.
pub fn spec_digest(container: &Value) -> String {
    let mut spec = container.clone();
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("name");
        fields.remove("imagePullPolicy");
    }
    // serde_json sorts the keys of a map.
    let digest = Sha256::digest(spec.to_string().as_bytes());
    digest.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// What the tracer's container should be.
#[derive(Debug, Clone, Copy)]
pub struct ContainerRequest<'a> {
    /// Its image.
    pub image: &'a str,
    /// When the node pulls that.
    pub pull: Option<PullPolicy>,
    /// Its rights.
    pub profile: Profile,
    /// `--custom`
    pub custom: Option<&'a Value>,
    /// Whether it is for a command in the target's container.
    pub command: bool,
    /// Whether nobody is traced with it.
    pub looks: bool,
    /// A rung that the kernel has refused: only those above it may serve.
    pub above: Option<Privilege>,
}

impl<'a> ContainerRequest<'a> {
    /// From the command line.
    pub fn of(plan: &'a Plan) -> ContainerRequest<'a> {
        ContainerRequest {
            image: &plan.image,
            pull: plan.pull,
            profile: plan.profile,
            custom: plan.custom.as_ref(),
            command: !plan.depth.command.is_empty(),
            looks: plan.looks,
            above: None,
        }
    }

    /// The target's identity, from which the tracer's rights follow, and the rungs that may serve.
    ///
    /// # Errors
    /// The requested rights are not possible.
    pub fn candidates(&self, pod: &Pod, target: &Target) -> Result<(Identity, Vec<Candidate>), Refusal> {
        let identity = Identity::of(pod, target);
        if self.command {
            let identity = identity.or_root();
            let candidates = ladder::candidates_for_command(self.profile, &identity, target)?;
            return Ok((identity, candidates));
        }
        let mut candidates = match self.looks {
            true => ladder::candidates_for_look(self.profile, &identity, target)?,
            false => ladder::candidates(self.profile, &identity, target)?,
        };
        candidates.retain(|candidate| self.above.is_none_or(|above| candidate.privilege.is_above(above)));
        if self.above.is_some() {
            candidates.iter_mut().for_each(|candidate| candidate.why = "the kernel refused less".to_owned());
        }
        Ok((identity, candidates))
    }
}

/// The patch that adds it.
pub fn patch(name: &str, target: &Target, wanted: &ContainerRequest<'_>, security: Value) -> Value {
    let mut container = json!({
        "name": name,
        "image": wanted.image,
        "targetContainerName": target.container,
        "command": [TRACER, "--agent"],
        "stdin": false,
        "tty": false,
        // If it ends badly, the container's status has its last output.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": security,
    });
    if let Some(pull) = wanted.pull {
        container["imagePullPolicy"] = pull.name().into();
    }
    if let Some(part) = wanted.custom {
        custom::merge(&mut container, part);
    }
    let mark = json!({"env": [{"name": SPEC, "value": spec_digest(&container)}]});
    custom::merge(&mut container, &mark);
    json!({"spec": {"ephemeralContainers": [container]}})
}
