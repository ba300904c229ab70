//! A tracer container stays in its pod for good: another one is added only where there has to be one, and then the reason
//! is said.

use super::{
    node::{Namespace, host_processes, status},
    pods::pod,
    process::Running,
};
use std::{process::Command, time::Duration};

const SOON: Duration = Duration::from_secs(60);
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";

fn busy(space: &Namespace, name: &str) {
    space.apply(&pod(name, BUSYBOX, &["sh", "-c", "while :; do ls /app; sleep 0.2; done"], ""));
    space.ready(name);
}

/// Traces a pod until it shows calls; what was said.
fn trace(space: &Namespace, name: &str) -> String {
    let mut trace = Running::start(space.plugin(&[name, "-e", "trace=%file"]));
    trace.expect(SOON, &["\"/app\""]);
    trace.signal("INT");
    assert_eq!(trace.wait(SOON).code(), Some(0), "{}", trace.err());
    println!("{}", trace.err());
    trace.err()
}

fn agents(space: &Namespace, name: &str) -> usize {
    space.field(name, ".spec.ephemeralContainers[*].name").split_whitespace().count()
}

/// A policy of the cluster that is gone with the test.
struct Policy<'a>(&'a Namespace);

impl Drop for Policy<'_> {
    fn drop(&mut self) {
        for kind in ["mutatingadmissionpolicybinding", "mutatingadmissionpolicy"] {
            self.0.try_kubectl(&["delete", kind, &self.0.name, "--ignore-not-found", "--wait=false"]);
        }
    }
}

#[test]
fn a_webhook_that_rewrites_images_does_not_cost_a_container_each_time() {
    let space = Namespace::new("rewritten");
    busy(&space, "first");
    trace(&space, "first");
    let image = space.field("first", ".status.ephemeralContainerStatuses[0].imageID");
    assert!(image.contains("@sha256:"), "{image}");
    let name = &space.name;
    let policy = Policy(&space);
    space.apply(&format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  matchConstraints:
    namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}
    resourceRules:
      - apiGroups: ['']
        apiVersions: [v1]
        operations: [UPDATE]
        resources: [pods/ephemeralcontainers]
  failurePolicy: Fail
  reinvocationPolicy: Never
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: '[JSONPatch{{op: \"replace\", path: \"/spec/ephemeralContainers/0/image\", value: \"{image}\"}}]'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {{name: {name}}}
spec: {{policyName: {name}}}
"
    ));
    busy(&space, "api");
    // The API server takes a policy up a moment later.
    let probe = "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"x\",\"image\":\"x\"}]}}";
    space.until("the policy works", SOON, || {
        let args =
            ["patch", "pod", "api", "--subresource=ephemeralcontainers", "--dry-run=server", "-p", probe];
        let output = space
            .try_kubectl(&[&args[..], &["-o", "jsonpath={.spec.ephemeralContainers[0].image}"]].concat());
        String::from_utf8_lossy(&output.stdout) == image
    });
    trace(&space, "api");
    assert_eq!(space.field("api", ".spec.ephemeralContainers[0].image"), image, "it was rewritten");
    let said = trace(&space, "api");
    assert!(said.contains("Using the tracer container strace-"), "{said}");
    assert_eq!(agents(&space, "api"), 1);
    drop(policy);
}

#[test]
fn why_there_is_another_container_is_said() {
    let space = Namespace::new("another");
    busy(&space, "api");
    assert!(!trace(&space, "api").contains("Another tracer container"));
    let id = space.field("api", ".status.ephemeralContainerStatuses[0].containerID");
    let agent = host_processes(id.rsplit('/').next().expect("an id"));
    // The container's first process: it ends with it.
    let first = agent.iter().find(|pid| status(**pid).is_some_and(|status| status["Name"] == "tracer"));
    let first = first.expect("the agent runs").to_string();
    assert!(Command::new("kill").args(["-KILL", &first]).status().expect("kill starts").success());
    let name = space.field("api", ".spec.ephemeralContainers[0].name");
    let ended = || space.field("api", ".status.ephemeralContainerStatuses[0].state.terminated.exitCode");
    space.until("the kubelet sees it", SOON, || ended() == "137");
    let said = trace(&space, "api");
    let why =
        format!("Another tracer container is needed: the tracer container {name} ended with exit code 137");
    assert!(said.contains(&why), "{said}");
    assert_eq!(agents(&space, "api"), 2);
    // Nobody traces the tracer.
    let mut refused = Running::start(space.plugin(&["api", "-c", &name]));
    assert_eq!(refused.wait(SOON).code(), Some(1));
    let said = refused.err();
    assert!(said.contains("is an ephemeral container") && said.contains("-c app"), "{said}");
}
