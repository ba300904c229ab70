//! The cluster: kubeconfig, client, and requests that end within a time limit.

mod authority;
mod kubeconfig;
pub mod oidc;
mod pages;
mod proxy;
mod requests;
mod source;
mod wait;

use crate::{
    near::near,
    refusal::{self, Refusal},
    screen::Steps,
};
use k8s_openapi::api::{
    authentication::v1::SelfSubjectReview,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
    core::v1::{Namespace, Pod},
};
use kube::{
    Api, Client, Resource,
    api::{ListParams, PostParams},
    client::ClientBuilder,
};
use oidc::Oidc;
pub use pages::{Listed, MOST_KEPT};
use requests::Watch;
use serde::de::DeserializeOwned;
pub use source::{ClusterSource, DeniedNamespace};
use std::{fmt::Debug, future::Future, time::Duration};
pub use wait::{Changes, PodWait};

/// Longest time for a connection to the API server: it answers in milliseconds or not at all.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time to look for similar pod names while an error waits to be shown.
const SUGGEST: Duration = Duration::from_secs(3);

/// The names of a kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Noun<'a> {
    /// `pod`
    pub singular: &'a str,
    /// `pods`
    pub plural: &'a str,
    /// As RBAC names it: `pods`, `deployments.apps`.
    pub resource: &'a str,
}

/// The names of a pod.
pub const POD: Noun<'static> = Noun { singular: "pod", plural: "pods", resource: "pods" };

/// A cluster, ready to be queried.
#[derive(Clone)]
pub struct Cluster {
    /// The client.
    pub client: Client,
    /// The namespace of all requests.
    pub namespace: String,
    /// The API server's address.
    pub server: String,
    /// Longest time for a wait.
    pub timeout: Duration,
    /// Longest time for a request.
    pub request_timeout: Duration,
}

