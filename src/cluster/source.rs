//! Where the cluster's address and the user's credentials come from: the command line, the kubeconfig's files, or the
//! service account of the pod that this process runs in (k8s.io/client-go/tools/clientcmd: loader.go, client_config.go).

use crate::{
    cli::ClusterArgs,
    refusal::{self, Refusal},
};
use kube::{
    Config,
    config::{AuthInfo, Cluster, Kubeconfig, KubeconfigError},
};
use secrecy::ExposeSecret;
use std::{
    collections::HashMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What the command line and the files say. Everything is read once, because `--kubeconfig <(...)` can be read only
/// once.
pub struct ClusterSource {
    /// The command line.
    pub(super) args: ClusterArgs,
    files: Result<Option<Files>, Refusal>,
    /// The pod's own service account, if it counts.
    service_account: Option<Config>,
    denied: Vec<DeniedNamespace>,
    /// What refreshes OIDC tokens: a name that is looked for on the PATH.
    pub(super) kubectl: PathBuf,
}

/// The kubeconfig's files, merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) merged: Kubeconfig,
    /// The first file that defines each user: later definitions do not count.
    pub(super) users: HashMap<String, PathBuf>,
    /// All that were listed: also those that are not there.
    pub(super) listed: Vec<PathBuf>,
}

/// A namespace that must not be traced from here.
#[derive(Debug, Clone)]
pub struct DeniedNamespace {
    /// Its name, or `*` for all.
    pub name: String,
    /// Who forbids it.
    pub cause: String,
    /// What the user can do about it.
    pub fix: String,
}

/// What is known without asking a cluster.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The context in use.
    pub context: Option<String>,
    /// The namespace in use.
    pub namespace: String,
    /// All contexts.
    pub contexts: Vec<String>,
    /// All clusters.
    pub clusters: Vec<String>,
    /// All users.
    pub users: Vec<String>,
}

impl ClusterSource {
    /// Reads the files. Their errors are reported by the functions that need them.
    pub fn read(args: &ClusterArgs) -> ClusterSource {
        let files = match &args.kubeconfig {
            Some(file) => read(file).map(Some),
            None => from_environment(std::env::var_os("KUBECONFIG")),
        };
        ClusterSource::new(args, files, || Config::incluster().ok())
    }

    /// From what was read already. The service account is looked up only if it counts.
    pub(super) fn new(
        args: &ClusterArgs,
        files: Result<Option<Files>, Refusal>,
        service_account: impl FnOnce() -> Option<Config>,
    ) -> ClusterSource {
        // As in kubectl: with no file and no choice on the command line, the pod's own service account counts.
        let chosen =
            args.context.is_some() || args.cluster.is_some() || args.user.is_some() || args.server.is_some();
        let none = matches!(files, Ok(None)) && !chosen;
        let service_account = none.then(service_account).flatten();
        ClusterSource {
            args: args.clone(),
            files,
            service_account,
            denied: Vec::new(),
            kubectl: "kubectl".into(),
        }
    }

    /// The merged files, if they could be read.
    pub(super) fn files(&self) -> Result<Files, Refusal> {
        self.files.clone().map(Option::unwrap_or_default)
    }

    /// What counts in place of files.
    pub(super) fn service_account(&self) -> Option<Config> {
        self.service_account.clone()
    }

    /// What is known without asking the cluster.
    pub fn known(&self) -> Known {
        let files = self.files().unwrap_or_default().merged;
        let context = self.args.context.clone().or(files.current_context).filter(|name| !name.is_empty());
        let chosen = files.contexts.iter().find(|found| Some(&found.name) == context.as_ref());
        let its = chosen.and_then(|chosen| chosen.context.as_ref()?.namespace.clone());
        let inside = self.service_account.as_ref().map(|config| config.default_namespace.clone());
        let namespace = self.namespace(its.or(inside).as_deref());
        Known {
            namespace,
            contexts: files.contexts.into_iter().map(|found| found.name).collect(),
            clusters: files.clusters.into_iter().map(|found| found.name).collect(),
            users: files.auth_infos.into_iter().map(|found| found.name).collect(),
            context,
        }
    }

