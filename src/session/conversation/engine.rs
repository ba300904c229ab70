//! The second exec: the tracer, run in the target's container, where it gets the target's share of the CPU.
//!
//! An agent in a container of its own cannot start a process there, but an exec can. `/proc/DOOR/root/tracer` leads
//! to a program that the target's image does not have; the door is a child of the agent (docs/architecture.md).

use super::stream::{self, Incoming, Listener, Outgoing};
use crate::{cluster::Cluster, refusal, screen::plain, targets::Target};
use futures_util::StreamExt;
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Status};
use kube::{Resource, api::AttachParams, client::Connection, core};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use wire::message::Request;

/// The tracer's option that makes it come through the agent's door.
const ENGINE_FOR: &str = "--engine-for";
/// Most bytes of its output that are kept.
const WORDS: usize = 2048;
/// How long the exec may take: less than the agent keeps the door open.
const PATIENCE: Duration = Duration::from_secs(20);

/// A tracer in the target's container. Dropping this closes the connection.
///
/// What it traces arrives by way of the agent, but requests to stop and heartbeats go this way too: if the target
/// takes every CPU, its agent and our relay get none, and it would be traced for longer than anybody wants.
#[derive(Debug)]
pub struct Engine {
    task: JoinHandle<()>,
    /// Requests for it.
    line: mpsc::Sender<Outgoing>,
    /// Why it is not there (any more); `None` once that was told.
    ended: Option<oneshot::Receiver<String>>,
    /// Whether the connection was cut, so that what became of the tracer is unknown.
    cut: Arc<AtomicBool>,
}

impl Engine {
    /// Runs it there, through the door that the agent has opened.
    pub fn start(cluster: &Cluster, target: &Target, door: i32, whole: bool) -> Engine {
        let (cluster, target) = (cluster.clone(), target.clone());
        let (say, ended) = oneshot::channel();
        let cut = Arc::<AtomicBool>::default();
        let is_cut = cut.clone();
        let (line, requests) = mpsc::channel(4);
        let ping = line.clone();
        let task = tokio::spawn(async move {
            let ended = run(&cluster, &target, door, whole, &is_cut, (ping, requests)).await;
            // If it has traced, or tried to, the agent's stream says how that ended. That may still be on its way.
            if let Some(why) = ended {
                let _ = say.send(why);
            }
        });
        Engine { task, line, ended: Some(ended), cut }
    }

    /// It is there and listens: from now on it gets heartbeats.
    ///
    /// Not before, because an exec does not end if its process has left input unread (kubelet 1.36), and a tracer
    /// that should not run there ends at once.
    pub fn begin(&self) {
        self.say(Request::Heartbeat { next: 0 });
    }

    /// Asks it to detach from the target.
    pub fn stop(&self) {
        self.say(Request::Stop);
    }

    fn say(&self, request: Request) {
        // If this connection takes nothing, the request still goes by way of the agent.
        let _ = self.line.try_send(Outgoing::Request(request));
    }

