//! What a recording says of a run and its containers.

use crate::{
    plan::Plan,
    recording::{
        Recorder,
        about::{About, Asked, Named, Stream},
    },
    refusal::Refusal,
    targets::Container,
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use wire::summary::Counting;

/// Opens the recording of a run, if there is to be one.
///
/// # Errors
/// Its file cannot be written to.
pub async fn open(plan: &Plan, containers: &[Container]) -> Result<Option<Recorder>, Refusal> {
    let Some((path, rotation)) = plan.recording.clone() else { return Ok(None) };
    let about = About {
        id: format!("{:032x}", fastrand::u128(..)),
        release: env!("CARGO_PKG_VERSION").to_owned(),
        containers: containers
            .iter()
            .map(|Container { pod, name }| Named { pod: pod.clone(), container: name.clone() })
            .collect(),
        grows: plan.selection.follow_pods,
        redacted: plan.depth.redact,
        ..About::default()
    };
    // As with -o, a FIFO may wait for its reader.
    let opened = tokio::task::spawn_blocking(move || Recorder::open(&path, rotation, about)).await;
    let failed = |error: tokio::task::JoinError| {
        Err(Refusal::new("cannot open the recording").cause(error.to_string()))
    };
    opened.unwrap_or_else(failed).map(Some)
}

/// What is known of a container whose stream begins.
pub fn stream(container: &Container, pod: &Pod, plan: &Plan) -> Stream {
    let depth = &plan.depth;
    let asked = Asked {
        expressions: depth.expressions.clone(),
        trace_paths: depth.trace_paths.clone(),
        pids: depth.pids.clone(),
        comm: depth.programs.comm.clone(),
        exe: depth.programs.exe.clone(),
        // Passwords are typed there.
        command: if depth.redact { Vec::new() } else { depth.command.clone() },
        strings: depth.strings,
        verbose: depth.verbose,
        paths: depth.paths,
        names: depth.names,
        comms: depth.comms,
        sites: depth.sites,
        counted: depth.counting != Counting::Events,
    };
    let spec = pod.spec.as_ref();
    let named = |name: &str| name == container.name;
    let image = spec.and_then(|spec| {
        let init = spec.init_containers.iter().flatten();
        spec.containers.iter().chain(init).find(|one| named(&one.name))?.image.clone()
    });
    let status = pod.status.as_ref().and_then(|status| {
        let init = status.init_container_statuses.iter().flatten();
        status.container_statuses.iter().flatten().chain(init).find(|one| named(&one.name))
    });
    Stream {
        stream: 0,
        namespace: pod.namespace().unwrap_or_default(),
        pod: container.pod.clone(),
        pod_uid: pod.uid().unwrap_or_default(),
        node: spec.and_then(|spec| spec.node_name.clone()).unwrap_or_default(),
        container: container.name.clone(),
        container_id: status.and_then(|status| status.container_id.clone()).unwrap_or_default(),
        image: image.unwrap_or_default(),
        image_id: status.map(|status| status.image_id.clone()).unwrap_or_default(),
        asked,
    }
}
