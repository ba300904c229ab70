//! An engine without tracees, which makes events as fast as they are taken. It measures what comes after an engine (the
//! outbox, the agent, the relay, the way through the cluster, the client) without any stops.

use super::{Plan, Sinks, Stop};
use crate::clock;
use syscalls::{
    decode::Outcome,
    value::{Names, Value},
};
use wire::{
    event::{Birth, Event, What},
    message::Reason,
};

/// How many events it makes before it ends.
const EVENTS: i64 = 3_000_000;
/// What each call reads: as many bytes as are shown of a longer string.
const CONTENTS: &[u8; 32] = b"GET /index.html HTTP/1.1\r\nHost: ";

/// Makes numbered calls of one thread until there are enough.
pub fn run(plan: &Plan, sinks: &dyn Sinks, stop: &Stop) -> Reason {
    let (mut names, mut sink) = (Names::default(), sinks.shard(0));
    let call = names.intern("pread64");
    let what = What::Attached { process: 1, how: Birth::Seized };
    sink.event(Event { tid: 1, time: clock::now(), site: None, what }, &names);
    sink.ready(1, 1);
    let contents = &CONTENTS[..plan.depth.strings.min(CONTENTS.len())];
    for number in 0..EVENTS {
        if stop.requested() {
            return Reason::Stopped;
        }
        let args = vec![
            Value::Fd { fd: 3, dir: false, path: None, detail: None },
            Value::Str { bytes: contents.to_vec(), cut: true },
            Value::Int(4096),
            Value::Int(number),
        ];
        let outcome = Outcome::Value(Value::Int(4096), None);
        let what = What::Call { call, args, outcome, duration: Some(1000) };
        sink.event(Event { tid: 1, time: clock::now(), site: None, what }, &names);
    }
    Reason::TraceesGone
}
