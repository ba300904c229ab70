//! What a run starts from: the containers that were asked for, and the rights to reach them.

use crate::{
    cluster::{Cluster, ClusterSource},
    omission::Omission,
    person,
    plan::Plan,
    refusal::{self, Refusal},
    screen::Steps,
    session::container,
    targets::{self, Chosen, Container},
};
use k8s_openapi::api::core::v1::Pod;

/// What a run starts from.
pub struct Prepared {
    /// The cluster.
    pub cluster: Cluster,
    /// Who we are, as text.
    pub who: String,
    /// The containers to trace.
    pub found: Vec<(Container, Pod)>,
    /// Those that were asked for but are not traced.
    pub not_traced: Vec<Omission>,
}

/// Finds the containers to trace, and makes sure that nothing prevents tracing them.
///
/// # Errors
/// There are none, or something is in the way.
pub async fn prepare(source: &ClusterSource, plan: &Plan, steps: &Steps) -> Result<Prepared, Refusal> {
    let selection = &plan.selection;
    let cluster = Cluster::connect(source, plan.timeout, steps).await?;
    // Asked concurrently, because each request costs a round trip.
    let (pods, who, (get_exec, create_exec, patch)) = tokio::join!(
        targets::pods(&cluster, &selection.query, selection.choice, selection.wait, steps),
        person::who(&cluster),
        async {
            tokio::join!(
                cluster.may("get", "exec", None),
                cluster.may("create", "exec", None),
                cluster.may("patch", "ephemeralcontainers", None),
            )
        }
    );
    let Chosen { found, not_traced } =
        targets::containers(pods?, &selection.containers, selection.wait, steps).or_refuse()?;
    let fresh = found.iter().find(|(container, pod)| {
        plan.in_place.is_none()
            && targets::running(pod, &container.name).map_or(true, |target| {
                !container::any_runs(pod, &target, &container::ContainerRequest::of(plan))
            })
    });
    let needed = [
        ("patch", "ephemeralcontainers", patch, fresh),
        ("get", "exec", get_exec, found.first()),
        ("create", "exec", create_exec, found.first()),
    ];
    for (verb, subresource, may, of) in needed {
        // A right that does not cover all pods of the namespace may still cover this one.
        if let (Some(false), Some((container, _))) = (may, of)
            && cluster.may(verb, subresource, Some(&container.pod)).await == Some(false)
        {
            let resource = format!("pods/{subresource}");
            let user = cluster.user().await;
            return Err(refusal::rbac(user.as_deref(), verb, &resource, &cluster.namespace, None));
        }
    }
    Ok(Prepared { cluster, who, found, not_traced })
}
