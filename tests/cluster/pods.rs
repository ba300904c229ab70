//! Pods of the probe image, made to measure.

/// A pod named `name` whose container `app` runs `command`, with more lines for the container (indented by six).
pub fn probe(name: &str, command: &[&str], container: &str) -> String {
    pod(name, "localhost/kubectl-strace/probe:test", command, container)
}

/// A pod with two threads that make calls and three that compute, which is more than the node has CPUs.
///
/// With a request, as containers should have: it is the target's weight (1024 of them), and an ephemeral container, which
/// can have none, gets 2.
pub fn busy(name: &str) -> String {
    probe(name, &["/busy", "2", "3"], "      resources: {requests: {cpu: 1}}\n")
}

/// A pod of one container.
pub fn pod(name: &str, image: &str, command: &[&str], container: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 5
  restartPolicy: Never
  containers:
    - name: app
      image: {image}
      imagePullPolicy: Never
      command: {command:?}
{container}"
    )
}
