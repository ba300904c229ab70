//! The manual page, kubectl-strace(1), and docs/reference.md, generated from the same source as `--help`.

use crate::{
    cli::{self, Args},
    plan::modes,
    settings,
};
use clap::CommandFactory;
use clap_mangen::{
    Man,
    roff::{Roff, roman},
};
use std::io::{self, Write};

/// The hidden argument that prints the manual page.
pub const WORD: &str = "__man";
/// The hidden argument that prints docs/reference.md.
pub const REFERENCE: &str = "__reference";

/// Environment variables, and what they are for.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("KUBECONFIG", "Kubeconfig files, separated by colons (on Windows by semicolons); they are merged."),
    (
        "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
        "Proxy to the API server (and, for kubectl, to a provider of OIDC tokens), and for which hosts there is none.",
    ),
    (
        settings::VARIABLE,
        "Configuration file in place of ~/.config/kubectl-strace/config.yaml; empty for none.",
    ),
    ("KUBECTL_STRACE_IMAGE", "The same as --image."),
    ("KUBECTL_STRACE_IMAGE_PULL_POLICY", "The same as --image-pull-policy."),
    ("KUBECTL_STRACE_PROFILE", "The same as --profile."),
    ("KUBECTL_STRACE_PLACE", "The same as --place."),
    ("KUBECTL_STRACE_TIMEOUT", "The same as --timeout."),
    ("NO_COLOR", "If it is not empty, nothing is coloured unless --color says so."),
    ("XDG_CONFIG_HOME", "Directory for configuration in place of ~/.config."),
];

/// Exit statuses, and what they mean.
pub const EXIT: &[(&str, &str)] = &[
    ("0", "The trace is complete."),
    ("1", "It is not, or there was none; the last lines on stderr say why, and what to do."),
    ("2", "The command line or the configuration file is wrong; nothing was sent to the cluster."),
    ("130", "Interrupted before the trace began, or twice."),
];

/// Writes the manual page.
///
/// # Errors
/// It cannot be written.
pub fn write(to: &mut dyn Write) -> io::Result<()> {
    // A kubectl plugin has a page of its own: man kubectl-strace.
    let command = Args::command().bin_name("kubectl-strace").after_help("").after_long_help("");
    let man = Man::new(command).title("KUBECTL-STRACE").manual("kubectl plugins");
    man.render_title(to)?;
    man.render_name_section(to)?;
    man.render_synopsis_section(to)?;
    man.render_description_section(to)?;
    man.render_options_section(to)?;
    section(to, "ENVIRONMENT", ENVIRONMENT)?;
    section(
        to,
        "FILES",
        &[(
            "~/.config/kubectl-strace/config.yaml",
            "Defaults for flags, for contexts and for namespaces; see docs/reference.md.",
        )],
    )?;
    section(to, "EXIT STATUS", EXIT)?;
    section(to, "SEE ALSO", &[("strace(1), kubectl(1)", "The letters and the notation are those of strace.")])
}

fn section(to: &mut dyn Write, title: &str, entries: &[(&str, &str)]) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (name, about) in entries {
        roff.control("TP", []);
        roff.text([clap_mangen::roff::bold(*name)]);
        roff.text([roman(*about)]);
    }
    roff.to_writer(to)
}

/// docs/reference.md: every flag, environment variable, setting and exit status.
pub fn reference() -> String {
    let mut command = Args::command();
    command.build();
    let mut text = String::from(
        "# Reference\n\nEvery flag, environment variable, setting and exit status. Made from the program itself by \
         `make reference`; a test\nholds the two together. strace(1) explains the letters.\n",
    );
    flags(&mut text, "kubectl strace", &command);
    for other in command.get_subcommands().filter(|other| !other.is_hide_set()) {
        let about = other.get_about().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("\n## kubectl strace {}\n\n{about}.\n", other.get_name()));
        flags(&mut text, other.get_name(), other);
    }
    modes(&mut text, &command);
    table(&mut text, "Environment", ["variable", "meaning"], ENVIRONMENT);
    text.push_str(SETTINGS);
    table(&mut text, "Exit status", ["status", "meaning"], EXIT);
    text
}

