//! `kubectl strace now`: what every thread of a pod does at this moment, what it waits for, and who that waits for.

mod activity;
mod chain;
mod groups;
mod json;
#[cfg(test)]
mod tests;
mod text;
mod who;

use crate::{
    cli::{Args, Names, NowArgs},
    cluster::ClusterSource,
    look::{self, Asker, Question},
    plan::Plan,
    refusal::Refusal,
    screen::Steps,
};
use serde_json::json;
use wire::look::Topic;

/// How far apart the two looks are, in milliseconds.
const PAUSE: u32 = 300;

/// Shows it: gives the exit status.
///
/// # Errors
/// Nothing can be looked at.
pub async fn now(
    source: &ClusterSource,
    args: &Args,
    wanted: &NowArgs,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let mut asker = Asker::new(source, Plan::new(args)?, steps).await?;
    let topics = vec![Topic::Threads, Topic::Waits, Topic::Locks];
    let question =
        Question { topics, pause: PAUSE, command_lines: false, names: wanted.target.names == Names::On };
    loop {
        let told = asker.ask(&question, steps).await;
        let shown = match wanted.target.output {
            None => text::of(&told, wanted.each),
            Some(format) => {
                let containers: Vec<_> = told.iter().map(json::of).collect();
                look::print(format, &json!({ "containers": containers }))?
            }
        };
        look::show(&shown)?;
        let status = look::status(&asker, &told, steps);
        match wanted.watch {
            // What cannot be looked at now may be later, but not if nothing is left.
            Some(pause) if told.iter().any(|told| told.facts.is_ok()) => {
                tokio::time::sleep(pause).await;
                if wanted.target.output.is_none() {
                    look::show("---")?;
                }
            }
            _ => return Ok(status),
        }
    }
}
