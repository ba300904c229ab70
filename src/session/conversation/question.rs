//! A conversation with an agent about the agent itself, not about a target.

use super::{connect::connect, link::Link, stream};
use crate::{
    cluster::Cluster,
    refusal::{self, Refusal},
    screen::from_tracer,
    session::container::Agent,
};
use stream::{Frames, Incoming, Outgoing};
use tokio::time::timeout;
use wire::{
    codec::Decoder,
    message::{AgentStatus, Message, Reason, Request},
};

/// Sends an agent a request that it answers with its status, and waits until it has done what was asked.
///
/// # Errors
/// It cannot be reached, or does not answer.
pub async fn ask(cluster: &Cluster, agent: &Agent, question: Request) -> Result<AgentStatus, Refusal> {
    let what = format!("asking the tracer container {} of pod {}", agent.name, agent.pod);
    let connection = connect(cluster, &agent.namespace, &agent.pod, &agent.name).await?;
    let frames = Frames::default();
    let mut link = Link::start(connection, question, &frames).await;
    let answer = timeout(cluster.timeout, converse(&mut link, frames)).await;
    link.part().await;
    match answer {
        Ok(Ok(status)) => Ok(status),
        Ok(Err(why)) => Err(Refusal::new(what).cause(why)),
        Err(_) => Err(refusal::timeout(&what, cluster.timeout)),
    }
}

async fn converse(link: &mut Link, mut frames: Frames) -> Result<AgentStatus, String> {
    let (mut decoder, mut status) = (Decoder::new(), None);
    loop {
        match link.listener.next().await.map_err(|broken| broken.to_string())? {
            Incoming::Stdout(bytes) => {
                // This also counts them, so that the agent learns that they have arrived.
                let Some(whole) = frames.push(&bytes).map_err(|error| error.to_string())? else { continue };
                decoder.push(&whole);
            }
            Incoming::Quiet => link.say(Outgoing::Ping).await,
            Incoming::Stderr(bytes) => return Err(from_tracer(&String::from_utf8_lossy(&bytes))),
            // It has ended, as it should.
            Incoming::Ended(end) => return status.ok_or_else(|| stream::describe(&end)),
        }
        while let Some(messages) = decoder.next::<Message>().map_err(|error| error.to_string())? {
            for message in messages {
                match message {
                    Message::Status(said) => status = Some(said),
                    Message::End(end) => match (end.reason, status) {
                        (Reason::Failed(why), _) => return Err(from_tracer(&why)),
                        (_, Some(status)) => return Ok(status),
                        (reason, None) => return Err(format!("it gave no answer ({reason:?})")),
                    },
                    _ => return Err("it answered something else".to_owned()),
                }
            }
        }
    }
}
