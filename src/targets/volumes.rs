//! What stands behind a container's paths, according to its pod: a ConfigMap and its key, a Secret, a claim, an emptyDir.

use k8s_openapi::api::core::v1::{Container, Pod, Volume, VolumeProjection};

/// The volumes of one container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volumes(Vec<Mounted>);

/// A volume where it is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mounted {
    /// Without a slash at its end.
    path: String,
    /// What of the volume, if not all.
    sub_path: String,
    source: Source,
}

/// Where a volume's files come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// Files that are keys of objects.
    Keys(Vec<Keys>),
    /// Anything else, in words.
    Other(String),
}

/// An object whose keys are files.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Keys {
    /// In words: `ConfigMap app`.
    of: String,
    /// Which keys have which files; empty: each has a file of its own name.
    items: Vec<(String, String)>,
}

impl Volumes {
    /// Those of a container of a pod.
    pub fn of(pod: &Pod, name: &str) -> Volumes {
        let Some(spec) = &pod.spec else { return Volumes::default() };
        let init = spec.init_containers.iter().flatten();
        let container: Option<&Container> =
            spec.containers.iter().chain(init).find(|container| container.name == name);
        let volumes = spec.volumes.as_deref().unwrap_or_default();
        let mounts = container.into_iter().flat_map(|container| container.volume_mounts.iter().flatten());
        let mut found: Vec<Mounted> = mounts
            .filter_map(|mount| {
                let volume = volumes.iter().find(|volume| volume.name == mount.name)?;
                Some(Mounted {
                    path: mount.mount_path.trim_end_matches('/').to_owned(),
                    sub_path: mount.sub_path.clone().unwrap_or_default(),
                    source: source(volume),
                })
            })
            .collect();
        // A volume that is mounted inside of another one covers it.
        found.sort_by_key(|mounted| std::cmp::Reverse(mounted.path.len()));
        Volumes(found)
    }

