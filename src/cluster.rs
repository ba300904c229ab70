//! The cluster: kubeconfig, client, and requests that end within a time limit.

use crate::{
    cli::ClusterArgs,
    refusal::{self, Refusal},
    screen::Steps,
    targets,
};
use k8s_openapi::api::{
    authentication::v1::SelfSubjectReview,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
    core::v1::Pod,
};
use kube::{
    Api, Client, Config,
    api::{ListParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig, KubeconfigError},
};
use serde::de::DeserializeOwned;
use std::{fmt::Debug, future::Future, path::PathBuf, time::Duration};

/// Longest that a connection to the API server may take: it answers in milliseconds or not at all.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest that a person should look for a pod's name while an error waits to be shown.
const SUGGEST: Duration = Duration::from_secs(3);

/// Most objects that are listed, so that memory stays bounded.
const MOST_LISTED: usize = 10_000;

/// What a kind of object is called.
#[derive(Debug, Clone, Copy)]
pub struct Noun<'a> {
    /// `pod`
    pub singular: &'a str,
    /// `pods`
    pub plural: &'a str,
    /// As RBAC names it: `pods`, `deployments.apps`.
    pub resource: &'a str,
}

/// What a pod is called.
pub const POD: Noun<'static> = Noun { singular: "pod", plural: "pods", resource: "pods" };

/// A cluster that can be asked.
#[derive(Clone)]
pub struct Cluster {
    /// The client.
    pub client: Client,
    /// The namespace that is meant.
    pub namespace: String,
    /// Where the API server is.
    pub server: String,
    /// Longest that a request may take.
    pub timeout: Duration,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client; nothing is sent, but a credential plugin may be run.
    ///
    /// # Errors
    /// No kubeconfig, or one that cannot be used.
    pub async fn connect(args: &ClusterArgs, timeout: Duration, steps: &Steps) -> Result<Cluster, Refusal> {
        let mut config = config(args).await?;
        config.connect_timeout = Some(CONNECT.min(timeout));
        // Every request has a limit of its own, and retries would only make a person wait for the same answer.
        config.default_retry = false;
        if args.impersonate.is_some() {
            config.auth_info.impersonate.clone_from(&args.impersonate);
            config.auth_info.impersonate_groups =
                (!args.impersonate_groups.is_empty()).then(|| args.impersonate_groups.clone());
        }
        let namespace = args.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
        if namespace.is_empty()
            || !namespace.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(refusal::usage(format!("'{namespace}' is not the name of a namespace")));
        }
        let server = config.cluster_url.to_string();
        let plugin = config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
        let step = plugin.map(|command| steps.begin(format!("waiting for {command} to give credentials")));
        // A credential plugin is run in here, and may ask a person to log in.
        let client = tokio::task::spawn_blocking(move || Client::try_from(config))
            .await
            .map_err(|error| Refusal::new("the client could not be made").cause(error.to_string()))?
            .map_err(|error| refusal::client(&error))?;
        drop(step);
        Ok(Cluster { client, namespace, server, timeout })
    }

    /// The pods of the namespace.
    pub fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Waits for an answer, but not for ever.
    ///
    /// # Errors
    /// No answer in time, or one that `refused` makes words of.
    pub async fn ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, kube::Error>>,
        refused: impl FnOnce(&kube::Error) -> Refusal,
    ) -> Result<T, Refusal> {
        match tokio::time::timeout(self.timeout, request).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(refusal::timeout(what, self.timeout)),
        }
    }

    /// The pod of that name.
    ///
    /// # Errors
    /// It is not there (with names that are near), or the server does not say.
    pub async fn pod(&self, name: &str) -> Result<Pod, Refusal> {
        self.object(&self.pods(), POD, name).await
    }

    /// The object of that name.
    ///
    /// # Errors
    /// It is not there (with names that are near), or the server does not say.
    pub async fn object<K>(&self, api: &Api<K>, noun: Noun<'_>, name: &str) -> Result<K, Refusal>
    where
        K: Clone + DeserializeOwned + Debug,
    {
        let what = format!("{} {name} could not be looked up", noun.singular);
        match tokio::time::timeout(self.timeout, api.get(name)).await {
            Ok(Ok(object)) => Ok(object),
            Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
                Err(self.no_such(api, noun, name).await)
            }
            Ok(Err(error)) => Err(self.refused(&what, "get", noun, &error).await),
            Err(_) => Err(refusal::timeout(&what, self.timeout)),
        }
    }

    /// All objects that match, page by page.
    ///
    /// # Errors
    /// The server does not say.
    pub async fn list<K>(&self, api: &Api<K>, noun: Noun<'_>, params: &ListParams) -> Result<Vec<K>, Refusal>
    where
        K: Clone + DeserializeOwned + Debug,
    {
        let of =
            params.label_selector.as_ref().map_or(String::new(), |labels| format!(" that match {labels}"));
        let what = format!("the {} of namespace {}{of} could not be listed", noun.plural, self.namespace);
        let (mut params, mut all) = (params.clone(), Vec::new());
        loop {
            let page = match tokio::time::timeout(self.timeout, api.list(&params)).await {
                Ok(Ok(page)) => page,
                Ok(Err(error)) => return Err(self.refused(&what, "list", noun, &error).await),
                Err(_) => return Err(refusal::timeout(&what, self.timeout)),
            };
            all.extend(page.items);
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) if all.len() < MOST_LISTED => params.continue_token = Some(token),
                _ => return Ok(all),
            }
        }
    }

    async fn refused(&self, what: &str, verb: &str, noun: Noun<'_>, error: &kube::Error) -> Refusal {
        match error {
            kube::Error::Api(status) if status.is_forbidden() => refusal::rbac(
                self.user().await.as_deref(),
                verb,
                noun.resource,
                &self.namespace,
                Some(refusal::said(status)),
            ),
            error => refusal::request(what, &self.server, error),
        }
    }

    async fn no_such<K>(&self, api: &Api<K>, noun: Noun<'_>, name: &str) -> Refusal
    where
        K: Clone + DeserializeOwned + Debug,
    {
        let (namespace, Noun { singular, plural, .. }) = (&self.namespace, noun);
        let refusal = Refusal::new(format!("there is no {singular} {name} in namespace {namespace}"));
        let list = ListParams::default().limit(1000);
        let found = tokio::time::timeout(SUGGEST, api.list_metadata(&list)).await;
        let Ok(Ok(found)) = found else {
            return refusal.fix(format!("see which there are: kubectl get {plural} -n {namespace}"));
        };
        let names: Vec<_> = found.items.iter().filter_map(|found| found.metadata.name.as_deref()).collect();
        let refusal = match names.len() {
            0 => refusal.cause(format!("that namespace has no {plural}; is another one meant? (-n NAME)")),
            _ => refusal,
        };
        match targets::near(name, names.iter().copied()).as_slice() {
            [] => refusal.fix(format!("see where it is: kubectl get {plural} --all-namespaces")),
            [one] => refusal.fix(format!("did you mean {singular}/{one}?")),
            several => {
                let several = several.join(&format!(", {singular}/"));
                refusal.fix(format!("did you mean one of these? {singular}/{several}"))
            }
        }
    }

    /// Whether we may do something to pods, or to the one of this name: `None` when the server does not say.
    pub async fn may(&self, verb: &str, subresource: &str, pod: Option<&str>) -> Option<bool> {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    namespace: Some(self.namespace.clone()),
                    verb: Some(verb.into()),
                    resource: Some("pods".into()),
                    subresource: Some(subresource.into()),
                    name: pod.map(str::to_owned),
                    ..Default::default()
                }),
                ..Default::default()
            },
            ..Default::default()
        };
        let api = Api::<SelfSubjectAccessReview>::all(self.client.clone());
        let answer = tokio::time::timeout(self.timeout, api.create(&PostParams::default(), &review)).await;
        answer.ok()?.ok()?.status.map(|status| status.allowed)
    }

    /// Who we are, as far as the server says.
    pub async fn user(&self) -> Option<String> {
        let api = Api::<SelfSubjectReview>::all(self.client.clone());
        let (params, review) = (PostParams::default(), SelfSubjectReview::default());
        let answer = tokio::time::timeout(SUGGEST, api.create(&params, &review)).await;
        answer.ok()?.ok()?.status?.user_info?.username
    }
}