    /// The namespace in use, where `configured` is the kubeconfig's or the service account's.
    pub(super) fn namespace(&self, configured: Option<&str>) -> String {
        let names = [self.args.namespace.as_deref(), configured];
        names.into_iter().flatten().find(|name| !name.is_empty()).unwrap_or("default").to_owned()
    }

    /// Refuses connections to these namespaces from now on.
    pub fn deny(&mut self, denied: Vec<DeniedNamespace>) {
        self.denied = denied;
    }

    /// Whether this namespace may be traced.
    ///
    /// # Errors
    /// It may not. The error names who forbids it.
    pub(super) fn permit(&self, namespace: &str) -> Result<(), Refusal> {
        match self.denied.iter().find(|denied| denied.name == "*" || denied.name == namespace) {
            None => Ok(()),
            Some(denied) => Err(Refusal::new(format!("namespace {namespace} must not be traced from here"))
                .cause(denied.cause.clone())
                .fix(denied.fix.clone())),
        }
    }
}

/// The files that `KUBECONFIG` lists, merged, else `~/.kube/config`. As in kubectl, missing files are skipped.
fn from_environment(listed: Option<OsString>) -> Result<Option<Files>, Refusal> {
    let mut files: Vec<PathBuf> =
        listed.iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()).collect();
    if files.is_empty() {
        let homes = homes(cfg!(windows), |name| std::env::var_os(name));
        // The first home that has the file.
        files.extend(homes.iter().map(|home| home.join(".kube").join("config")).find(|file| file.exists()));
    }
    let mut all: Option<Files> = None;
    for file in files.iter().filter(|file| file.exists()) {
        let next = read(file)?;
        all = Some(match all {
            None => next,
            Some(Files { merged, mut users, .. }) => {
                next.users.into_iter().for_each(|(user, file)| {
                    users.entry(user).or_insert(file);
                });
                let merged = Kubeconfig::merge(merged, next.merged);
                let merged = merged.map_err(|error| refusal::kubeconfig(&error))?;
                Files { merged, users, listed: Vec::new() }
            }
        });
    }
    Ok(all.map(|all| Files { listed: files, ..all }))
}

/// Possible home directories, in kubectl's order (k8s.io/client-go/util/homedir).
fn homes(windows: bool, variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    if !windows {
        return std::env::home_dir().into_iter().collect();
    }
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let drive = set("HOMEDRIVE").zip(set("HOMEPATH")).map(|(mut drive, path)| {
        drive.push(path);
        drive
    });
    [set("HOME"), drive, set("USERPROFILE")].into_iter().flatten().map(PathBuf::from).collect()
}

fn read(file: &Path) -> Result<Files, Refusal> {
    let mut merged = Kubeconfig::read_from(file).map_err(|error| match error {
        KubeconfigError::Parse(error) => {
            refusal::no_cluster(format!("{} is not a kubeconfig: {error}", file.display()))
        }
        error => refusal::kubeconfig(&error),
    })?;
    drop_empty(&mut merged, file);
    let users = merged.auth_infos.iter().map(|user| (user.name.clone(), file.to_owned())).collect();
    Ok(Files { merged, users, listed: vec![file.to_owned()] })
}

