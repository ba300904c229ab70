//! What the tests of this directory share: a target, a request, and a pod that has a tracer's container.

use super::ContainerRequest;
use crate::{cli::Profile, targets::Target};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};

/// Container `app` of pod `demo/api`.
pub fn target() -> Target {
    Target {
        namespace: "demo".into(),
        pod: "api".into(),
        container: "app".into(),
        id: "0123".into(),
        started: "2026-01-02T03:04:05Z".parse().ok(),
        secrets: wire::message::Redact::default(),
    }
}

/// The defaults of the command line, with image `tracer:1`.
pub fn wanted() -> ContainerRequest<'static> {
    ContainerRequest {
        image: "tracer:1",
        pull: None,
        profile: Profile::Auto,
        custom: None,
        command: false,
        looks: false,
        above: None,
    }
}

/// The target's pod with an ephemeral container called `strace-x` in this state.
pub fn with(container: Value, state: Value) -> Pod {
    serde_json::from_value(json!({
        "metadata": {"name": "api"},
        "spec": {"containers": [{"name": "app"}], "ephemeralContainers": [container]},
        "status": {"ephemeralContainerStatuses": [{"name": "strace-x", "ready": false, "restartCount": 0,
            "image": "", "imageID": "", "state": state}]}
    }))
    .unwrap()
}
