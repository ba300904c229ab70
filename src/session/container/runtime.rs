//! Pods that do not run as pods usually do, recognised by their objects.

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

/// What makes tracing this pod different, as text. It explains a failure.
pub fn peculiarity(pod: &Pod) -> Option<String> {
    let spec = pod.spec.as_ref()?;
    let class = spec.runtime_class_name.as_deref().unwrap_or_default();
    let lower = class.to_ascii_lowercase();
    if ["gvisor", "runsc"].iter().any(|name| lower.contains(name)) {
        return Some(format!(
            "the pod has the runtime class {class}: gVisor answers its system calls, and not all of ptrace(2) is there"
        ));
    }
    if lower.contains("kata") {
        return Some(format!(
            "the pod has the runtime class {class}: Kata Containers runs it in a virtual machine, where containers that \
             are added later may not share its processes"
        ));
    }
    if pod.labels().contains_key("eks.amazonaws.com/fargate-profile") {
        return Some("the pod runs on AWS Fargate: there are no nodes of the cluster behind it, and not every version of it starts ephemeral containers".into());
    }
    let node = spec.node_name.as_deref().unwrap_or_default();
    let tolerates = spec.tolerations.iter().flatten().filter_map(|toleration| toleration.key.as_deref());
    let is_virtual = ["virtual-kubelet", "virtual-node"].iter().any(|name| node.starts_with(name))
        || tolerates.into_iter().any(|key| key == "virtual-kubelet.io/provider") && node.contains("virtual");
    is_virtual.then(|| {
        format!(
            "the pod's node {node} is a virtual kubelet: there is no machine of the cluster behind it, and most providers \
             start no ephemeral containers"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn said(metadata: Value, spec: Value) -> Option<String> {
        let spec = spec.as_object().cloned().unwrap_or_default();
        let mut all = json!({"containers": [{"name": "app"}]});
        spec.into_iter().for_each(|(field, value)| all[field] = value);
        peculiarity(&serde_json::from_value(json!({"metadata": metadata, "spec": all})).unwrap())
    }

    #[test]
    fn sandboxes_are_told_from_ordinary_pods() {
        assert_eq!(said(json!({}), json!({"nodeName": "node-1"})), None);
        assert_eq!(said(json!({}), json!({"runtimeClassName": "nvidia"})), None);
        assert!(
            said(json!({}), json!({"runtimeClassName": "gvisor"}))
                .is_some_and(|said| said.contains("gVisor"))
        );
        assert!(
            said(json!({}), json!({"runtimeClassName": "kata-qemu"}))
                .is_some_and(|said| said.contains("Kata"))
        );
        let node = json!({"nodeName": "virtual-node-aci-linux"});
        assert!(said(json!({}), node).is_some_and(|said| said.contains("virtual kubelet")));
        let fargate = json!({"labels": {"eks.amazonaws.com/fargate-profile": "x"}});
        assert!(said(fargate, json!({})).is_some_and(|said| said.contains("Fargate")));
    }
}