/// kubectl treats an empty value as absent: Go's decoder reads both as "".
fn drop_empty(kubeconfig: &mut Kubeconfig, file: &Path) {
    // kube made the paths absolute, so an empty one became the directory of the file.
    let nothing = file.parent().map(|dir| dir.join("").to_string_lossy().into_owned());
    let path = |value: &mut Option<String>| {
        value.take_if(|value| value.is_empty() || Some(&*value) == nothing.as_ref());
    };
    let text = |value: &mut Option<String>| {
        value.take_if(|value| value.is_empty());
    };
    text(&mut kubeconfig.current_context);
    for context in kubeconfig.contexts.iter_mut().filter_map(|named| named.context.as_mut()) {
        text(&mut context.namespace);
        text(&mut context.user);
    }
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        let Cluster { server, certificate_authority, certificate_authority_data, proxy_url, .. } = cluster;
        [server, certificate_authority_data, proxy_url, &mut cluster.tls_server_name]
            .into_iter()
            .for_each(text);
        path(certificate_authority);
    }
    for user in kubeconfig.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        let AuthInfo { username, client_certificate_data, impersonate, impersonate_uid, .. } = user;
        [username, client_certificate_data, impersonate, impersonate_uid].into_iter().for_each(text);
        [&mut user.client_certificate, &mut user.client_key, &mut user.token_file].into_iter().for_each(path);
        for secret in [&mut user.password, &mut user.token, &mut user.client_key_data] {
            secret.take_if(|secret| secret.expose_secret().is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubeconfig_files_are_merged_and_missing_ones_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        std::fs::write(&a, "current-context: one\ncontexts: [{name: one, context: {cluster: c, user: u}}]\nusers: [{name: u}]\n")
            .unwrap();
        std::fs::write(&b, "current-context: two\nclusters: [{name: c, cluster: {server: 'https://x'}}]\nusers: [{name: v}, {name: u}]\n")
            .unwrap();
        let list = std::env::join_paths([dir.path().join("missing"), a.clone(), b.clone()]).unwrap();
        let Files { merged, users, listed } = from_environment(Some(list)).unwrap().unwrap();
        assert_eq!(listed, [dir.path().join("missing"), a.clone(), b.clone()]);
        assert_eq!(merged.current_context.as_deref(), Some("one"));
        assert_eq!((merged.contexts.len(), merged.clusters.len()), (1, 1));
        assert_eq!(users, HashMap::from([("u".into(), a), ("v".into(), b)]), "the first one has the user");
    }

    #[test]
    fn empty_values_count_as_absent() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        std::fs::write(
            &a,
            "current-context: \"\"
clusters:
- name: c
  cluster: {server: 'https://x', certificate-authority: '', certificate-authority-data: '', proxy-url: '',
    tls-server-name: '', insecure-skip-tls-verify: true}
users:
- name: u
  user: {token: '', tokenFile: '', client-certificate: '', client-certificate-data: '', client-key: '',
    client-key-data: '', username: '', password: '', as: ''}
- {name: v, user: {client-certificate: me.crt, token: t}}
",
        )
        .unwrap();
        std::fs::write(&b, "current-context: two\n").unwrap();
        let list = std::env::join_paths([&a, &b]).unwrap();
        let merged = from_environment(Some(list)).unwrap().unwrap().merged;
        assert_eq!(merged.current_context.as_deref(), Some("two"));
        let cluster = merged.clusters[0].cluster.as_ref().unwrap();
        let expected = Cluster {
            server: Some("https://x".into()),
            insecure_skip_tls_verify: Some(true),
            ..Cluster::default()
        };
        assert_eq!(format!("{cluster:?}"), format!("{expected:?}"));
        let user = |at: usize| merged.auth_infos[at].auth_info.clone().unwrap();
        assert_eq!(format!("{:?}", user(0)), format!("{:?}", AuthInfo::default()));
        let certificate = dir.path().join("me.crt").to_str().unwrap().to_owned();
        assert_eq!(user(1).client_certificate, Some(certificate));
        assert!(user(1).token.is_some());
    }

    #[test]
    fn on_windows_the_home_is_looked_for_where_kubectl_looks() {
        let all = |name: &str| match name {
            "HOME" => Some(r"H:\me".into()),
            "HOMEDRIVE" => Some("C:".into()),
            "HOMEPATH" => Some(r"\Users\me".into()),
            "USERPROFILE" => Some(r"P:\me".into()),
            _ => None,
        };
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(homes(true, all), paths(&[r"H:\me", r"C:\Users\me", r"P:\me"]));
        let profile = |name: &str| all(name).filter(|_| name == "USERPROFILE" || name == "HOMEDRIVE");
        assert_eq!(homes(true, profile), paths(&[r"P:\me"]));
    }
}
