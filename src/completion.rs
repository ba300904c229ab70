//! What may come next on a command line, for kubectl's completion: it runs `kubectl_complete-strace WORD...`, the last of
//! them not yet complete, and reads one candidate a line and a directive (`pluginCompletion` in
//! k8s.io/kubectl/pkg/cmd/plugin/plugin_completion.go; cobra's "Completions for Go").
//!
//! The words are read here and not by clap_complete's engine: there a completer of values sees only the word itself, and could
//! not honour `-n NAMESPACE` or `--context` before it, nor wait for a cluster.
//!
//! Nobody waits long for it, and nothing is said when something is wrong: there is a line being typed.

use crate::{
    cli::{Args, ClusterArgs},
    cluster::{Cluster, ClusterSource},
    screen::Steps,
    targets::{self, PodChoice, TargetQuery, Type},
};
use clap::{Arg, Command, CommandFactory, FromArgMatches};
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::{Api, ResourceExt, api::ListParams};
use std::{fmt::Write, path::PathBuf, time::Duration};
use syscalls::{filter, table};

/// The name under which kubectl looks for it.
pub const PROGRAM: &str = "kubectl_complete-strace";
/// What asks for it where there is only one program.
pub const WORD: &str = "__complete";

/// Longest that a person who has pressed the tab key should wait.
const PATIENCE: Duration = Duration::from_secs(3);
/// Most names that are asked for.
const MOST: u32 = 1000;

// cobra's ShellCompDirective.
const DEFAULT: u8 = 0;
const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;
const DIRECTORIES: u8 = 16;

/// What may come next.
#[derive(Debug, Default, PartialEq, Eq)]
struct Answer {
    /// Each with words about it.
    candidates: Vec<(String, String)>,
    directive: u8,
}

impl Answer {
    fn of(candidates: impl IntoIterator<Item = (String, String)>) -> Answer {
        Answer { candidates: candidates.into_iter().collect(), directive: NO_FILES }
    }

    fn names(names: impl IntoIterator<Item = String>) -> Answer {
        Answer::of(names.into_iter().map(|name| (name, String::new())))
    }

    /// As kubectl reads it.
    fn text(&self, typed: &str) -> String {
        let mut text = String::new();
        for (candidate, about) in &self.candidates {
            let harmless = !candidate.chars().any(|c| c.is_control() || c.is_whitespace());
            if candidate.starts_with(typed) && harmless {
                let separator = if about.is_empty() { "" } else { "\t" };
                let _ = writeln!(text, "{candidate}{separator}{about}");
            }
        }
        let _ = writeln!(text, ":{}", self.directive);
        text
    }
}

/// The candidates for the last of these words, as kubectl reads them.
pub async fn complete(words: &[String]) -> String {
    let mut command = Args::command();
    command.build();
    let typed = words.last().map_or("", String::as_str);
    let answer = tokio::time::timeout(PATIENCE, answer(&command, words)).await;
    answer.ok().flatten().unwrap_or(Answer { directive: NO_FILES, ..Answer::default() }).text(typed)
}

