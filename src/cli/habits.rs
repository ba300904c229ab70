//! Flags that users know from kubectl and strace but that this plugin lacks, and what to use instead. clap's own tip
//! is the flag with the nearest name, which may do something else altogether.

use clap::{
    Command,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

/// Letters of strace that this plugin lacks: what they do there, and why they are not here.
const OF_STRACE: &[(&str, &str)] = &[
    ("-D", "-D runs the tracer as a grandchild of the shell; here it never runs under the shell"),
    ("-E", "-E sets a variable of the command: say -- env NAME=VALUE COMMAND"),
    ("-I", "-I chooses the signals that end a trace; here Ctrl-C always does, and the target runs on"),
    ("-k", "-k prints stack traces: this tracer has no unwinder"),
    ("-u", "-u runs the command as another user: it runs as kubectl exec would run it"),
];

const NO_PAST: &str = "a trace begins now, and there are no earlier calls to show";

/// Flags of `kubectl logs`, `exec`, `get` and `debug` that this plugin lacks.
const OF_KUBECTL: &[(&str, &str, &str)] = &[
    ("--tail", "kubectl logs", NO_PAST),
    ("--since", "kubectl logs", NO_PAST),
    ("--since-time", "kubectl logs", NO_PAST),
    (
        "--previous",
        "kubectl logs",
        "a container that has ended cannot be traced; --follow-restarts goes on after the container's restart",
    ),
    (
        "--follow",
        "kubectl logs",
        "a trace goes on until Ctrl-C; -f (--follow-forks) is strace's, and traces the children of -p PID or of a command",
    ),
    (
        "--prefix",
        "kubectl logs",
        "where several pods or containers are traced, each line begins with their names",
    ),
    ("--limit-bytes", "kubectl logs", "--max-bytes SIZE ends the trace"),
    ("--ignore-errors", "kubectl logs", "a pod that cannot be traced is named, and the others are traced"),
    ("--max-log-requests", "kubectl logs", "--max-pods NUMBER bounds --all-pods"),
    ("--insecure-skip-tls-verify-backend", "kubectl logs", "nothing is read from the kubelet"),
    (
        "--pod-running-timeout",
        "kubectl",
        "--wait waits for a pod that does not run yet, --timeout TIME says how long",
    ),
    ("--stdin", "kubectl exec", "a command (-- PROGRAM) always has your input"),
    ("--tty", "kubectl exec", "a command (-- PROGRAM) has no terminal; its input and output are yours"),
    ("--filename", "kubectl exec", "name the pod, or something that has pods: deploy/NAME"),
    (
        "--all-namespaces",
        "kubectl get",
        "pods of one namespace are traced: -n NAME; kubectl strace status -A looks at all",
    ),
    ("--watch", "kubectl get", "a trace goes on until Ctrl-C"),
    ("--field-selector", "kubectl get", "choose pods by their labels: -l SELECTOR"),
    ("--target", "kubectl debug", "choose the container with -c NAME"),
    ("--copy-to", "kubectl debug", "the pod itself is traced, never a copy of it"),
    ("--share-processes", "kubectl debug", "the tracer always comes into the container's PID namespace"),
];

/// Flags that must not be suggested for a similar name: they change what is done, or how safe it is.
const NOT_A_TIP: &[&str] = &[
    "--in-place",
    "--dry-run",
    "--version",
    "--help",
    "--all-pods",
    "--all-containers",
    "--follow-restarts",
    "--force",
    "--keep-going",
    "--allow-tampering",
    "--insecure-skip-tls-verify",
    "--all",
];

/// Adds to an error of the command line what this plugin knows about it.
pub fn explain(command: &mut Command, mut error: Error) -> Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg).cloned() else { return error };
    let flag = typed.split(['=', ' ']).next().unwrap_or_default().to_owned();
    match error.kind() {
        ErrorKind::UnknownArgument => {
            if let Some((_, why)) = OF_STRACE.iter().find(|(letter, _)| *letter == flag) {
                return command
                    .error(ErrorKind::UnknownArgument, format!("not in kubectl strace: strace's {why}"));
            }
            if let Some((_, whose, instead)) = OF_KUBECTL.iter().find(|(name, ..)| *name == flag) {
                return command.error(
                    ErrorKind::UnknownArgument,
                    format!("not in kubectl strace: {flag} is a flag of {whose}; {instead}"),
                );
            }
            let near = match error.get(ContextKind::SuggestedArg) {
                Some(ContextValue::String(near)) => near.split(['=', ' ', '[']).next().unwrap_or_default(),
                _ => "",
            };
            if NOT_A_TIP.contains(&near) {
                return command
                    .error(ErrorKind::UnknownArgument, format!("unexpected argument '{flag}' found"));
            }
            // clap suggests `-- FLAG`, which would run a program of that name in the pod.
            error.insert(ContextKind::Suggested, ContextValue::None);
            error
        }
        // A flag that needs a value stands at the end, or before another flag.
        ErrorKind::InvalidValue
            if flag == "--container"
                && matches!(error.get(ContextKind::InvalidValue), Some(ContextValue::String(value)) if value.is_empty()) =>
        {
            command.error(
                ErrorKind::InvalidValue,
                "-c names a container here, as in kubectl: -c NAME. strace's -c, a table of counts, is --summary-only",
            )
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Args, parse};
    use clap::CommandFactory;

    fn said(line: &str) -> String {
        let words = std::iter::once("kubectl-strace").chain(line.split_whitespace()).map(Into::into);
        parse(words).unwrap_err().to_string()
    }

    #[test]
    fn flags_of_kubectl_are_explained() {
        for (line, says) in [
            ("api --tail=5", "--tail is a flag of kubectl logs; a trace begins now"),
            ("api --since 5m", "--since is a flag of kubectl logs; a trace begins now"),
            ("api --previous", "--follow-restarts goes on after the container's restart"),
            ("api --stdin -- sh", "a command (-- PROGRAM) always has your input"),
            ("api --all-namespaces", "-n NAME"),
        ] {
            let said = said(line);
            assert!(said.contains(says) && said.contains("not in kubectl strace"), "{line}: {said}");
            assert!(!said.contains("tip:"), "{line}: {said}");
        }
    }

    #[test]
    fn explained_flags_do_not_exist() {
        let command = Args::command();
        let there: Vec<_> =
            command.get_arguments().filter_map(clap::Arg::get_long_and_visible_aliases).flatten().collect();
        for (name, ..) in OF_KUBECTL {
            assert!(!there.contains(&name.trim_start_matches("--")), "{name} is a flag of this plugin");
        }
        for name in NOT_A_TIP {
            let known = there.contains(&name.trim_start_matches("--"));
            assert!(
                known || ["--help", "--version", "--all"].contains(name),
                "{name} is not a flag of this plugin"
            );
        }
    }

    #[test]
    fn a_tip_runs_no_program_and_changes_no_mode() {
        for line in ["api --in-plase", "api --dry-rnu", "api --forse", "api --allow-tamper", "api -j"] {
            let said = said(line);
            assert!(!said.contains("tip:") && !said.contains("-- -"), "{line}: {said}");
        }
        let said = said("api --string-limt 5");
        assert!(
            said.contains("'--string-limit'"),
            "a harmless flag with a similar name is suggested: {said}"
        );
    }

    #[test]
    fn a_bare_c_is_straces() {
        for line in ["api -c", "api -e openat -c"] {
            let said = said(line);
            assert!(said.contains("strace's -c, a table of counts, is --summary-only"), "{line}: {said}");
        }
    }
}
