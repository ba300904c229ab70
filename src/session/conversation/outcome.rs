//! How a trace went.

use super::{
    machine::{
        LAST_WORDS, Record,
        input::{Ending, Failure, Loss},
    },
    traced::Traced,
    words,
};
use crate::{
    gap::Gap,
    plan::LEASE,
    refusal::{self, Refusal},
    session::container,
};
use std::time::Duration;
use tokio::time::timeout;
use wire::message::{End, Reason, Speed};

/// How long to ask the pod's state for why a connection broke.
const POST_MORTEM: Duration = Duration::from_secs(3);

/// How a trace went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The pod, as it is named: `pod/api`.
    pub pod: String,
    /// The tracer's totals, if they came.
    pub end: Option<End>,
    /// When nothing was traced though it should have been.
    pub gaps: Vec<Gap>,
    /// How long everything was attached.
    pub lasted: Duration,
    /// When it ended, in nanoseconds since 1970.
    pub ended: i64,
    /// Whether we asked for the end because the user did.
    pub interrupted: bool,
    /// Whether the reader of stdout has gone.
    pub unread: bool,
    /// Whether the output takes no more, for another reason than that its reader has gone.
    pub unwritten: bool,
    /// Whether as many events were written as were asked for.
    pub enough: bool,
    /// The exit status of the command that was run.
    pub status: Option<u8>,
    /// Bytes received from the tracer, still compressed.
    pub received: u64,
    /// How fast the target ran, overall.
    pub speed: Option<Speed>,
    /// What went wrong.
    pub failure: Option<Refusal>,
    /// Whether nothing went wrong that the end of its pod does not explain.
    pub excusable: bool,
    /// Whether its pod has left, and how it ended is explained by that.
    pub left: bool,
}

impl Outcome {
    /// The outcome of a conversation. `trouble`: the failure of the output.
    pub async fn of(
        ending: &Ending,
        record: &Record,
        traced: &Traced<'_>,
        trouble: Option<Refusal>,
    ) -> Outcome {
        let mut outcome = Outcome {
            pod: format!("pod/{}", traced.target.pod),
            end: record.totals.clone(),
            gaps: record.gaps.clone(),
            lasted: record.lasted,
            ended: record.ended,
            interrupted: record.interrupted,
            unread: record.unread,
            unwritten: matches!(record.failure, Some(Failure::Output)),
            enough: record.enough,
            status: record.status,
            received: record.received,
            speed: None,
            failure: record.failure.as_ref().map(|failure| words::failure(failure, traced, trouble)),
            excusable: is_excusable(ending, record),
            left: false,
        };
        // Nobody is left to be told.
        if outcome.failure.is_none() && !outcome.unread {
            outcome.failure = broken_off(ending, record, traced).await;
        }
        outcome
    }

    /// Whether nothing more of any container should be written: the rest is not wanted, or cannot be kept.
    pub fn ends_all(&self) -> bool {
        self.enough || self.unread || self.unwritten
    }

    /// Adds the trace of the container's next life, whose ending is the one that counts.
    pub fn join(self, next: Outcome) -> Outcome {
        let end = match (self.end, next.end) {
            (Some(one), Some(two)) => {
                Some(End { events: one.events + two.events, lost: one.lost + two.lost, ..two })
            }
            (one, two) => two.or(one),
        };
        Outcome {
            end,
            gaps: self.gaps.into_iter().chain(next.gaps).collect(),
            lasted: self.lasted + next.lasted,
            received: self.received + next.received,
            speed: next.speed.or(self.speed),
            failure: next.failure.or(self.failure),
            ..next
        }
    }
}

/// Whether the end of the pod would explain all that went wrong. It does not explain that the output cannot be written,
/// that a command's status is unknown, or what the tracer should never say.
fn is_excusable(ending: &Ending, record: &Record) -> bool {
    let explained = match ending {
        Ending::Totals(end) => {
            matches!(
                end.reason,
                Reason::Failed(_) | Reason::Gone(_) | Reason::LeaseExpired | Reason::Forgotten
            )
        }
        Ending::Lost(_) | Ending::AttachTimeout | Ending::TotalsTimeout => true,
        Ending::Unreadable(_) | Ending::OutOfTurn { .. } | Ending::Impatient => false,
    };
    explained && record.failure.is_none()
}