/// Where on the line the last word stands.
#[derive(Debug)]
enum Next<'a> {
    /// It is a flag's value, behind what of the word is not.
    Value(&'a Arg, &'a str, &'a str),
    /// It is a flag.
    Flag(&'a Command),
    /// It is none, behind these.
    Word(&'a Command, Vec<&'a str>),
    /// It belongs to somebody else.
    Foreign,
}

fn next<'a>(root: &'a Command, words: &'a [String]) -> Next<'a> {
    let Some((last, before)) = words.split_last() else { return Next::Word(root, Vec::new()) };
    let (mut command, mut named, mut open) = (root, Vec::new(), None);
    for word in before {
        if open.take().is_some() {
            continue;
        }
        if word == "--" {
            return Next::Foreign;
        } else if let Some(name) = word.strip_prefix("--") {
            open = long(command, root, name)
                .filter(|arg| arg.get_action().takes_values() && !arg.is_require_equals_set());
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            open = valued(command, root, letters).filter(|(_, value)| value.is_empty()).map(|(arg, _)| arg);
        } else if let Some(other) = command.find_subcommand(word).filter(|_| named.is_empty()) {
            command = other;
        } else {
            named.push(word.as_str());
        }
    }
    if let Some(arg) = open {
        return Next::Value(arg, "", last);
    }
    let behind = |value: &str| last.split_at(last.len() - value.len());
    if let Some((name, value)) = last.strip_prefix("--").and_then(|word| word.split_once('=')) {
        return match long(command, root, name) {
            Some(arg) => Next::Value(arg, behind(value).0, behind(value).1),
            None => Next::Foreign,
        };
    }
    if let Some(letters) = last.strip_prefix('-').filter(|letters| !letters.starts_with('-'))
        && let Some((arg, value)) = valued(command, root, letters).filter(|(_, value)| !value.is_empty())
    {
        return Next::Value(arg, behind(value).0, behind(value).1);
    }
    if last.starts_with('-') { Next::Flag(command) } else { Next::Word(command, named) }
}

fn long<'a>(command: &'a Command, root: &'a Command, name: &str) -> Option<&'a Arg> {
    let of = |command: &'a Command| command.get_arguments().find(|arg| arg.get_long() == Some(name));
    of(command).or_else(|| of(root))
}

/// The first letter of several that takes a value, and what stands behind it.
fn valued<'a, 'b>(command: &'a Command, root: &'a Command, letters: &'b str) -> Option<(&'a Arg, &'b str)> {
    letters.char_indices().find_map(|(at, letter)| {
        let of = |command: &'a Command| command.get_arguments().find(|arg| arg.get_short() == Some(letter));
        let arg = of(command).or_else(|| of(root)).filter(|arg| arg.get_action().takes_values())?;
        Some((arg, &letters[at + letter.len_utf8()..]))
    })
}

async fn answer(root: &Command, words: &[String]) -> Option<Answer> {
    match next(root, words) {
        Next::Foreign => Some(Answer { directive: DEFAULT, ..Answer::default() }),
        Next::Flag(command) => Some(flags(command)),
        Next::Value(arg, before, value) => {
            let mut answer = values(arg, value, words).await?;
            for (candidate, _) in &mut answer.candidates {
                candidate.insert_str(0, before);
            }
            Some(answer)
        }
        // Its words are files.
        Next::Word(command, _) if command.get_name() == "replay" => {
            Some(Answer { directive: DEFAULT, ..Answer::default() })
        }
        Next::Word(command, named) => {
            let typed = words.last().map_or("", String::as_str);
            objects(command, root, &named, typed, words).await
        }
    }
}

fn flags(command: &Command) -> Answer {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set() && !arg.is_positional());
    Answer::of(shown.flat_map(|arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let long = arg.get_long().map(|name| format!("--{name}"));
        let short = arg.get_short().map(|letter| format!("-{letter}"));
        long.into_iter().chain(short).map(move |flag| (flag, help.clone()))
    }))
}

async fn values(arg: &Arg, typed: &str, words: &[String]) -> Option<Answer> {
    let possible = arg.get_possible_values();
    if !possible.is_empty() {
        let about = |value: &clap::builder::PossibleValue| {
            value.get_help().map(ToString::to_string).unwrap_or_default()
        };
        return Some(Answer::of(
            possible
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| (value.get_name().to_owned(), about(value))),
        ));
    }
    let is_path = arg.get_value_parser().type_id() == clap::value_parser!(PathBuf).type_id();
    Some(match arg.get_id().as_str() {
        "namespace" => {
            let cluster = connect(words).await?;
            let api = Api::<Namespace>::all(cluster.client);
            let found = api.list_metadata(&ListParams::default().limit(MOST)).await.ok()?;
            Answer::names(found.items.iter().map(ResourceExt::name_any))
        }
        "context" => Answer::names(ClusterSource::read(&arguments(words)).known().contexts),
        "cluster" => Answer::names(ClusterSource::read(&arguments(words)).known().clusters),
        "user" => Answer::names(ClusterSource::read(&arguments(words)).known().users),
        "containers" => containers(words).await?,
        "expressions" => expression(typed),
        "out" | "cache_dir" => Answer { directive: DIRECTORIES, ..Answer::default() },
        _ if is_path => Answer { directive: DEFAULT, ..Answer::default() },
        _ => Answer { directive: NO_FILES, ..Answer::default() },
    })
}

