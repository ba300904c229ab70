//! Pods of the probe image, made to measure.

/// A pod named `name` whose container `app` runs `command`, with more lines for the container (indented by six).
pub fn probe(name: &str, command: &[&str], container: &str) -> String {
    pod(name, "localhost/kubectl-strace/probe:test", command, container)
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
