//! What is done now, as JSON. What the target has chosen itself stands below `untrusted`.

use super::{activity::Activity, chain, groups};
use crate::look::{Told, not_looked_at_json, thread_json};
use serde_json::{Value, json};

/// One container.
pub fn of(Told { container, facts }: &Told) -> Value {
    let mut value = json!({"pod": container.pod, "container": container.name});
    let facts = match facts {
        Ok(facts) => facts,
        Err(refusal) => {
            value["error"] = refusal.in_short().into();
            return value;
        }
    };
    let groups = groups::of(facts, false);
    value["groups"] = groups
        .iter()
        .map(|group| {
            json!({
                "activity": group.activity.word(),
                "kind": if let Activity::Idle(kind) = group.activity { Some(kind) } else { None },
                "count": group.threads.len(),
                "tids": group.threads.iter().map(|thread| thread.tid).collect::<Vec<_>>(),
                "longestNanoseconds": groups::longest(group.threads[0].since),
                "untrusted": {"does": group.does},
            })
        })
        .collect();
    value["threads"] = facts.threads.iter().map(|thread| thread_json(facts, thread)).collect();
    value["chains"] = chain::of(facts)
        .iter()
        .map(|chain| {
            json!({
                "end": chain.end.code(),
                "circle": chain.circle,
                "threads": chain.threads,
                "tids": chain.tids,
                "untrusted": {"hops": chain.hops},
            })
        })
        .collect();
    value["notLookedAt"] = not_looked_at_json(facts);
    value
}