/// What may stand behind `-e`.
fn expression(typed: &str) -> Answer {
    if let Some((qualifier @ ("trace" | "t"), sets)) = typed.split_once('=') {
        return set(&format!("{qualifier}="), sets);
    }
    let mut answer = if typed.is_empty() { Answer::default() } else { set("", typed) };
    answer.candidates.insert(0, ("trace=".into(), "calls to show".into()));
    answer.directive = NO_FILES | NO_SPACE;
    answer
}

/// A set of calls: what is typed of it may have several behind each other.
fn set(before: &str, typed: &str) -> Answer {
    let start = typed.rfind([',', '!', '?']).map_or(0, |at| at + 1);
    let (done, item) = typed.split_at(start);
    let classes = filter::CLASSES.iter().map(|(name, _)| (format!("%{name}"), "class of calls"));
    let mut names: Vec<&str> = table::rows().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    let words = [("all", "every call"), ("none", "no call")].map(|(word, about)| (word.to_owned(), about));
    let items = classes.chain(names.into_iter().map(|name| (name.to_owned(), ""))).chain(words);
    let mut answer = Answer::of(
        items
            .filter(|(name, _)| name.starts_with(item))
            .map(|(name, about)| (format!("{before}{done}{name}"), about.to_owned())),
    );
    // Another one may follow.
    answer.directive |= NO_SPACE;
    answer
}

async fn objects(
    command: &Command,
    root: &Command,
    named: &[&str],
    typed: &str,
    words: &[String],
) -> Option<Answer> {
    match (named, typed.split_once('/')) {
        ([], Some((kind, _))) => {
            let names = names(&connect(words).await?, kind).await?;
            Some(Answer::names(names.into_iter().map(|name| format!("{kind}/{name}"))))
        }
        ([], None) => {
            let mut found = Answer { directive: NO_FILES, ..Answer::default() };
            if let Some(cluster) = connect(words).await
                && let Some(names) = names(&cluster, "pod").await
            {
                found.candidates.extend(names.into_iter().map(|name| (name, String::new())));
            }
            let any = |found: &Answer| found.candidates.iter().any(|(name, _)| name.starts_with(typed));
            let other = std::ptr::eq(command, root).then(|| command.get_subcommands()).into_iter().flatten();
            found.candidates.extend(other.filter(|other| !other.is_hide_set()).map(|other| {
                (other.get_name().to_owned(), other.get_about().map(ToString::to_string).unwrap_or_default())
            }));
            // As kubectl logs does: behind a type there is more to come.
            if !any(&found) {
                found.directive |= NO_SPACE;
            }
            found.candidates.extend(targets::types().map(|name| (format!("{name}/"), String::new())));
            Some(found)
        }
        ([kind], None) if targets::kind(kind).is_some() => {
            Some(Answer::names(names(&connect(words).await?, kind).await?))
        }
        _ => Some(Answer { directive: NO_FILES, ..Answer::default() }),
    }
}

/// The names of the objects of a type.
async fn names(cluster: &Cluster, word: &str) -> Option<Vec<String>> {
    match targets::kind(word)? {
        Type::Pod => {
            let found = cluster.pods().list_metadata(&ListParams::default().limit(MOST)).await.ok()?;
            Some(found.items.iter().map(ResourceExt::name_any).collect())
        }
        Type::Workload(kind) => targets::names(cluster, kind, MOST).await,
    }
}