    /// Whether the connection that started it has ended, but not the tracer itself. A runtime may then end it.
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// Waits until it is known that it did not reach the agent's door, and gives the reason, once.
    pub async fn ended(&mut self) -> String {
        if let Some(ended) = &mut self.ended {
            let why = ended.await;
            // A receiver that has given its value must not be polled again.
            self.ended = None;
            if let Ok(why) = why {
                return why;
            }
        }
        std::future::pending().await
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Execs into the target's container.
///
/// # Errors
/// It is refused; the text says why.
pub async fn exec(cluster: &Cluster, target: &Target, command: Vec<&str>) -> Result<Connection, String> {
    let params = AttachParams::default().container(&target.container).stdin(true).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(&target.namespace));
    let request =
        core::Request::new(path).exec(&target.pod, command, &params).map_err(|error| error.to_string())?;
    match tokio::time::timeout(PATIENCE, cluster.client.connect(request)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(refusal::chain(&error)),
        Err(_) => Err(format!("the exec was not answered within {} s", PATIENCE.as_secs())),
    }
}

async fn run(
    cluster: &Cluster,
    target: &Target,
    door: i32,
    whole: bool,
    cut: &AtomicBool,
    (ping, requests): (mpsc::Sender<Outgoing>, mpsc::Receiver<Outgoing>),
) -> Option<String> {
    let program = format!("/proc/{door}/root{}", crate::session::container::TRACER);
    let door = door.to_string();
    let mut command = vec![program.as_str(), ENGINE_FOR, &door, &target.id];
    command.extend(whole.then_some("--whole"));
    let connection = match exec(cluster, target, command).await {
        Ok(connection) => connection,
        Err(why) => return Some(why),
    };
    let closes = connection.supports_stream_close();
    let (sink, source) = connection.into_stream().split();
    // It ends when this is dropped, and then closes its side.
    tokio::spawn(stream::talk(sink, closes, Arc::<AtomicU64>::default(), requests));
    let mut listener = Listener::new(source);
    let mut words = Vec::new();
    let how = loop {
        match listener.next().await {
            Ok(Incoming::Quiet) => {
                // Something in between may close a silent connection, and end the tracer with it.
                let _ = ping.try_send(Outgoing::Ping);
            }
            Ok(Incoming::Stdout(bytes) | Incoming::Stderr(bytes)) => {
                let room = WORDS.saturating_sub(words.len());
                words.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Ok(Incoming::Ended(status)) => return refusal_of(&status, &words),
            Err(broken) => {
                cut.store(true, Ordering::Relaxed);
                break broken.to_string();
            }
        }
    };
    Some(if words.is_empty() { how } else { plain(String::from_utf8_lossy(&words).trim()).into_owned() })
}

/// Why the tracer did not come through the door; its exit status is not 0 in that case.
fn refusal_of(status: &Status, words: &[u8]) -> Option<String> {
    if status.status.as_deref() == Some("Success") {
        return None;
    }
    Some(match String::from_utf8_lossy(words).trim() {
        "" => match &status.message {
            Some(message) => stream::not_started(message),
            None => "it ended without a message".to_owned(),
        },
        words => plain(words).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: &str, message: Option<&str>) -> Status {
        Status { status: Some(status.to_owned()), message: message.map(str::to_owned), ..Status::default() }
    }

    /// Somebody else traced already: the tracer came, was refused by the kernel, said so on the stream and ended. The
    /// end of the exec arrived before that.
    #[test]
    fn a_tracer_that_came_and_went_was_there() {
        assert_eq!(refusal_of(&status("Success", None), b""), None);
        assert_eq!(refusal_of(&status("Success", None), b"words"), None);
    }

    #[test]
    fn one_that_did_not_come_says_why_in_one_line() {
        let exit = "command terminated with non-zero exit code: error executing command [/proc/9/root/tracer], exit code 3";
        let said = refusal_of(&status("Failure", Some(exit)), b"no room\nerror: x\n");
        assert_eq!(said.as_deref(), Some("no room\\u{a}error: x"));
        let oci = "Internal error occurred: Internal error occurred: error executing command in container: failed to exec \
                   in container: failed to start exec \"4f\": OCI runtime exec failed: exec failed: unable to start container \
                   process: exec: \"/proc/9/root/tracer\": permission denied";
        let expected = "the container runtime could not start the tracer (permission denied)";
        assert_eq!(refusal_of(&status("Failure", Some(oci)), b"").as_deref(), Some(expected));
    }

    #[tokio::test]
    async fn its_end_is_told_once() {
        let (say, ended) = oneshot::channel();
        let (line, _taken) = mpsc::channel(1);
        let task = tokio::spawn(async {});
        let mut engine = Engine { task, line, ended: Some(ended), cut: Arc::default() };
        say.send("its container ended".to_owned()).unwrap();
        assert_eq!(engine.ended().await, "its container ended");
        let again = tokio::time::timeout(Duration::from_millis(10), engine.ended()).await;
        assert!(again.is_err(), "{again:?}");
    }
}
