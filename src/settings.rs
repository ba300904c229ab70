//! The configuration file: what stands for flags that are not typed. Flags come before the environment, the environment
//! before the file, the file before what is built in; in the file, a namespace comes before a context, a context before
//! the rest.

use crate::{
    cli::{self, Args},
    cluster::{ClusterSource, DeniedNamespace},
    refusal::{self, Refusal},
    targets::near,
};
use clap::ValueEnum;
use serde::Deserialize;
use serde_saphyr::{Error, Spanned};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Names the file in place of the usual one; empty for none.
pub const VARIABLE: &str = "KUBECTL_STRACE_CONFIG";
/// Where it is within the directory for configuration.
const FILE: &str = "kubectl-strace/config.yaml";

/// A configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// For everything.
    defaults: Section,
    /// For one context of the kubeconfig.
    contexts: BTreeMap<String, Section>,
    /// For one namespace.
    namespaces: BTreeMap<String, Section>,
}

/// What can be set.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Section {
    image: Option<Spanned<String>>,
    image_pull_policy: Option<Spanned<String>>,
    profile: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
    timeout: Option<Spanned<String>>,
    color: Option<Spanned<String>>,
    /// Namespaces in which nothing is traced from here; `*` for all.
    deny_namespaces: Vec<Spanned<String>>,
}

/// Fills in what was not typed, and says which namespaces must not be traced: whoever connects refuses them.
///
/// # Errors
/// The file cannot be understood.
pub fn apply(args: &mut Args, source: &mut ClusterSource) -> Result<(), Refusal> {
    let Some((path, text)) = read(|name| std::env::var_os(name))? else { return Ok(()) };
    let settings = parse(&path, &text)?;
    let known = source.known();
    source.deny(settings.apply(args, &path, known.context.as_deref(), &known.namespace)?);
    Ok(())
}

impl Settings {
    fn apply(
        &self,
        args: &mut Args,
        path: &Path,
        context: Option<&str>,
        namespace: &str,
    ) -> Result<Vec<DeniedNamespace>, Refusal> {
        // The first that says something counts.
        let of_context = context.and_then(|context| self.contexts.get(context));
        let sections: Vec<&Section> =
            self.namespaces.get(namespace).into_iter().chain(of_context).chain([&self.defaults]).collect();
        // The other subcommands show who traces, or end it: they stay possible.
        let tracing = args.command.as_ref().is_none_or(cli::Command::looks);
        let denied = sections.iter().filter(|_| tracing).flat_map(|section| &section.deny_namespaces);
        let denied = denied.map(|name| DeniedNamespace {
            name: name.value.clone(),
            cause: format!("{}, line {}, has it among denyNamespaces", path.display(), name.defined.line()),
            fix: format!(
                "take it out of there, or do without the file for once: {VARIABLE}= kubectl strace ..."
            ),
        });
        let denied = denied.collect();
        let found = |id: &str, field: fn(&Section) -> &Option<Spanned<String>>| {
            (!args.given.contains(id))
                .then(|| sections.iter().find_map(|section| field(section).as_ref()))
                .flatten()
        };
        let (image, pull, profile, place, timeout, color) = (
            found("image", |section| &section.image),
            found("image_pull_policy", |section| &section.image_pull_policy),
            found("profile", |section| &section.profile),
            found("place", |section| &section.place),
            found("timeout", |section| &section.timeout),
            found("color", |section| &section.color),
        );
        let tracer = &mut args.tracer;
        if let Some(image) = image {
            tracer.image.clone_from(&image.value);
        }
        set(path, pull, |pull| tracer.image_pull_policy = Some(pull))?;
        set(path, profile, |profile| tracer.profile = profile)?;
        set(path, place, |place| tracer.place = place)?;
        set(path, color, |color| args.output.color = color)?;
        if let Some(found) = timeout {
            tracer.timeout = cli::duration(&found.value).map_err(|why| wrong(path, found, &why))?;
        }
        Ok(denied)
    }
}

fn set<T: ValueEnum>(
    path: &Path,
    found: Option<&Spanned<String>>,
    set: impl FnOnce(T),
) -> Result<(), Refusal> {
    let Some(found) = found else { return Ok(()) };
    let value = T::from_str(&found.value, false).map_err(|_| {
        let names: Vec<_> = T::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<_> = names.iter().map(clap::builder::PossibleValue::get_name).collect();
        wrong(path, found, &format!("it must be one of {}", names.join(", ")))
    })?;
    set(value);
    Ok(())
}

fn wrong(path: &Path, found: &Spanned<String>, why: &str) -> Refusal {
    refusal::usage(format!("{}, line {}: '{}': {why}", path.display(), found.defined.line(), found.value))
}

/// The file, if there is one.
fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<(PathBuf, String)>, Refusal> {
    let named = variable(VARIABLE);
    let path = match &named {
        Some(path) if path.is_empty() => return Ok(None),
        Some(path) => PathBuf::from(path),
        None => {
            let base = variable("XDG_CONFIG_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
            let base = base.or_else(|| variable("APPDATA").filter(|_| cfg!(windows)).map(PathBuf::from));
            let Some(base) = base.or_else(|| std::env::home_dir().map(|home| home.join(".config"))) else {
                return Ok(None);
            };
            base.join(FILE)
        }
    };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(None),
        Err(error) => {
            Err(refusal::usage(format!("the configuration file {} cannot be read", path.display()))
                .cause(error.to_string())
                .fix(match named {
                    Some(_) => format!("{VARIABLE} names it; see whether it is there"),
                    None => format!("make it readable, or do without it: {VARIABLE}= kubectl strace ..."),
                }))
        }
    }
}

