//! What a trace will cost, before it begins.

use crate::{outbox::Outbox, speed::Baseline};
use wire::message::{Level, Message, Notice, Reason};

/// A trace that leaves the target less than this percentage of its speed is announced.
pub(super) const COSTLY: u32 = 50;

/// Says what a trace will cost the target, where that is much; refuses it where that is more than may be.
pub(super) fn forecast(
    baseline: &Baseline,
    max_slowdown: Option<u32>,
    outbox: &Outbox,
) -> Result<(), Reason> {
    let Some((percent, transfers)) = baseline.forecast().filter(|(percent, _)| *percent < COSTLY) else {
        return Ok(());
    };
    // The cost of a stop is only known once there are some.
    let clearly = |most: u32| percent * 3 / 2 < 100u32.saturating_sub(most);
    if max_slowdown.is_some_and(clearly) {
        return Err(Reason::TooSlow { percent, predicted: true });
    }
    let text = format!(
        "the target reads and writes {transfers} times a second: while it is traced, it will run at about {percent} % of its \
         speed or less"
    );
    outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
    Ok(())
}