    /// What is behind a path, in words; `None`: the image, or what the kubelet and the runtime put there.
    pub fn name(&self, path: &str) -> Option<String> {
        let inside = |mounted: &&Mounted| {
            path.strip_prefix(&mounted.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mounted = self.0.iter().find(inside)?;
        let rest = path[mounted.path.len()..].trim_start_matches('/');
        // The kubelet writes keys to a directory of the time, and links to that (AtomicWriter in
        // pkg/volume/util/atomic_writer.go).
        let rest = match rest.split_once('/') {
            Some((first, rest)) if first.starts_with("..") => rest,
            None if rest.starts_with("..") => "",
            _ => rest,
        };
        let file = match (mounted.sub_path.as_str(), rest) {
            ("", rest) => rest.to_owned(),
            (sub_path, "") => sub_path.to_owned(),
            (sub_path, rest) => format!("{sub_path}/{rest}"),
        };
        Some(match &mounted.source {
            Source::Other(words) => words.clone(),
            Source::Keys(all) => of_keys(all, &file),
        })
    }
}

/// Which object and key a file is of.
fn of_keys(all: &[Keys], file: &str) -> String {
    let names: Vec<&str> = all.iter().map(|keys| keys.of.as_str()).collect();
    if file.is_empty() {
        return names.join(" and ");
    }
    let listed = all.iter().find_map(|keys| {
        let (key, _) = keys.items.iter().find(|(_, path)| path == file)?;
        Some(format!("{}, key {key}", keys.of))
    });
    listed.unwrap_or_else(|| {
        // Of those that list their keys, a file that is not listed is none.
        let open: Vec<&str> =
            all.iter().filter(|keys| keys.items.is_empty()).map(|keys| keys.of.as_str()).collect();
        match open.as_slice() {
            [] => format!("{}, which puts no key there", names.join(" and ")),
            open => format!("{}, key {file}", open.join(" or ")),
        }
    })
}

fn items(items: Option<&Vec<k8s_openapi::api::core::v1::KeyToPath>>) -> Vec<(String, String)> {
    items.into_iter().flatten().map(|item| (item.key.clone(), item.path.clone())).collect()
}

fn source(volume: &Volume) -> Source {
    let other = |words: String| Source::Other(words);
    if let Some(map) = &volume.config_map {
        let of = format!("ConfigMap {}", map.name);
        return Source::Keys(vec![Keys { of, items: items(map.items.as_ref()) }]);
    }
    if let Some(secret) = &volume.secret {
        let of = format!("Secret {}", secret.secret_name.as_deref().unwrap_or_default());
        return Source::Keys(vec![Keys { of, items: items(secret.items.as_ref()) }]);
    }
    if let Some(projected) = &volume.projected {
        return Source::Keys(projected.sources.iter().flatten().map(projection).collect());
    }
    if let Some(claim) = &volume.persistent_volume_claim {
        return other(format!("PVC {}", claim.claim_name));
    }
    if volume.ephemeral.is_some() {
        return other(format!("ephemeral volume {}", volume.name));
    }
    if let Some(empty) = &volume.empty_dir {
        let limit =
            empty.size_limit.as_ref().map(|limit| format!(", at most {}", limit.0)).unwrap_or_default();
        let memory = if empty.medium.as_deref() == Some("Memory") { " in memory" } else { "" };
        return other(format!("emptyDir {}{memory}{limit}", volume.name));
    }
    if let Some(path) = &volume.host_path {
        return other(format!("hostPath {} of the node", path.path));
    }
    if let Some(nfs) = &volume.nfs {
        return other(format!("NFS {}:{}", nfs.server, nfs.path));
    }
    if let Some(csi) = &volume.csi {
        return other(format!("CSI volume {} ({})", volume.name, csi.driver));
    }
    if volume.downward_api.is_some() {
        return other("the downward API".to_owned());
    }
    if let Some(image) = &volume.image {
        return other(format!("image {}", image.reference.as_deref().unwrap_or_default()));
    }
    other(format!("volume {}", volume.name))
}

fn projection(source: &VolumeProjection) -> Keys {
    if let Some(map) = &source.config_map {
        return Keys { of: format!("ConfigMap {}", map.name), items: items(map.items.as_ref()) };
    }
    if let Some(secret) = &source.secret {
        return Keys { of: format!("Secret {}", secret.name), items: items(secret.items.as_ref()) };
    }
    if let Some(token) = &source.service_account_token {
        let item = ("token".to_owned(), token.path.clone());
        return Keys { of: "the service account's token".to_owned(), items: vec![item] };
    }
    if let Some(api) = &source.downward_api {
        let items = api.items.iter().flatten().map(|item| (item.path.clone(), item.path.clone())).collect();
        return Keys { of: "the downward API".to_owned(), items };
    }
    // Whatever else it is, its files are not known: say no key that may be wrong.
    Keys { of: "another projected source".to_owned(), items: vec![(String::new(), String::new())] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn volumes() -> Volumes {
        let pod = json!({"spec": {
            "volumes": [
                {"name": "c", "configMap": {"name": "app"}},
                {"name": "few", "configMap": {"name": "app", "items": [{"key": "a", "path": "conf.d/a.conf"}]}},
                {"name": "s", "secret": {"secretName": "tls"}},
                {"name": "t", "projected": {"sources": [
                    {"serviceAccountToken": {"path": "token"}}, {"configMap": {"name": "kube-root-ca.crt"}}]}},
                {"name": "d", "persistentVolumeClaim": {"claimName": "data"}},
                {"name": "e", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
            ],
            "containers": [{"name": "app", "volumeMounts": [
                {"name": "c", "mountPath": "/etc/app/"}, {"name": "few", "mountPath": "/etc/app/few"},
                {"name": "c", "mountPath": "/etc/one.conf", "subPath": "one"},
                {"name": "s", "mountPath": "/tls"}, {"name": "t", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                {"name": "d", "mountPath": "/data"}, {"name": "e", "mountPath": "/data/cache"},
            ]}],
        }});
        Volumes::of(&serde_json::from_value(pod).expect("a pod"), "app")
    }

    #[test]
    fn a_path_is_named_by_its_innermost_volume() {
        let volumes = volumes();
        let token = "/var/run/secrets/kubernetes.io/serviceaccount";
        for (path, name) in [
            ("/etc/app", "ConfigMap app"),
            ("/etc/app/server.yaml", "ConfigMap app, key server.yaml"),
            ("/etc/app/..2026_11_30_01/server.yaml", "ConfigMap app, key server.yaml"),
            ("/etc/app/..data", "ConfigMap app"),
            ("/etc/app/few/conf.d/a.conf", "ConfigMap app, key a"),
            ("/etc/app/few/b.conf", "ConfigMap app, which puts no key there"),
            ("/etc/one.conf", "ConfigMap app, key one"),
            ("/tls/tls.key", "Secret tls, key tls.key"),
            (&format!("{token}/token"), "the service account's token, key token"),
            (&format!("{token}/ca.crt"), "ConfigMap kube-root-ca.crt, key ca.crt"),
            ("/data/queue.lock", "PVC data"),
            ("/data/cache/x", "emptyDir e in memory, at most 64Mi"),
        ] {
            assert_eq!(volumes.name(path).as_deref(), Some(name), "{path}");
        }
        for path in ["/etc/application", "/", "/usr/bin/x", "", "/database"] {
            assert_eq!(volumes.name(path), None, "{path}");
        }
    }
}
