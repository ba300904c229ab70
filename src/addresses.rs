//! What the addresses of connections are in the cluster: services, pods, nodes.
//!
//! Asked by address, one by one, as far as the person's rights go: a list of all pods of a large cluster would cost more than it
//! tells. Both field selectors are the API server's own (`ToSelectableFields` in pkg/apis/core/v1/conversion.go and
//! pkg/registry/core/service/strategy.go of Kubernetes).

use crate::cluster::Cluster;
use futures_util::{StreamExt, stream};
use k8s_openapi::api::{
    core::v1::{Pod, Service},
    discovery::v1::EndpointSlice,
};
use kube::{Api, ResourceExt, api::ListParams};
use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    time::Duration,
};

/// At most this many addresses are asked about.
const MOST: usize = 16;
/// How long all of it may take: whoever waits for an answer can do without names.
const PATIENCE: Duration = Duration::from_millis(800);
/// At most this many objects of an answer are looked at.
const FEW: u32 = 20;

/// What is known of some addresses.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    known: HashMap<IpAddr, String>,
    /// Why others are not: in words.
    pub not_known: Option<String>,
}

impl Addresses {
    /// Asks about them.
    pub async fn ask(cluster: &Cluster, addresses: BTreeSet<IpAddr>) -> Addresses {
        let asked = stream::iter(addresses.into_iter().take(MOST)).map(|address| async move {
            let found = name(cluster, address).await;
            (address, found)
        });
        let mut found = Addresses::default();
        let mut answers = asked.buffer_unordered(MOST);
        let late = tokio::time::sleep(PATIENCE);
        tokio::pin!(late);
        loop {
            tokio::select! {
                answer = answers.next() => match answer {
                    Some((address, Ok(Some(name)))) => drop(found.known.insert(address, name)),
                    Some((_, Ok(None))) => {}
                    Some((_, Err(why))) => found.not_known = Some(why),
                    None => return found,
                },
                () = &mut late => {
                    found.not_known = Some(format!("the API server did not answer within {} ms", PATIENCE.as_millis()));
                    return found;
                }
            }
        }
    }

    /// The name of an address with or without a port, if it has one.
    pub fn name(&self, address: &str) -> Option<&str> {
        let ip = match address.parse::<std::net::SocketAddr>() {
            Ok(socket) => socket.ip(),
            Err(_) => address.parse().ok()?,
        };
        self.known.get(&ip.to_canonical()).map(String::as_str)
    }

    /// For tests: names without a cluster.
    #[cfg(test)]
    pub fn of(known: &[(&str, &str)]) -> Addresses {
        let known = known.iter().map(|(ip, name)| (ip.parse().expect("an address"), (*name).to_owned()));
        Addresses { known: known.collect(), not_known: None }
    }
}

/// What an address is; `Err`: why that cannot be known.
async fn name(cluster: &Cluster, address: IpAddr) -> Result<Option<String>, String> {
    let (services, pods) = tokio::join!(
        list::<Service>(cluster, format!("spec.clusterIP={address}"), "services"),
        list::<Pod>(cluster, format!("status.podIP={address}"), "pods"),
    );
    if let Ok(services) = &services
        && let Some(service) = services.first()
    {
        let ready = ready_endpoints(cluster, service).await;
        return Ok(Some(of_service(service, ready, &cluster.namespace)));
    }
    if let Ok(pods) = &pods
        && let Some(name) = of_pods(pods, &cluster.namespace)
    {
        return Ok(Some(name));
    }
    // Only if neither has it is it of interest that one was not told.
    services.and(pods).map(|_| None)
}

async fn list<K>(cluster: &Cluster, selector: String, what: &str) -> Result<Vec<K>, String>
where
    K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    let params = ListParams::default().fields(&selector).limit(FEW);
    let everywhere = Api::<K>::all(cluster.client.clone());
    match everywhere.list(&params).await {
        Ok(list) => return Ok(list.items),
        Err(kube::Error::Api(status)) if status.is_forbidden() => {}
        Err(error) => return Err(format!("{what} cannot be listed: {error}")),
    }
    let here = Api::<K>::namespaced(cluster.client.clone(), &cluster.namespace);
    match here.list(&params).await {
        Ok(list) => Ok(list.items),
        Err(kube::Error::Api(status)) if status.is_forbidden() => {
            Err(format!("you may not list {what}, so that addresses have no names"))
        }
        Err(error) => Err(format!("{what} cannot be listed: {error}")),
    }
}

