//! Frames between an engine and a client: kept until the client says that it has them, so that a connection may be cut
//! anywhere and another go on without a gap.

use crate::clock;
use std::{collections::VecDeque, time::Duration};
use wire::{
    codec::{Decoder, Encoder, Head, MOST},
    message::{End, Message, Reason},
};

/// Most bytes that are kept; there is always room for one more frame of any size. It is what a client may have on its
/// way: with 100 ms between its signs of life it still gets 40 MB a second.
const BUFFER: usize = 4 * MOST;

const _: () = assert!(BUFFER > MOST + Head::SIZE);

/// Frames that the client does not have, as far as we know, or that have not come from the engine to their end.
#[derive(Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// Here the first kept frame begins.
    start: usize,
    /// Up to here they are written to the present relay.
    sent: usize,
    /// Up to here they are whole frames.
    whole: usize,
    /// The end, once it is there.
    end: Option<End>,
    /// The number of the first kept frame, and the lengths of all that are kept and whole.
    first: u64,
    lengths: VecDeque<usize>,
    events: u64,
    ended: bool,
}

impl Frames {
    /// How much one look at the engine may bring.
    pub const MOST: usize = BUFFER;

    /// The number of the next frame.
    fn next(&self) -> u64 {
        self.first + self.lengths.len() as u64
    }

    /// Events in all frames so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Whether the last frame is among them.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether more is taken.
    pub fn has_room(&self) -> bool {
        self.bytes.len() - self.start < BUFFER
    }

    /// Whether there is something to be written.
    pub fn is_waiting(&self) -> bool {
        self.sent < self.whole
    }

    /// What is to be written: whole frames.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[self.sent..self.whole]
    }

    /// So much of it was.
    pub fn sent(&mut self, length: usize) {
        self.sent = (self.sent + length).min(self.whole);
    }

    /// Whether the client has everything there will ever be.
    pub fn is_done(&self) -> bool {
        self.ended && self.lengths.is_empty()
    }

    /// The client has every frame before this one. What it cannot have, because it was not written, stays.
    pub fn taken(&mut self, next: u64) {
        while self.first < next
            && let Some(length) = self.lengths.front()
            && self.start + length <= self.sent
        {
            self.start += length;
            self.first += 1;
            self.lengths.pop_front();
        }
        // Moving the rest to the front costs little when it is small, or was long in coming.
        if self.start == self.bytes.len() || self.start >= BUFFER / 4 {
            self.bytes.drain(..self.start);
            self.sent -= self.start;
            self.whole -= self.start;
            self.start = 0;
        }
    }

    /// A client whose connection was cut has every frame before this one and wants the rest. False if that cannot be
    /// had: such a client never was ours.
    pub fn rewind(&mut self, next: u64) -> bool {
        if next < self.first || next > self.next() {
            return false;
        }
        self.taken(next);
        if self.first != next {
            return false;
        }
        self.sent = self.start;
        true
    }

    /// What the last frame says.
    pub fn last(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Takes bytes of the engine; false if they are no frames, or claim to be ours ([`Head::agent`]): an engine in the
    /// target's container may be in the target's hands. Behind the last frame nothing is taken.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        if self.ended {
            return true;
        }
        self.bytes.extend_from_slice(bytes);
        while !self.ended {
            let rest = &self.bytes[self.whole..];
            match Head::read(rest) {
                Ok(Some(head)) if head.sequence == self.next() && !head.agent => {
                    if head.frame().end > rest.len() {
                        return true;
                    }
                    self.whole += head.frame().end;
                    self.lengths.push_back(head.frame().end);
                    self.events += u64::from(head.events);
                    self.ended = head.last;
                    if head.last {
                        self.end = end_of(&rest[head.frame()], head.sequence);
                    }
                }
                Ok(None) => return true,
                Ok(Some(_)) | Err(_) => {
                    self.bytes.truncate(self.whole);
                    return false;
                }
            }
        }
        self.bytes.truncate(self.whole);
        true
    }

    /// Says something ourselves, before an engine does.
    pub fn say(&mut self, message: Message) {
        self.append(Encoder::of_agent(self.next()).frame(&[message]));
    }

    /// A whole frame of our own. One that cannot be made is left out.
    fn append<E>(&mut self, frame: Result<Vec<u8>, E>) {
        if let Ok(frame) = frame {
            self.lengths.push_back(frame.len());
            self.bytes.extend(frame);
            self.whole = self.bytes.len();
        }
    }

    /// Ends it in the engine's place, behind its last whole frame, unless it has ended. How many events an engine lost
    /// dies with it.
    pub fn end(&mut self, reason: Reason) {
        self.end_since(Duration::ZERO, reason);
    }

    /// The same where nothing is known of the last while.
    pub fn end_since(&mut self, ago: Duration, reason: Reason) {
        if self.ended {
            return;
        }
        self.bytes.truncate(self.whole);
        let time = clock::now().saturating_sub(ago.as_nanos() as u64);
        let end = End { events: self.events, lost: 0, time, reason };
        self.append(Encoder::of_agent(self.next()).last(&[Message::End(end.clone())]));
        self.end = Some(end);
        self.ended = true;
    }

    /// Instead of an engine's: nothing but an end, for a client that expects this frame next.
    pub fn only_end(next: u64, reason: Reason) -> Frames {
        let mut frames = Frames { first: next, ..Frames::default() };
        frames.end(reason);
        frames
    }
}