fn parse(path: &Path, text: &str) -> Result<Settings, Refusal> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Settings::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(String::new(), |location| format!(", line {}", location.line()));
        let here = format!("{}{line}", path.display());
        match error.without_snippet() {
            Error::SerdeUnknownField { field, expected, .. } => {
                let refusal = refusal::usage(format!("{here}: there is no setting '{field}'"));
                match near(field, expected.iter().copied()).as_slice() {
                    [] => refusal.fix(format!("there are {}", expected.join(", "))),
                    near => refusal.fix(format!("did you mean {}?", near.join(" or "))),
                }
            }
            error => refusal::usage(format!("{here}: the configuration cannot be understood"))
                .cause(error.to_string()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Profile, TracerPlace};

    const TEXT: &str = "
defaults:
  image: registry.test/tracer@sha256:0
  profile: unprivileged
  timeout: 2m
  denyNamespaces: [kube-system]
contexts:
  production:
    profile: ptrace
    place: agent
    denyNamespaces: [payments]
namespaces:
  lab: {profile: file-capability}
";

    fn applied(line: &str, context: &str, namespace: &str) -> (Args, Vec<DeniedNamespace>) {
        let line = std::iter::once("x").chain(line.split_whitespace()).map(Into::into);
        let mut args = cli::parse(line).unwrap();
        let path = Path::new("c.yaml");
        let denied = parse(path, TEXT).unwrap().apply(&mut args, path, Some(context), namespace).unwrap();
        (args, denied)
    }

    #[test]
    fn what_is_nearer_comes_first() {
        let (args, _) = applied("api", "dev", "default");
        assert_eq!(args.tracer.image, "registry.test/tracer@sha256:0");
        assert_eq!((args.tracer.profile, args.tracer.place), (Profile::Unprivileged, TracerPlace::Auto));
        assert_eq!(args.tracer.timeout.as_secs(), 120);
        let (args, _) = applied("api --timeout 5s --image x", "production", "default");
        assert_eq!((args.tracer.profile, args.tracer.place), (Profile::Ptrace, TracerPlace::Agent));
        assert_eq!((args.tracer.image.as_str(), args.tracer.timeout.as_secs()), ("x", 5));
        let (args, _) = applied("api --place target", "production", "lab");
        assert_eq!((args.tracer.profile, args.tracer.place), (Profile::FileCapability, TracerPlace::Target));
    }

    #[test]
    fn namespaces_can_be_denied() {
        let denied = |line, context| {
            let (_, denied) = applied(line, context, "default");
            denied.into_iter().map(|denied| (denied.name, denied.cause)).collect::<Vec<_>>()
        };
        let system = ("kube-system".to_owned(), "c.yaml, line 6, has it among denyNamespaces".to_owned());
        assert_eq!(denied("api", "dev"), std::slice::from_ref(&system));
        assert_eq!(denied("-l app=x -- ls", "dev"), [system]);
        let names: Vec<_> = denied("api", "production").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["payments", "kube-system"]);
        assert!(denied("status", "production").is_empty());
    }

    #[test]
    fn mistakes_are_met_with_their_line() {
        let said = |text: &str| {
            let path = Path::new("c.yaml");
            let mut args = cli::parse(["x", "api"].map(Into::into)).unwrap();
            let refusal = match parse(path, text) {
                Ok(settings) => settings.apply(&mut args, path, None, "default").unwrap_err(),
                Err(refusal) => refusal,
            };
            assert_eq!(refusal.code(), refusal::USAGE);
            refusal.to_string()
        };
        let unknown = said("defaults:\n  imagge: x\n");
        assert!(unknown.contains("c.yaml, line 2: there is no setting 'imagge'"), "{unknown}");
        assert!(unknown.contains("did you mean image?"), "{unknown}");
        let unknown = said("whatever: {}\n");
        assert!(unknown.contains("there are defaults, contexts, namespaces"), "{unknown}");
        let value = said("defaults:\n  place: moon\n");
        assert!(value.contains("line 2: 'moon': it must be one of auto, target, agent"), "{value}");
        assert!(said("defaults:\n\n  timeout: soon\n").contains("line 3: 'soon'"));
        assert!(said("defaults: [").contains("cannot be understood"));
        assert!(parse(Path::new("c"), "# nothing yet\n").is_ok());
    }

    #[test]
    fn the_file_is_where_the_environment_says() {
        let dir = std::env::temp_dir().join(format!("kubectl-strace-settings-{}", std::process::id()));
        fs::create_dir_all(dir.join("kubectl-strace")).unwrap();
        fs::write(dir.join(FILE), "one").unwrap();
        let with = |name: &'static str, value: &Path| {
            let value = value.as_os_str().to_owned();
            move |asked: &str| (asked == name).then(|| value.clone())
        };
        assert_eq!(read(with("XDG_CONFIG_HOME", &dir)).unwrap().unwrap().1, "one");
        assert_eq!(read(with(VARIABLE, &dir.join(FILE))).unwrap().unwrap().1, "one");
        assert!(read(with(VARIABLE, Path::new(""))).unwrap().is_none());
        assert!(read(with("XDG_CONFIG_HOME", &dir.join("no"))).unwrap().is_none());
        assert!(read(with(VARIABLE, &dir.join("no"))).is_err(), "one that is named must be there");
        fs::remove_dir_all(dir).unwrap();
    }
}