/// Why a trace has no totals.
async fn broken_off(ending: &Ending, record: &Record, traced: &Traced<'_>) -> Option<Refusal> {
    let lease = LEASE.as_secs();
    Some(match ending {
        Ending::Totals(_) => return None,
        Ending::Unreadable(why) => {
            Refusal::new("what the tracer sends cannot be read").cause(words::quoted(why)).fix(
                format!(
                    "use the tracer image of the plugin's own version (--image). A tracer container of another version \
                     that still runs in the pod is ended by kubectl strace detach pod/{}",
                    traced.target.pod
                ),
            )
        }
        Ending::OutOfTurn { what, phase } => Refusal::new("the trace was ended: the tracer spoke out of turn")
            .cause(format!("it said {what} while the plugin was {phase}, which no tracer of ours does"))
            .fix("do not trust this tracer container; kubectl strace detach ends it"),
        Ending::Impatient => Refusal::new("interrupted twice: the tracer's totals were not waited for")
            .cause(format!("it detaches by itself within {lease} s")),
        Ending::AttachTimeout => {
            words::attach_timeout(traced.cluster.timeout).cause(post_mortem(traced).await)
        }
        // A trace that was interrupted before anything was attached has nothing more to report.
        Ending::TotalsTimeout => {
            Refusal::new(format!("the tracer did not give its totals within {} s", LAST_WORDS.as_secs()))
                .cause(post_mortem(traced).await)
                .fix(format!("nothing to do: it detaches by itself within {lease} s"))
        }
        Ending::Lost(Loss::Relay(why)) => {
            Refusal::new("the trace broke off: the tracer ended without a message")
                .cause(words::quoted(why))
                .cause(post_mortem(traced).await)
                .fix("run it again")
        }
        Ending::Lost(Loss::Connection(why)) => {
            let refusal = Refusal::new("the trace broke off: the connection to the tracer is gone")
                .cause(why)
                .cause(post_mortem(traced).await);
            let refusal = match record.continued {
                Some(_) => refusal.cause("this plugin was suspended (Ctrl-Z), and could not answer meanwhile"),
                None => refusal,
            };
            refusal.fix(format!("run it again; the tracer detaches by itself within {lease} s"))
        }
    })
}

/// What became of the tracer and the target, as text.
async fn post_mortem(traced: &Traced<'_>) -> String {
    let Traced { cluster, target, agent, .. } = traced;
    let pods = cluster.pods();
    match timeout(POST_MORTEM, pods.get(&target.pod)).await {
        Ok(Ok(pod)) if pod.metadata.deletion_timestamp.is_some() => {
            format!("pod {} is being deleted", target.pod)
        }
        Ok(Ok(pod)) => {
            let (tracer, traced) =
                (container::state_of(&pod, agent), container::state_of(&pod, &target.container));
            format!("{tracer}; {traced}")
        }
        Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
            format!("pod {} is gone", target.pod)
        }
        Ok(Err(error)) => format!("the pod's state is not known: {}", refusal::chain(&error)),
        Err(_) => format!(
            "the pod's state is not known: the API server gave no answer within {} s",
            POST_MORTEM.as_secs()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[test]
    fn the_end_of_a_pod_excuses_what_follows_from_it() {
        let record = |failure| Record { failure, ..Record::new(Instant::now()) };
        let totals = |reason| Ending::Totals(End { events: 1, lost: 0, time: 1, reason });
        let lost = || Ending::Lost(Loss::Relay("x".into()));
        for (ending, failure, expected) in [
            (lost(), None, true),
            (Ending::Lost(Loss::Connection("x".into())), None, true),
            (Ending::AttachTimeout, None, true),
            (Ending::TotalsTimeout, None, true),
            (totals(Reason::Failed("x".into())), None, true),
            (totals(Reason::Gone("x".into())), None, true),
            (totals(Reason::LeaseExpired), None, true),
            (totals(Reason::Stopped), None, false),
            (totals(Reason::Evicted("somebody".into())), None, false),
            (Ending::Unreadable("x".into()), None, false),
            (Ending::OutOfTurn { what: "x", phase: "tracing" }, None, false),
            (Ending::Impatient, None, false),
            (lost(), Some(Failure::Output), false),
            (lost(), Some(Failure::CommandLost("x".into())), false),
            (lost(), Some(Failure::CommandUnknown("x".into())), false),
            (totals(Reason::Failed("x".into())), Some(Failure::Output), false),
        ] {
            assert_eq!(is_excusable(&ending, &record(failure.clone())), expected, "{ending:?} {failure:?}");
        }
    }
}