/// How many endpoints of a service are ready; `None`: not known.
async fn ready_endpoints(cluster: &Cluster, service: &Service) -> Option<usize> {
    let namespace = service.namespace()?;
    let slices = Api::<EndpointSlice>::namespaced(cluster.client.clone(), &namespace);
    // discovery.k8s.io/v1, LabelServiceName.
    let params = ListParams::default().labels(&format!("kubernetes.io/service-name={}", service.name_any()));
    let slices = slices.list(&params).await.ok()?;
    let endpoints = slices.items.iter().flat_map(|slice| slice.endpoints.iter().flatten());
    // Not known counts as ready (EndpointConditions).
    let ready = endpoints.filter(|endpoint| {
        endpoint.conditions.as_ref().and_then(|conditions| conditions.ready).unwrap_or(true)
    });
    Some(ready.map(|endpoint| endpoint.addresses.len()).sum())
}

/// `svc/db`, or `svc/NAMESPACE/db` of another namespace.
fn of_service(service: &Service, ready: Option<usize>, here: &str) -> String {
    let name = place("svc", service.namespace().as_deref(), &service.name_any(), here);
    match ready {
        Some(0) => format!("{name}, which has no ready endpoint"),
        _ => name,
    }
}

/// `pod/api`; of pods that have the network of their node, that node.
fn of_pods(pods: &[Pod], here: &str) -> Option<String> {
    let of_node = |pod: &Pod| pod.spec.as_ref().is_some_and(|spec| spec.host_network == Some(true));
    // A pod that has ended may have had the address before.
    let ended = |pod: &&Pod| {
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
        matches!(phase, Some("Succeeded" | "Failed"))
    };
    let pod = pods.iter().find(|pod| !ended(pod)).or_else(|| pods.first())?;
    if of_node(pod) {
        return pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()).map(|node| format!("node/{node}"));
    }
    Some(place("pod", pod.namespace().as_deref(), &pod.name_any(), here))
}

fn place(kind: &str, namespace: Option<&str>, name: &str, here: &str) -> String {
    match namespace {
        Some(namespace) if namespace != here => format!("{kind}/{namespace}/{name}"),
        _ => format!("{kind}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(name: &str, spec: Value, phase: &str) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": name, "namespace": "prod"}, "spec": spec, "status": {"phase": phase}
        }))
        .expect("a pod")
    }

    #[test]
    fn objects_are_named_as_kubectl_names_them() {
        let service: Service =
            serde_json::from_value(json!({"metadata": {"name": "db", "namespace": "prod"}}))
                .expect("a service");
        assert_eq!(of_service(&service, Some(2), "prod"), "svc/db");
        assert_eq!(of_service(&service, None, "test"), "svc/prod/db");
        assert_eq!(of_service(&service, Some(0), "prod"), "svc/db, which has no ready endpoint");
        let plain = json!({"containers": []});
        let old = pod("old", plain.clone(), "Succeeded");
        assert_eq!(of_pods(&[old.clone(), pod("new", plain, "Running")], "prod").as_deref(), Some("pod/new"));
        assert_eq!(of_pods(&[old], "prod").as_deref(), Some("pod/old"));
        let agent = pod("agent", json!({"containers": [], "hostNetwork": true, "nodeName": "n1"}), "Running");
        assert_eq!(of_pods(&[agent], "prod").as_deref(), Some("node/n1"));
        assert_eq!(of_pods(&[], "prod"), None);
    }

    #[test]
    fn an_address_is_known_with_its_port_and_without() {
        let known = Addresses::of(&[("10.96.0.12", "svc/db"), ("fd00::7", "pod/x")]);
        for address in ["10.96.0.12", "10.96.0.12:5432", "[::ffff:10.96.0.12]:5432"] {
            assert_eq!(known.name(address), Some("svc/db"), "{address}");
        }
        assert_eq!(known.name("[fd00::7]:80"), Some("pod/x"));
        assert_eq!((known.name("10.96.0.13:5432"), known.name("")), (None, None));
    }
}
