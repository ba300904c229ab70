//! Reconnecting after a connection was lost.

use super::connect::connect;
use crate::{cluster::Cluster, screen::Steps, session::container, targets::Target};
use kube::client::Connection;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long to try: as long as the agent keeps what was traced.
const COME_BACK: Duration = Duration::from_secs(60);
/// How long one attempt may take: several fit into the lease.
const ATTEMPT: Duration = Duration::from_secs(2);
/// Longest pause between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// Connects to the agent again, as long as it exists and still has what was traced. `None`: there is nothing to
/// connect to, or no way to do it.
pub async fn reconnect(
    cluster: Cluster,
    target: Target,
    agent: String,
    why: String,
    steps: Steps,
) -> Option<Connection> {
    let step = steps.begin_in_lines(format!("connecting to the tracer again ({why})"));
    let mut pause = Duration::from_millis(100);
    while step.lasted() < COME_BACK {
        let attempt = async {
            match cluster.pods().get(&target.pod).await {
                Ok(pod) if !container::runs(&pod, &agent) => return Attempt::Gone,
                Err(kube::Error::Api(status)) if status.is_not_found() => return Attempt::Gone,
                _ => {}
            }
            match connect(&cluster, &target.namespace, &target.pod, &agent).await {
                Ok(connection) => Attempt::Connected(Box::new(connection)),
                Err(refusal) => {
                    step.because(&refusal.in_short());
                    Attempt::Failed
                }
            }
        };
        match timeout(ATTEMPT, attempt).await {
            Ok(Attempt::Connected(connection)) => return Some(*connection),
            Ok(Attempt::Gone) => return None,
            Ok(Attempt::Failed) | Err(_) => {}
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSE);
    }
    None
}

enum Attempt {
    Connected(Box<Connection>),
    /// The tracer's container is gone.
    Gone,
    Failed,
}
