//! Pods of the probe image, made to order.

/// A pod named `name` whose container `app` runs `command`, with additional lines for the container (indented by six).
pub fn probe(name: &str, command: &[&str], container: &str) -> String {
    pod(name, "localhost/kubectl-strace/probe:test", command, container)
}

/// A pod with two threads that make calls and three that compute, more than the node has CPUs.
///
/// It has a CPU request, as containers should have. That gives the target its weight of 1024; an ephemeral container
/// cannot have a request, and gets 2.
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
