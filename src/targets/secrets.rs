//! What in a container is secret, according to its pod.

use k8s_openapi::api::core::v1::{Container, Pod, Volume};
use wire::message::Redact;

/// Where its Secret volumes are mounted, including its service account's token, and which variables come from a
/// Secret.
pub fn of(pod: &Pod, name: &str) -> Redact {
    let Some(spec) = &pod.spec else { return Redact::default() };
    let init = spec.init_containers.iter().flatten();
    let Some(container) = spec.containers.iter().chain(init).find(|container| container.name == name) else {
        return Redact::default();
    };
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    let mut paths: Vec<String> = container
        .volume_mounts
        .iter()
        .flatten()
        .filter(|mount| volumes.iter().any(|volume| volume.name == mount.name && is_secret(volume)))
        .map(|mount| mount.mount_path.clone())
        .collect();
    paths.sort();
    paths.dedup();
    Redact { paths, variables: variables(container) }
}

fn is_secret(volume: &Volume) -> bool {
    let sources = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
    let projected = |source: &k8s_openapi::api::core::v1::VolumeProjection| {
        source.secret.is_some() || source.service_account_token.is_some() || source.pod_certificate.is_some()
    };
    // What a CSI driver mounts is a secret more often than not (secrets-store.csi.k8s.io).
    let store = volume.csi.as_ref().is_some_and(|csi| csi.driver.contains("secret"));
    volume.secret.is_some() || store || sources.into_iter().any(projected)
}

fn variables(container: &Container) -> Vec<String> {
    let all = container.env.iter().flatten();
    let secret = all.filter(|variable| {
        variable.value_from.as_ref().is_some_and(|source| source.secret_key_ref.is_some())
    });
    secret.map(|variable| variable.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secret_volumes_and_variables_are_found() {
        let pod = json!({"spec": {
            "volumes": [
                {"name": "s", "secret": {"secretName": "x"}},
                {"name": "c", "configMap": {"name": "x"}},
                {"name": "t", "projected": {"sources": [{"configMap": {"name": "x"}}, {"serviceAccountToken": {"path": "token"}}]}},
                {"name": "p", "projected": {"sources": [{"configMap": {"name": "x"}}]}},
                {"name": "v", "csi": {"driver": "secrets-store.csi.k8s.io"}},
            ],
            "containers": [{
                "name": "app",
                "env": [
                    {"name": "A", "value": "1"},
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y"}}},
                    {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}},
                ],
                "volumeMounts": [
                    {"name": "s", "mountPath": "/s"}, {"name": "c", "mountPath": "/c"}, {"name": "p", "mountPath": "/p"},
                    {"name": "t", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                    {"name": "v", "mountPath": "/v"},
                ],
            }],
        }});
        let pod = serde_json::from_value(pod).unwrap();
        let found = of(&pod, "app");
        assert_eq!(found.paths, ["/s", "/v", "/var/run/secrets/kubernetes.io/serviceaccount"]);
        assert_eq!(found.variables, ["B"]);
        assert_eq!(of(&pod, "other"), Redact::default());
    }
}
