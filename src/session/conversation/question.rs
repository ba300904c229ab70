//! A conversation with an agent about the agent itself, not about a target.

use super::{connect::connect, link::Link, stream};
use crate::{
    cluster::Cluster,
    refusal::{self, Refusal},
    screen::from_tracer,
    session::container::Agent,
};
use kube::client::Connection;
use std::time::Duration;
use stream::{Frames, Incoming, Outgoing};
use syscalls::value::Names;
use tokio::time::timeout;
use wire::{
    codec::Decoder,
    look::{Fact, Look},
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

/// What a tracer answers to a [`Look`].
#[derive(Default)]
pub struct Answered {
    /// The texts of names.
    pub names: Names,
    /// The facts.
    pub facts: Vec<Fact>,
}

/// Most bytes of an answer: some hundred for each of 16,384 threads and 65,536 descriptors.
const MOST: usize = 64 << 20;

/// Asks for facts about a target.
///
/// # Errors
/// The tracer cannot answer, or does not within `most`.
pub async fn look(
    connection: Connection,
    look: Look,
    agent: &str,
    most: Duration,
) -> Result<Answered, Refusal> {
    let what = format!("looking at the target by way of the tracer container {agent}");
    let frames = Frames::default();
    let mut link = Link::start(connection, Request::Look(look), &frames).await;
    let answer = timeout(most, facts(&mut link, frames)).await;
    link.part().await;
    match answer {
        Ok(Ok(answered)) => Ok(answered),
        Ok(Err(why)) => Err(Refusal::new(what).cause(why)),
        Err(_) => Err(refusal::timeout(&what, most)),
    }
}

async fn facts(link: &mut Link, mut frames: Frames) -> Result<Answered, String> {
    let (mut decoder, mut answered, mut length) = (Decoder::new(), Answered::default(), 0);
    loop {
        match link.listener.next().await.map_err(|broken| broken.to_string())? {
            Incoming::Stdout(bytes) => {
                length += bytes.len();
                if length > MOST {
                    return Err(format!("it answered with more than {} MiB", MOST >> 20));
                }
                let Some(whole) = frames.push(&bytes).map_err(|error| error.to_string())? else { continue };
                decoder.push(&whole);
            }
            Incoming::Quiet => link.say(Outgoing::Ping).await,
            Incoming::Stderr(bytes) => return Err(from_tracer(&String::from_utf8_lossy(&bytes))),
            Incoming::Ended(end) => return Err(stream::describe(&end)),
        }
        while let Some(messages) = decoder.next::<Message>().map_err(|error| error.to_string())? {
            for message in messages {
                match message {
                    Message::Hello(_) => {}
                    Message::Define { name, text, .. } => {
                        if !answered.names.define(name, text.into_owned()) {
                            return Err("it defined a name out of order".to_owned());
                        }
                    }
                    Message::Fact(fact) => answered.facts.push(fact),
                    Message::End(end) => {
                        return match end.reason {
                            Reason::Stopped => Ok(answered),
                            Reason::Failed(why) => Err(from_tracer(&why)),
                            reason => Err(format!("it gave no answer ({reason:?})")),
                        };
                    }
                    _ => return Err("it answered something else".to_owned()),
                }
            }
        }
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