impl Cluster {
    /// Creates the client. Nothing is sent, but a credential plugin may run.
    ///
    /// # Errors
    /// There is no usable kubeconfig, or the namespace must not be traced.
    pub async fn connect(
        source: &ClusterSource,
        timeout: Duration,
        steps: &Steps,
    ) -> Result<Cluster, Refusal> {
        let (mut config, oidc) = kubeconfig::config(source)?;
        let args = &source.args;
        let request_timeout = args.request_timeout.0.unwrap_or(timeout);
        config.connect_timeout = Some(CONNECT.min(request_timeout));
        // Every request has its own limit, and a retry would only make the user wait for the same answer.
        config.default_retry = false;
        let namespace = source.namespace(Some(&config.default_namespace));
        if !namespace.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(refusal::usage(format!("'{namespace}' is not the name of a namespace")));
        }
        // Checked here, because every request will name this namespace.
        source.permit(&namespace)?;
        let server = config.cluster_url.to_string();
        let plugin = config.auth_info.exec.clone();
        let command = plugin.as_ref().and_then(|plugin| plugin.command.as_deref());
        let step = command.map(|command| steps.begin(format!("waiting for {command} to give credentials")));
        // This runs a credential plugin, which may ask the user to log in.
        let builder = tokio::task::spawn_blocking(move || ClientBuilder::try_from(config))
            .await
            .map_err(|error| Refusal::new("the client could not be made").cause(error.to_string()))?
            .map_err(|error| refusal::client(&error, plugin.as_ref()))?;
        drop(step);
        let watch = Watch::new(args.verbosity, &server, steps);
        // The log sees the request before the token is added.
        let client = match oidc {
            Some(user) => builder.with_layer(&Oidc::new(user, steps)).with_layer(&watch).build(),
            None => builder.with_layer(&watch).build(),
        };
        Ok(Cluster { client, namespace, server, timeout, request_timeout })
    }

    /// The pods of the namespace.
    pub fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Waits for an answer, but not forever.
    ///
    /// # Errors
    /// There was no answer in time, or an error, which `refused` turns into a message.
    pub async fn ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, kube::Error>>,
        refused: impl FnOnce(&kube::Error) -> Refusal,
    ) -> Result<T, Refusal> {
        match tokio::time::timeout(self.request_timeout, request).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(refusal::timeout(what, self.request_timeout)),
        }
    }

    /// The pod of that name.
    ///
    /// # Errors
    /// It does not exist (the error names similar ones), or the server does not tell.
    pub async fn pod(&self, name: &str) -> Result<Pod, Refusal> {
        self.object(&self.pods(), POD, name).await
    }

    /// The object of that name.
    ///
    /// # Errors
    /// It does not exist (the error names similar ones), or the server does not tell.
    pub async fn object<K>(&self, api: &Api<K>, noun: Noun<'_>, name: &str) -> Result<K, Refusal>
    where
        K: Clone + DeserializeOwned + Debug,
    {
        let what = format!("{} {name} could not be looked up", noun.singular);
        match tokio::time::timeout(self.request_timeout, api.get(name)).await {
            Ok(Ok(object)) => Ok(object),
            Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
                Err(self.no_such(api, noun, name).await)
            }
            Ok(Err(error)) => Err(self.refused(&what, "get", noun, &error).await),
            Err(_) => Err(refusal::timeout(&what, self.request_timeout)),
        }
    }

    /// The objects that match, requested page by page, as `keep` maps them.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn list<K, T>(
        &self,
        api: &Api<K>,
        noun: Noun<'_>,
        params: &ListParams,
        keep: impl FnMut(K) -> Option<T>,
    ) -> Result<Listed<T>, Refusal>
    where
        K: Resource + Clone + DeserializeOwned + Debug,
    {
        // `Api` has no other way to tell.
        let everywhere = !api.resource_url().contains("/namespaces/");
        let of =
            params.label_selector.as_ref().map_or(String::new(), |labels| format!(" that match {labels}"));
        let whose =
            if everywhere { "all namespaces".into() } else { format!("namespace {}", self.namespace) };
        let what = format!("the {} of {whose}{of} could not be listed", noun.plural);
        match pages::walk(api, params, self.request_timeout, keep).await {
            Ok(listed) => Ok(listed),
            Err(pages::Failed::Late) => Err(refusal::timeout(&what, self.request_timeout)),
            Err(pages::Failed::Request(kube::Error::Api(status))) if everywhere && status.is_forbidden() => {
                Err(Refusal::new(what).cause(refusal::said(&status)).fix(format!(
                    "ask for one namespace with -n NAME in place of -A, or have a cluster administrator let you list \
                     {} everywhere (manifests/rbac-cluster.yaml)",
                    noun.plural
                )))
            }
            Err(pages::Failed::Request(error)) => Err(self.refused(&what, "list", noun, &error).await),
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
            let why = self.no_such_namespace().await;
            return why
                .unwrap_or_else(|| refusal.fix(format!("list them: kubectl get {plural} -n {namespace}")));
        };
        let names: Vec<_> = found.items.iter().filter_map(|found| found.metadata.name.as_deref()).collect();
        if names.is_empty()
            && let Some(refusal) = self.no_such_namespace().await
        {
            return refusal;
        }
        let refusal = match names.len() {
            0 => {
                refusal.cause(format!("that namespace has no {plural}; did you mean another one? (-n NAME)"))
            }
            _ => refusal,
        };
        match near(name, names.iter().copied()).as_slice() {
            [] => {
                refusal.fix(format!("look for it in all namespaces: kubectl get {plural} --all-namespaces"))
            }
            [one] => refusal.fix(format!("did you mean {singular}/{one}?")),
            several => {
                let several = several.join(&format!(", {singular}/"));
                refusal.fix(format!("did you mean one of these? {singular}/{several}"))
            }
        }
    }

    /// An error if the API server says that the namespace does not exist. A list of its objects would only be empty.
    pub async fn no_such_namespace(&self) -> Option<Refusal> {
        let (api, name) = (Api::<Namespace>::all(self.client.clone()), &self.namespace);
        match tokio::time::timeout(SUGGEST, api.get_metadata(name)).await {
            Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {}
            _ => return None,
        }
        let list = ListParams::default().limit(1000);
        let found = tokio::time::timeout(SUGGEST, api.list_metadata(&list)).await;
        let names: Vec<String> = match found {
            Ok(Ok(found)) => found.items.into_iter().filter_map(|found| found.metadata.name).collect(),
            // Every cluster has these.
            _ => ["default", "kube-system"].map(str::to_owned).into(),
        };
        Some(refusal::no_namespace(name, &near(name, names.iter().map(String::as_str))))
    }

    /// Whether we may do something to pods, or to the one with this name. `None` if the server does not tell.
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
        let answer =
            tokio::time::timeout(self.request_timeout, api.create(&PostParams::default(), &review)).await;
        answer.ok()?.ok()?.status.map(|status| status.allowed)
    }

    /// Who we are, if the server tells.
    pub async fn user(&self) -> Option<String> {
        let api = Api::<SelfSubjectReview>::all(self.client.clone());
        let (params, review) = (PostParams::default(), SelfSubjectReview::default());
        let answer = tokio::time::timeout(SUGGEST, api.create(&params, &review)).await;
        answer.ok()?.ok()?.status?.user_info?.username
    }
}