async fn config(args: &ClusterArgs) -> Result<Config, Refusal> {
    let options = KubeConfigOptions {
        context: args.context.clone(),
        cluster: args.cluster.clone(),
        user: args.user.clone(),
    };
    let files = match &args.kubeconfig {
        Some(file) => Kubeconfig::read_from(file).map(Some),
        None => from_environment(std::env::var_os("KUBECONFIG")),
    };
    let chosen = options.context.is_some() || options.cluster.is_some() || options.user.is_some();
    match files.map_err(|error| refusal::kubeconfig(&error))? {
        Some(files) => {
            Config::from_custom_kubeconfig(files, &options).await.map_err(|error| refusal::kubeconfig(&error))
        }
        // As kubectl: without any file, and nothing chosen of one, a pod's own service account serves.
        None => match Config::incluster() {
            Ok(config) if !chosen => Ok(config),
            _ => Err(refusal::kubeconfig(&KubeconfigError::FindPath)),
        },
    }
}

/// The files that `KUBECONFIG` lists, merged, else `~/.kube/config`. As kubectl, files that are not there are passed
/// over.
fn from_environment(listed: Option<std::ffi::OsString>) -> Result<Option<Kubeconfig>, KubeconfigError> {
    let mut files: Vec<PathBuf> =
        listed.iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()).collect();
    if files.is_empty() {
        files.extend(std::env::home_dir().map(|home| home.join(".kube").join("config")));
    }
    let mut merged = None;
    for file in files.iter().filter(|file| file.exists()) {
        let next = Kubeconfig::read_from(file)?;
        merged = Some(match merged {
            None => next,
            Some(before) => Kubeconfig::merge(before, next)?,
        });
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubeconfig_files_are_merged_and_missing_ones_passed_over() {
        let dir = std::env::temp_dir().join(format!("kubectl-strace-config-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (a, b) = (dir.join("a"), dir.join("b"));
        std::fs::write(&a, "current-context: one\ncontexts: [{name: one, context: {cluster: c, user: u}}]\n")
            .unwrap();
        std::fs::write(&b, "current-context: two\nclusters: [{name: c, cluster: {server: 'https://x'}}]\n")
            .unwrap();
        let list = std::env::join_paths([dir.join("missing"), a, b]).unwrap();
        let merged = from_environment(Some(list)).unwrap().unwrap();
        assert_eq!(merged.current_context.as_deref(), Some("one"));
        assert_eq!((merged.contexts.len(), merged.clusters.len()), (1, 1));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
