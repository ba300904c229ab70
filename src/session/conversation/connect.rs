//! The exec of the relay in a tracer's container.

use crate::{
    cluster::Cluster,
    refusal::{self, Refusal},
    screen::Steps,
    session::container::TRACER,
    targets::Target,
};
use k8s_openapi::api::core::v1::Pod;
use kube::{Resource, api::AttachParams, client::Connection, core::Request};

/// Opens the exec of the relay, and shows that it does.
///
/// # Errors
/// The API server or the node refuses it.
pub async fn open(
    cluster: &Cluster,
    target: &Target,
    agent: &str,
    steps: &Steps,
) -> Result<Connection, Refusal> {
    let step = steps.begin(format!("connecting to the tracer container {agent}"));
    let opened = connect(cluster, &target.namespace, &target.pod, agent).await;
    drop(step);
    opened
}

/// The same without a message.
///
/// # Errors
/// The API server or the node refuses it.
pub async fn connect(
    cluster: &Cluster,
    namespace: &str,
    pod: &str,
    agent: &str,
) -> Result<Connection, Refusal> {
    let what = format!("connecting to the tracer container {agent}");
    let params = AttachParams::default().container(agent).stdin(true).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(namespace));
    let request = Request::new(path)
        .exec(pod, [TRACER, "--relay"], &params)
        .map_err(|error| Refusal::new(what.clone()).cause(error.to_string()))?;
    cluster
        .ask(&what, cluster.client.connect(request), |error| {
            refusal::no_exec(namespace, agent, &cluster.server, error)
        })
        .await
}
