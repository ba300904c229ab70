//! The second exec: the tracer, run in the target's container, where it has the target's share of the CPU.
//!
//! An agent in a container of its own cannot start a process there, but an exec can, and `/proc/DOOR/root/tracer` is the
//! way to a program that the target's image does not have.

use super::stream::{Incoming, Listener};
use crate::{cluster::Cluster, refusal, screen::plain, targets::Target};
use futures_util::{SinkExt, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::{Resource, api::AttachParams, client::Connection, core::Request};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle};
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// The option of the tracer that makes it come through the agent's door.
const ENGINE_FOR: &str = "--engine-for";
/// Most bytes of what it says that are kept.
const WORDS: usize = 2048;
/// How long the exec may take: less than the agent keeps the door open.
const PATIENCE: Duration = Duration::from_secs(20);

/// A tracer in the target's container; letting go of it closes the connection.
#[derive(Debug)]
pub struct Placed {
    task: JoinHandle<()>,
    /// Why it is not there (any more).
    ended: oneshot::Receiver<String>,
    /// Whether the connection has ended, and nobody knows what became of it.
    cut: Arc<AtomicBool>,
}

impl Placed {
    /// Runs it there, through the door that the agent has opened.
    pub fn start(cluster: &Cluster, target: &Target, door: i32, whole: bool) -> Placed {
        let (cluster, target) = (cluster.clone(), target.clone());
        let (say, ended) = oneshot::channel();
        let cut = Arc::<AtomicBool>::default();
        let is_cut = cut.clone();
        let task = tokio::spawn(async move {
            let _ = say.send(run(&cluster, &target, door, whole, &is_cut).await);
        });
        Placed { task, ended, cut }
    }

    /// Whether the connection through which it was run has ended, and not it. A runtime may end it then.
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// Waits until it has ended, and says why.
    pub async fn ended(&mut self) -> String {
        match (&mut self.ended).await {
            Ok(why) => why,
            // It has said so already, or was let go of.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Execs into the target's container.
///
/// # Errors
/// It is refused, in words.
pub async fn exec(
    cluster: &Cluster,
    target: &Target,
    command: Vec<&str>,
    stdin: bool,
) -> Result<Connection, String> {
    let params = AttachParams::default().container(&target.container).stdin(stdin).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(&target.namespace));
    let request =
        Request::new(path).exec(&target.pod, command, &params).map_err(|error| error.to_string())?;
    match tokio::time::timeout(PATIENCE, cluster.client.connect(request)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(refusal::chain(&error)),
        Err(_) => Err(format!("the exec was not answered within {} s", PATIENCE.as_secs())),
    }
}

async fn run(cluster: &Cluster, target: &Target, door: i32, whole: bool, cut: &AtomicBool) -> String {
    let program = format!("/proc/{door}/root{}", super::container::TRACER);
    let door = door.to_string();
    let mut command = vec![program.as_str(), ENGINE_FOR, &door, &target.id];
    command.extend(whole.then_some("--whole"));
    let connection = match exec(cluster, target, command, false).await {
        Ok(connection) => connection,
        Err(why) => return why,
    };
    let (mut sink, source) = connection.into_stream().split();
    let mut listener = Listener::new(source);
    let mut words = Vec::new();
    let how = loop {
        match listener.next().await {
            Ok(Incoming::Quiet) => {
                // Something between here and there may close a connection that is silent, and end the tracer with it.
                let _ = sink.send(Message::Ping(Bytes::new())).await;
            }
            Ok(Incoming::Stdout(bytes) | Incoming::Stderr(bytes)) => {
                let room = WORDS.saturating_sub(words.len());
                words.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Ok(Incoming::Ended(status)) => {
                break status.message.unwrap_or_else(|| "it ended without a word".to_owned());
            }
            Err(broken) => {
                cut.store(true, Ordering::Relaxed);
                break broken.to_string();
            }
        }
    };
    let words = String::from_utf8_lossy(&words);
    if words.trim().is_empty() { how } else { plain(words.trim()).into_owned() }
}
