//! `kubectl strace look`: facts about a pod's processes, without tracing or stopping anybody.

mod ask;
mod facts;
mod json;
mod span;
mod text;

pub use ask::{Asker, Question, Told};
pub use facts::{Facts, words};
pub use json::{not_looked_at as not_looked_at_json, thread as thread_json};
pub use span::{lasted, since};
pub use text::{containers, not_looked_at};

use crate::{
    cli::{Args, Command, Format, LookArgs, Names},
    cluster::ClusterSource,
    omission,
    plan::Plan,
    refusal::{self, INCOMPLETE, Refusal},
    screen::{Steps, yaml},
    targets::{self, near},
};
use serde_json::{Value, json};
use std::io::Write;
use wire::look::Topic;

/// What can be asked about.
const TOPICS: [&str; 7] = ["threads", "fds", "limits", "cgroup", "mounts", "locks", "path"];

/// Leaves in the command line's words for the pod only those, and not what is asked about it.
pub fn name_target(args: &mut Args) {
    if let Some(Command::Look(look)) = &args.command {
        args.what = split(look).0;
    }
}

/// The words that name the pod, and those that say what about it.
fn split(look: &LookArgs) -> (Vec<String>, Vec<String>) {
    let named = match (&look.target.selector, look.what.as_slice()) {
        (Some(_), _) => 0,
        // Whatever the first word is, it is not a topic: a pod may have such a name.
        (None, [kind, _, ..]) if targets::kind(kind).is_some() => 2,
        (None, _) => 1,
    };
    let (pod, topics) = look.what.split_at(named.min(look.what.len()));
    (pod.to_vec(), topics.to_vec())
}

/// How far apart two looks are, in milliseconds, where something may grow in between.
const PAUSE: u32 = 300;

/// Shows what was asked for: gives the exit status.
///
/// # Errors
/// Nothing can be looked at.
pub async fn look(
    source: &ClusterSource,
    args: &Args,
    wanted: &LookArgs,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let topics = topics(&split(wanted).1)?;
    let plan = Plan::new(args)?;
    let mut asker = Asker::new(source, plan, steps).await?;
    let pause =
        if topics.iter().any(|topic| matches!(topic, Topic::Threads | Topic::Cgroup)) { PAUSE } else { 0 };
    let question = Question {
        topics,
        pause,
        command_lines: wanted.command_lines,
        names: wanted.target.names == Names::On,
    };
    let told = asker.ask(&question, steps).await;
    let shown = match wanted.target.output {
        None => text::of(&told),
        Some(format) => print(format, &json!({"containers": told.iter().map(json::of).collect::<Vec<_>>()}))?,
    };
    show(&shown)?;
    Ok(status(&asker, &told, steps))
}

/// What the words of the command line ask about.
fn topics(words: &[String]) -> Result<Vec<Topic>, Refusal> {
    let mut words = words.iter();
    let mut topics = Vec::new();
    while let Some(word) = words.next() {
        topics.push(match word.as_str() {
            "threads" => Topic::Threads,
            "fds" => Topic::Descriptors,
            "limits" => Topic::Limits,
            "cgroup" => Topic::Cgroup,
            "mounts" => Topic::Mounts,
            "locks" => Topic::Locks,
            "path" => match words.next() {
                Some(path) => Topic::Path(path.clone().into_bytes()),
                None => {
                    return Err(refusal::usage("look: path needs a path")
                        .fix("kubectl strace look POD path /etc/app.conf"));
                }
            },
            other => {
                let refusal = refusal::usage(format!("look: {other} is nothing that can be looked at"))
                    .cause(format!("there are {}", TOPICS.join(", ")));
                return Err(match near(other, TOPICS.iter().copied()).first() {
                    Some(near) => refusal.fix(format!("did you mean {near}?")),
                    None => refusal,
                });
            }
        });
    }
    if topics.is_empty() {
        topics = vec![Topic::Threads, Topic::Limits, Topic::Cgroup, Topic::Mounts, Topic::Locks];
    }
    Ok(topics)
}

/// A value as JSON or YAML.
///
/// # Errors
/// It cannot be written so.
pub fn print(format: Format, value: &Value) -> Result<String, Refusal> {
    let text = match format {
        Format::Json => serde_json::to_string_pretty(value).map_err(|error| error.to_string()),
        Format::Yaml => yaml(value),
    };
    text.map_err(|error| Refusal::new("what was found cannot be printed").cause(error))
}

/// Writes to standard output.
///
/// # Errors
/// It cannot be written to.
pub fn show(text: &str) -> Result<(), Refusal> {
    let written = writeln!(std::io::stdout(), "{}", text.trim_end());
    written.map_err(|error| Refusal::new("what was found cannot be printed").cause(error.to_string()))
}

/// The exit status, and why it is not 0.
pub fn status(asker: &Asker, told: &[Told], steps: &Steps) -> u8 {
    let mut status = omission::status(&asker.not_found);
    if let Some(line) = omission::last_line(&asker.not_found) {
        steps.insist(&line);
    }
    for Told { container, facts } in told {
        if let Err(refusal) = facts {
            let steps = if told.len() > 1 { steps.about(&container.pod) } else { steps.clone() };
            steps.refuse(refusal);
            status = INCOMPLETE;
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<Topic>, Refusal> {
        topics(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn topics_are_read() {
        assert_eq!(read("fds limits").unwrap(), [Topic::Descriptors, Topic::Limits]);
        assert_eq!(read("path /a locks").unwrap(), [Topic::Path(b"/a".to_vec()), Topic::Locks]);
        assert_eq!(read("").unwrap().len(), 5);
        assert!(read("path").unwrap_err().to_string().contains("needs a path"));
        assert!(read("mount").unwrap_err().to_string().contains("did you mean mounts?"));
    }
}
