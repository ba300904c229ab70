//! One connection to the tracer, and the tasks that serve it.

use super::stream::{self, Frames, Listener, Outgoing};
use futures_util::{StreamExt, stream::BoxStream};
use kube::client::Connection;
use std::time::Duration;
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::message::Request;

/// A connection, and the tasks that serve it.
pub struct Link {
    pub listener: Listener<BoxStream<'static, Result<Message, Error>>>,
    say: mpsc::Sender<Outgoing>,
    talk: JoinHandle<()>,
}

impl Link {
    pub async fn start(connection: Connection, first: Request, frames: &Frames) -> Link {
        let closes = connection.supports_stream_close();
        let (sink, source) = connection.into_stream().split();
        let (say, words) = mpsc::channel(4);
        let talk = tokio::spawn(stream::talk(sink, closes, frames.next().clone(), words));
        let mut link = Link { listener: Listener::new(source.boxed()), say, talk };
        link.say(Outgoing::Request(first)).await;
        link
    }

    // Not `&self`: the stream that it listens to is `Send`, but not `Sync`.
    pub async fn say(&mut self, word: Outgoing) {
        // If the talker has ended, its connection was broken, which the listener reports. A talker that cannot send
        // must not keep us from listening.
        let _ = timeout(Duration::from_millis(100), self.say.send(word)).await;
    }

    /// Closes the connection, which is what ends the relay.
    pub async fn part(self) {
        drop(self.say);
        let _ = timeout(Duration::from_millis(500), self.talk).await;
    }
}
