//! What a later part of a recording must say at its beginning, so that it can be read without the parts before it: which
//! threads there are, and in which calls.

use std::collections::BTreeMap;
use wire::event::{Event, What};

/// The threads of all streams: by stream, by thread.
#[derive(Debug, Default)]
pub struct Before {
    threads: BTreeMap<(u32, i32), Thread>,
}

/// The last event of each kind that still counts.
#[derive(Debug, Default)]
struct Thread {
    shard: u16,
    attached: Option<Event>,
    personality: Option<Event>,
    renamed: Option<Event>,
    /// The call that it is in.
    entered: Option<Event>,
}

impl Before {
    /// Notes an event of a stream's shard.
    pub fn note(&mut self, stream: u32, shard: u16, event: &Event) {
        let key = (stream, event.tid);
        match &event.what {
            What::Call { .. }
            | What::Signal { .. }
            | What::Stopped { .. }
            | What::Data { .. }
            | What::Lost { .. } => return,
            What::Exited { .. } | What::Killed { .. } | What::Detached => {
                self.threads.remove(&key);
                return;
            }
            What::Superseded { by } => {
                // From here on the survivor has the leader's id.
                let survivor = self.threads.remove(&(stream, *by));
                let leader = self.threads.remove(&key);
                if let Some(mut survivor) = survivor {
                    survivor.attached = leader.and_then(|leader| leader.attached).or(survivor.attached);
                    for event in survivor.events_mut() {
                        event.tid = key.1;
                    }
                    self.threads.insert(key, survivor);
                }
                return;
            }
            _ => {}
        }
        let thread = self.threads.entry(key).or_default();
        thread.shard = shard;
        match &event.what {
            What::Enter { .. } => thread.entered = Some(event.clone()),
            What::Exit { .. } => thread.entered = None,
            What::Attached { .. } => thread.attached = Some(event.clone()),
            What::Personality { .. } => thread.personality = Some(event.clone()),
            What::Renamed { .. } => thread.renamed = Some(event.clone()),
            _ => {}
        }
    }

    /// Forgets a stream.
    pub fn forget(&mut self, stream: u32) {
        self.threads.retain(|(of, _), _| *of != stream);
    }

    /// The events that lead to what there is now: the stream, the shard, the event.
    pub fn events(&self) -> impl Iterator<Item = (u32, u16, &Event)> {
        self.threads.iter().flat_map(|((stream, _), thread)| {
            let events = [&thread.attached, &thread.personality, &thread.renamed, &thread.entered];
            events.into_iter().flatten().map(|event| (*stream, thread.shard, event))
        })
    }
}

impl Thread {
    fn events_mut(&mut self) -> impl Iterator<Item = &mut Event> {
        [&mut self.attached, &mut self.personality, &mut self.renamed, &mut self.entered]
            .into_iter()
            .flatten()
    }
}