/// The flags of a command, under the headings that they have in its help.
fn flags(text: &mut String, name: &str, command: &clap::Command) {
    let is_root = command.get_name() == "kubectl-strace";
    let mut headings: Vec<Option<&str>> = Vec::new();
    let shown =
        |arg: &&clap::Arg| !arg.is_hide_set() && !arg.is_positional() && (is_root || !arg.is_global_set());
    for arg in command.get_arguments().filter(shown) {
        if !headings.contains(&arg.get_help_heading()) {
            headings.push(arg.get_help_heading());
        }
    }
    for heading in headings {
        let level = if is_root { "##" } else { "###" };
        text.push_str(&format!("\n{level} {}\n\n", heading.unwrap_or(if is_root { "Other" } else { name })));
        text.push_str("| flag | meaning |\n| --- | --- |\n");
        for arg in command.get_arguments().filter(shown).filter(|arg| arg.get_help_heading() == heading) {
            let names =
                [arg.get_short().map(|c| format!("-{c}")), arg.get_long().map(|long| format!("--{long}"))];
            let names: Vec<String> = names.into_iter().flatten().collect();
            let takes = arg.get_action().takes_values();
            let value = arg.get_value_names().filter(|_| takes).and_then(<[_]>::first);
            let value = value.map_or(String::new(), |value| format!(" {value}"));
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let mut meaning = help.split_whitespace().collect::<Vec<_>>().join(" ");
            let possible = arg.get_possible_values();
            if takes && !possible.is_empty() && arg.get_long() != Some("insecure-skip-tls-verify") {
                let names: Vec<_> = possible.iter().map(|value| format!("`{}`", value.get_name())).collect();
                meaning.push_str(&format!(". One of {}", names.join(", ")));
            }
            let defaults: Vec<_> =
                arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
            // The default image depends on the build.
            if takes
                && !defaults.is_empty()
                && !arg.is_hide_default_value_set()
                && arg.get_long() != Some("image")
            {
                meaning.push_str(&format!(". Default: `{}`", defaults.join(" ")));
            }
            let meaning = meaning.replace('|', "\\|");
            text.push_str(&format!("| `{}{value}` | {meaning} |\n", names.join("`, `")));
        }
    }
}

/// What is refused in which mode.
fn modes(text: &mut String, command: &clap::Command) {
    text.push_str(
        "\n## Modes\n\nA flag is honoured or refused by name, before anything is sent to the cluster. `--dry-run` takes the flags \
         of the trace, too: their\nvalues are checked, and that is all. These are refused:\n\n\
         | flag | with | why |\n| --- | --- | --- |\n",
    );
    for (id, mode, why) in modes::refusals() {
        let name =
            command.get_arguments().find(|arg| arg.get_id() == id).map(cli::name_of).unwrap_or_default();
        text.push_str(&format!("| `{name}` | {mode} | {why} |\n"));
    }
}

fn table(text: &mut String, title: &str, head: [&str; 2], rows: &[(&str, &str)]) {
    text.push_str(&format!("\n## {title}\n\n| {} | {} |\n| --- | --- |\n", head[0], head[1]));
    for (name, about) in rows {
        text.push_str(&format!("| `{}` | {about} |\n", name.replace(", ", "`, `")));
    }
}

const SETTINGS: &str = "
## Configuration file

`~/.config/kubectl-strace/config.yaml`, or what `KUBECTL_STRACE_CONFIG` names. Flags come before the environment, the
environment before the file; in the file a namespace comes before a context, a context before `defaults`. What it does
not know is an error.

```yaml
defaults:
  image: registry.example/kubectl-strace/tracer@sha256:...   # as --image
  imagePullPolicy: IfNotPresent                              # as --image-pull-policy
  profile: auto                                              # as --profile
  place: auto                                                # as --place
  timeout: 60s                                               # as --timeout
  color: auto                                                # as --color
  denyNamespaces: [kube-system]                              # not to be traced from here; '*' for all
contexts:
  production:                                                # a context of the kubeconfig
    profile: unprivileged
    denyNamespaces: [payments]
namespaces:
  batch:
    place: agent
```
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_up_to_date() {
        let page = include_str!("../docs/reference.md");
        assert!(page == reference(), "docs/reference.md is not what the program says: run make reference");
    }

    #[test]
    fn it_has_every_flag_and_status() {
        let mut page = Vec::new();
        write(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap().replace("\\-", "-");
        for part in
            [".TH", "--request-timeout", "--profile", "ENVIRONMENT", "KUBECTL_STRACE_CONFIG", "EXIT STATUS"]
        {
            assert!(page.contains(part), "{part}");
        }
    }
}