/// The containers of what is named on the line.
async fn containers(words: &[String]) -> Option<Answer> {
    let mut command = Args::command();
    command.build();
    let before = &words[..words.len().saturating_sub(1)];
    // The flag's value may be a word of its own, which is still open then.
    let named = [&[""][..], &[".", ""]].iter().find_map(|rest| {
        let line: Vec<String> = before.iter().cloned().chain(rest.iter().map(ToString::to_string)).collect();
        match next(&command, &line) {
            Next::Word(_, named) => Some(named.into_iter().map(str::to_owned).collect::<Vec<_>>()),
            _ => None,
        }
    })?;
    let wanted = TargetQuery::new(&named, None).ok()?;
    let cluster = connect(words).await?;
    let pods = targets::pods(&cluster, &wanted, PodChoice::One, false, &Steps::new(true)).await.ok()?;
    let spec = pods.first().and_then(|pod: &Pod| pod.spec.as_ref())?;
    let all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    Some(Answer::of(
        all.map(|container| (container.name.clone(), container.image.clone().unwrap_or_default())),
    ))
}

/// The flags of the line that say which cluster.
fn arguments(words: &[String]) -> ClusterArgs {
    let before = &words[..words.len().saturating_sub(1)];
    let line = std::iter::once("kubectl-strace").chain(before.iter().map(String::as_str));
    let matches = Args::command().ignore_errors(true).try_get_matches_from(line);
    matches.ok().and_then(|matches| ClusterArgs::from_arg_matches(&matches).ok()).unwrap_or_default()
}

async fn connect(words: &[String]) -> Option<Cluster> {
    Cluster::connect(&ClusterSource::read(&arguments(words)), PATIENCE, &Steps::new(true)).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    fn place(line: &str) -> String {
        let mut command = Args::command();
        command.build();
        let line = words(line);
        match next(&command, &line) {
            Next::Value(arg, before, value) => format!("{} {before}|{value}", arg.get_id()),
            Next::Flag(_) => "flag".into(),
            Next::Word(_, named) => named.join(" ") + "|",
            Next::Foreign => "foreign".into(),
        }
    }

    #[test]
    fn the_place_on_the_line_is_found() {
        for (line, at) in [
            ("", "|"),
            ("api ", "api|"),
            ("deploy ap", "deploy|"),
            ("-n ", "namespace |"),
            ("-n de", "namespace |de"),
            ("-nde", "namespace -n|de"),
            ("--namespace=de", "namespace --namespace=|de"),
            ("--insecure-skip-tls-verify ap", "|"),
            ("-ffttTye trace=op", "expressions |trace=op"),
            ("-ffttTyetrace=op", "expressions -ffttTye|trace=op"),
            ("-n x api -c ", "containers |"),
            ("-f", "flag"),
            ("--", "flag"),
            ("api -- l", "foreign"),
        ] {
            assert_eq!(place(line), at, "{line}");
        }
    }

    async fn text(line: &str) -> String {
        complete(&words(line)).await
    }

    #[tokio::test]
    async fn calls_classes_and_values_are_offered() {
        assert!(text("-e ").await.starts_with("trace=\t"), "{}", text("-e ").await);
        let said = text("-e trace=openat,clo").await;
        assert!(said.contains("trace=openat,close\n") && !said.contains("trace=openat,read\n"), "{said}");
        assert!(said.ends_with(":6\n"), "{said}");
        assert!(
            text("-e trace=!%ne").await.contains("trace=!%network\tclass"),
            "{}",
            text("-e trace=!%ne").await
        );
        assert!(text("-etrace=opena").await.contains("-etrace=openat\n"));
        assert_eq!(text("--profile pt").await.lines().next().unwrap().split('\t').next(), Some("ptrace"));
        assert_eq!(text("--out ").await, ":16\n");
        assert_eq!(text("--custom ").await, ":0\n");
        assert_eq!(text("replay -tt one.rec ").await, ":0\n");
        assert_eq!(text("api --record ").await, ":0\n");
        assert_eq!(text("-s ").await, ":4\n");
        let flags = text("--follow-f").await;
        assert!(flags.starts_with("--follow-forks\t") && flags.ends_with(":4\n"), "{flags}");
    }
}
