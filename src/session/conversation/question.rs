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
    let mut status = None;
    let take = |message| match message {
        Message::Status(said) => {
            status = Some(said);
            Ok(())
        }
        _ => Err(SOMETHING_ELSE.to_owned()),
    };
    let over = converse(connection, question, &what, cluster.timeout, usize::MAX, take).await?;
    let answer = match over {
        Over::End(Reason::Failed(why)) => Err(from_tracer(&why)),
        Over::End(reason) => status.ok_or_else(|| no_answer(&reason)),
        // It has ended, as it should.
        Over::Cut(how) => status.ok_or(how),
    };
    answer.map_err(|why| Refusal::new(what).cause(why))
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
    let mut answered = Answered::default();
    let take = |message| match message {
        Message::Hello(_) => Ok(()),
        Message::Define { name, text, .. } => match answered.names.define(name, text.into_owned()) {
            true => Ok(()),
            false => Err("it defined a name out of order".to_owned()),
        },
        Message::Fact(fact) => {
            answered.facts.push(fact);
            Ok(())
        }
        _ => Err(SOMETHING_ELSE.to_owned()),
    };
    let over = converse(connection, Request::Look(look), &what, most, MOST, take).await?;
    let why = match over {
        Over::End(Reason::Stopped) => return Ok(answered),
        Over::End(Reason::Failed(why)) => from_tracer(&why),
        Over::End(reason) => no_answer(&reason),
        Over::Cut(how) => how,
    };
    Err(Refusal::new(what).cause(why))
}

const SOMETHING_ELSE: &str = "it answered something else";

fn no_answer(reason: &Reason) -> String {
    format!("it gave no answer ({reason:?})")
}

/// How a conversation came to its end.
enum Over {
    /// The other side said so.
    End(Reason),
    /// The connection ended: how, in words.
    Cut(String),
}

/// Asks one question, passes what comes to `take`, and parts. Waits `patience` at most, and for `most` bytes.
async fn converse(
    connection: Connection,
    question: Request,
    what: &str,
    patience: Duration,
    most: usize,
    take: impl FnMut(Message) -> Result<(), String>,
) -> Result<Over, Refusal> {
    let frames = Frames::default();
    let mut link = Link::start(connection, question, &frames).await;
    let over = timeout(patience, hear(&mut link, frames, most, take)).await;
    link.part().await;
    match over {
        Ok(over) => over.map_err(|why| Refusal::new(what).cause(why)),
        Err(_) => Err(refusal::timeout(what, patience)),
    }
}

async fn hear(
    link: &mut Link,
    mut frames: Frames,
    most: usize,
    mut take: impl FnMut(Message) -> Result<(), String>,
) -> Result<Over, String> {
    let (mut decoder, mut length) = (Decoder::new(), 0);
    loop {
        match link.listener.next().await.map_err(|broken| broken.to_string())? {
            Incoming::Stdout(bytes) => {
                length += bytes.len();
                if length > most {
                    return Err(format!("it answered with more than {} MiB", most >> 20));
                }
                // This also counts them, so that the agent learns that they have arrived.
                let Some(whole) = frames.push(&bytes).map_err(|error| error.to_string())? else { continue };
                decoder.push(&whole);
            }
            Incoming::Quiet => link.say(Outgoing::Ping).await,
            Incoming::Stderr(bytes) => return Err(from_tracer(&String::from_utf8_lossy(&bytes))),
            Incoming::Ended(end) => return Ok(Over::Cut(stream::describe(&end))),
        }
        while let Some(messages) = decoder.next::<Message>().map_err(|error| error.to_string())? {
            for message in messages {
                match message {
                    Message::End(end) => return Ok(Over::End(end.reason)),
                    message => take(message)?,
                }
            }
        }
    }
}