/// The end in a last frame.
fn end_of(frame: &[u8], sequence: u64) -> Option<End> {
    let mut decoder = Decoder::resume(sequence);
    decoder.push(frame);
    let messages = decoder.next::<Message>().ok()??;
    messages.into_iter().find_map(|message| if let Message::End(end) = message { Some(end) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(count: u64) -> Vec<Vec<u8>> {
        let mut encoder = Encoder::new();
        let ready = |threads| Message::Ready { threads, processes: 1, time: 0 };
        (0..count).map(|at| encoder.frame(&[ready(at as u32)]).unwrap()).collect()
    }

    #[test]
    fn what_was_on_its_way_when_the_connection_was_cut_is_sent_again() {
        let mut kept = Frames::default();
        let all = frames(5);
        for frame in &all {
            assert!(kept.push(frame));
        }
        // Two and a half go out; the client says that it has one, and loses the connection.
        kept.sent(all[0].len() + all[1].len() + 7);
        kept.taken(1);
        assert!(kept.rewind(2), "the second was on its way and arrived");
        assert_eq!(kept.waiting(), all[2..].concat());
        // It cannot have what was not sent, nor want what it said it has.
        assert!(!kept.rewind(4));
        assert!(!kept.rewind(1));
        assert!(!kept.rewind(99));
        assert_eq!(kept.waiting(), all[2..].concat());
    }

    #[test]
    fn a_lie_about_what_was_taken_loses_nothing() {
        let mut kept = Frames::default();
        let all = frames(3);
        all.iter().for_each(|frame| assert!(kept.push(frame)));
        kept.sent(all[0].len());
        kept.taken(u64::MAX);
        assert_eq!(kept.waiting(), all[1..].concat());
    }

    #[test]
    fn it_is_done_when_the_client_has_the_last() {
        let mut kept = Frames::default();
        assert!(kept.push(&frames(1)[0]));
        kept.end(Reason::Stopped);
        assert!(kept.ended() && !kept.is_done());
        kept.sent(kept.waiting().len());
        kept.taken(2);
        assert!(kept.is_done() && !kept.is_waiting());
    }

    #[test]
    fn frames_that_do_not_follow_are_refused() {
        let all = frames(3);
        let mut kept = Frames::default();
        assert!(kept.push(&all[0]));
        assert!(!kept.push(&all[2]));
        assert!(!kept.push(b"nothing of the kind"));
        kept.end(Reason::Stopped);
        let mut decoder = Decoder::new();
        decoder.push(kept.waiting());
        assert!(decoder.next::<Message>().unwrap().is_some());
        assert!(matches!(decoder.next::<Message>().unwrap().unwrap()[0], Message::End(_)));
    }

    /// An engine in the target's container may be the target's: it cannot speak as the agent, which alone says where the
    /// tracer runs.
    #[test]
    fn an_engine_cannot_speak_as_the_agent() {
        let mut kept = Frames::default();
        assert!(kept.push(&frames(1)[0]));
        let forged = Encoder::of_agent(1).frame::<Message>(&[]).unwrap();
        assert!(!kept.push(&forged));
        kept.say(Message::Status(wire::message::AgentStatus {
            release: String::new(),
            idle: 0,
            unused: None,
            sessions: Vec::new(),
        }));
        let mut decoder = Decoder::new();
        decoder.push(kept.waiting());
        for agents in [false, true] {
            assert!(decoder.next::<Message>().unwrap().is_some());
            assert_eq!(decoder.is_agents(), agents);
        }
    }

    #[test]
    fn what_an_engine_says_of_its_end_is_known() {
        let mut kept = Frames::default();
        let end = End { events: 3, lost: 1, time: 5, reason: Reason::TraceesGone };
        let frame = Encoder::new().last(&[Message::End(end.clone())]).unwrap();
        assert!(kept.push(&frame) && kept.ended());
        assert_eq!(kept.last(), Some(&end));
    }

    #[test]
    fn room_comes_back_with_what_was_taken() {
        let mut kept = Frames::default();
        let mut encoder = Encoder::new();
        let mut count = 0;
        while kept.has_room() {
            let text: String =
                (0..50_000).map(|at| char::from(b'a' + fastrand_like(count * 50_000 + at))).collect();
            let notice = wire::message::Notice { level: wire::message::Level::Note, text };
            assert!(kept.push(&encoder.frame(&[Message::Notice(notice)]).unwrap()));
            count += 1;
        }
        let whole = kept.waiting().len();
        kept.sent(whole);
        assert!(!kept.has_room(), "what the client may not have is kept");
        kept.taken(count / 2);
        assert!(kept.has_room());
        assert!(kept.rewind(count / 2));
        assert!(kept.waiting().len() < whole);
    }

    /// Letters that do not pack.
    fn fastrand_like(seed: u64) -> u8 {
        (seed.wrapping_mul(6_364_136_223_846_793_005).rotate_left(17) % 26) as u8
    }
}
