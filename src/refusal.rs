//! Everything that can stop a trace: what was wrong, who said so, and what to do next, in one place.

pub mod token;

use crate::privilege::Privilege;
use kube::{config::ExecConfig, core::Status};
use std::{fmt, time::Duration};
use wire::text::plain;

/// The role that this plugin needs, printed if a right is missing.
const ROLE: &str = include_str!("../manifests/rbac.yaml");

/// Why there is no trace, or no complete one, or why another command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    what: String,
    causes: Vec<String>,
    fixes: Vec<String>,
    /// Text to copy as it is.
    recipe: Option<String>,
    code: u8,
}

/// The exit status of a trace that did not happen or is not complete.
pub const INCOMPLETE: u8 = 1;
/// The exit status of a command line that is wrong.
pub const USAGE: u8 = 2;
/// The exit status of a run that was interrupted before it traced, or twice: 128 + SIGINT.
pub const INTERRUPTED: u8 = 130;

impl Refusal {
    /// Something is wrong.
    pub fn new(what: impl Into<String>) -> Refusal {
        Refusal { what: what.into(), causes: Vec::new(), fixes: Vec::new(), recipe: None, code: INCOMPLETE }
    }

    /// Who said so, or where it comes from.
    pub fn cause(mut self, cause: impl Into<String>) -> Refusal {
        self.causes.push(cause.into());
        self
    }

    /// What to do next.
    pub fn fix(mut self, fix: impl Into<String>) -> Refusal {
        self.fixes.push(fix.into());
        self
    }

    /// What is wrong and why, in one line.
    pub fn in_short(&self) -> String {
        std::iter::once(&self.what).chain(&self.causes).map(String::as_str).collect::<Vec<_>>().join(": ")
    }

    /// What is wrong, without its reasons.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The status to exit with.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |separator: &str, title: &str, text: &str| {
            let mut lines = text.lines();
            write!(f, "{separator}{title:<7}{}", plain(lines.next().unwrap_or_default()))?;
            lines.try_for_each(|line| write!(f, "\n       {}", plain(line)))
        };
        part("", "error:", &self.what)?;
        for cause in &self.causes {
            part("\n", "cause:", cause)?;
        }
        for fix in &self.fixes {
            part("\n", "fix:", fix)?;
        }
        match &self.recipe {
            Some(recipe) => write!(f, "\n\n{}", recipe.trim_end()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

// What is wrong before the cluster is asked.

/// The command line names something that does not exist.
pub fn usage(what: impl Into<String>) -> Refusal {
    Refusal { code: USAGE, ..Refusal::new(what) }
}

/// The user ended it before it began.
pub fn interrupted(left: Option<&str>) -> Refusal {
    let refusal = Refusal { code: INTERRUPTED, ..Refusal::new("interrupted before the trace began") };
    match left {
        Some(container) => refusal.cause(format!(
            "the tracer container {container} was already added; it ends by itself when it is not used"
        )),
        None => refusal,
    }
}

/// There is no usable cluster, for this reason.
pub fn no_cluster(why: impl Into<String>) -> Refusal {
    Refusal::new("no cluster to talk to: the kubeconfig and the flags do not lead to one").cause(why)
}

/// The namespace does not exist. `near`: names like it.
pub fn no_namespace(name: &str, near: &[&str]) -> Refusal {
    let refusal = Refusal::new(format!("there is no namespace {name}"));
    match near {
        [] => refusal.fix("see which there are: kubectl get namespaces"),
        near => refusal.fix(format!("did you mean -n {}?", near.join(" or -n "))),
    }
}

/// The user did not wait for the end.
pub fn interrupted_twice(most: Duration) -> Refusal {
    Refusal { code: INTERRUPTED, ..Refusal::new("interrupted twice: did not wait for strace to end") }
        .cause(format!("its shell ends it within {}", seconds(most)))
}

/// There is no usable kubeconfig.
pub fn kubeconfig(error: &kube::config::KubeconfigError) -> Refusal {
    use kube::config::KubeconfigError as E;
    let refusal = no_cluster(match error {
        E::LoadContext(name) => format!("it has no context {name}"),
        E::LoadClusterOfContext(name) => format!("it has no cluster {name}"),
        _ => chain(error),
    });
    match error {
        E::CurrentContextNotSet => refusal.fix(
            "choose a context: --context NAME, or kubectl config use-context NAME \
             (kubectl config get-contexts lists them)",
        ),
        E::LoadContext(_) => refusal.fix("kubectl config get-contexts lists the contexts"),
        E::LoadCertificateAuthority(_) | E::LoadClientCertificate(_) | E::LoadClientKey(_) => refusal,
        _ => refusal.fix(
            "name the file with --kubeconfig FILE or the variable KUBECONFIG; kubectl config view shows it",
        ),
    }
}

/// A client cannot be made from the kubeconfig.
pub fn client(error: &kube::Error, plugin: Option<&ExecConfig>) -> Refusal {
    use kube::client::AuthError;
    let command = plugin.and_then(|plugin| plugin.command.as_deref()).unwrap_or_default();
    let hint = plugin.and_then(|plugin| plugin.install_hint.as_deref());
    match error {
        kube::Error::Auth(AuthError::AuthExecStart(error)) => {
            let refusal = credential_plugin(command, hint).cause(error.to_string());
            match error.kind() {
                std::io::ErrorKind::NotFound if hint.is_none() => {
                    refusal.fix(format!("install {command}, or put it on the PATH"))
                }
                _ => refusal,
            }
        }
        // What it printed may be a credential, so only its stderr is shown.
        kube::Error::Auth(AuthError::AuthExecRun { out, .. }) => {
            let words = String::from_utf8_lossy(&out.stderr);
            let refusal = credential_plugin(command, hint).cause(format!("it ended with {}", out.status));
            if words.trim().is_empty() { refusal } else { refusal.cause(words.trim()) }
        }
        kube::Error::Auth(AuthError::AuthExecParse(_)) => {
            credential_plugin(command, hint).cause("what it printed is not an ExecCredential")
        }
        _ => Refusal::new("the kubeconfig's user or cluster cannot be used")
            .cause(chain(error))
            .fix("see whether kubectl itself gets through: kubectl version"),
    }
}

/// The kubeconfig's credential plugin gives no credentials.
pub fn credential_plugin(command: &str, hint: Option<&str>) -> Refusal {
    let refusal = Refusal::new(format!("the credential plugin {command} gives no credentials"));
    match hint {
        Some(hint) => refusal.fix(hint),
        None => refusal,
    }
}

/// The kubeconfig's OpenID Connect token cannot be used, and there is no other.
fn no_token(error: &token::Error) -> Refusal {
    let refusal = Refusal::new("the kubeconfig's OIDC token cannot be used").cause(error.to_string());
    if let token::Error::NoKubectl(_) = error {
        return refusal.fix("install kubectl, or put it on the PATH");
    }
    let refusal = refusal.fix(
        "log in again, the way that wrote the token into the kubeconfig, or choose another user with --user or --context",
    );
    match error.to_string().contains("certificate") {
        true => refusal.fix(
            "a provider whose certificate the system does not know: name its authority in the kubeconfig's auth-provider \
             (idp-certificate-authority: FILE), or with SSL_CERT_FILE=FILE",
        ),
        false => refusal,
    }
}

/// A command's program cannot be executed. `status`: what a shell would exit with.
pub fn not_run(status: u8, why: &str) -> Refusal {
    let refusal = Refusal { code: status, ..Refusal::new("the command was not run") }.cause(why);
    match status {
        126 => refusal,
        _ => refusal.fix(
            "name a program of the container's image, by its path if need be; kubectl debug --copy-to, or another \
             image, brings programs that this one does not have",
        ),
    }
}

// What the server says.

/// Why a server does not answer, in the words of the operating system or TLS. The layers above those only show how
/// kube and hyper are built.
fn why_unreachable(error: &kube::Error) -> String {
    let why = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let why: Vec<String> =
        why.map(ToString::to_string).filter(|why| !why.starts_with("client error")).collect();
    match why.join(": ").as_str() {
        "" => chain(error),
        "deadline has elapsed" => "no connection was made in time".to_owned(),
        why => why.to_owned(),
    }
}

/// The server does not answer.
fn unreachable(server: &str, error: &kube::Error) -> Refusal {
    let why = why_unreachable(error);
    let refusal = Refusal::new(format!("the API server {server} cannot be reached")).cause(why.as_str());
    if why.contains("not valid for name") {
        return refusal.fix(
            "see whether it is the right server; if it is known by another name, say which: --tls-server-name NAME",
        );
    }
    if why.contains("certificate") {
        return refusal.fix(
            "see whether the kubeconfig belongs to this cluster: its certificate-authority does not vouch for the server",
        );
    }
    refusal.fix(
        "see whether it is the right cluster (kubectl config current-context) and whether kubectl reaches it",
    )
}

/// A wait was longer than its limit.
pub fn timeout(what: &str, limit: Duration) -> Refusal {
    Refusal::new(format!("{what}: no answer within {}", seconds(limit)))
        .fix("try again, with a longer --timeout if the cluster is slow")
}

/// A request failed in a way that has no message of its own.
pub fn request(what: &str, server: &str, error: &kube::Error) -> Refusal {
    // The layer that asks for credentials wraps what went wrong in a service error.
    let mut causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    if let Some(error) = causes.find_map(|cause| cause.downcast_ref::<token::Error>()) {
        return no_token(error);
    }
    match error {
        kube::Error::Api(status) if status.code == 401 => {
            Refusal::new(format!("{what}: the API server does not accept your credentials"))
                .cause(said(status))
                .fix("log in again, or choose another user with --user or --context")
        }
        kube::Error::Api(status) => Refusal::new(what).cause(said(status)),
        kube::Error::Service(_) | kube::Error::HyperError(_) => unreachable(server, error),
        kube::Error::Auth(_) => client(error, None),
        _ => Refusal::new(what).cause(chain(error)),
    }
}

/// What the API server said, word for word.
pub fn said(status: &Status) -> String {
    let message = if status.message.is_empty() { &status.reason } else { &status.message };
    format!("the API server said: {message} ({})", status.code)
}

/// RBAC denies it.
///
/// `user` is who asks, if the server tells.
pub fn rbac(
    user: Option<&str>,
    verb: &str,
    resource: &str,
    namespace: &str,
    cause: Option<String>,
) -> Refusal {
    let mut refusal = Refusal::new(format!(
        "{} may not {verb} {resource} in namespace {namespace}, which kubectl strace needs to {}",
        user.unwrap_or("your user"),
        match resource {
            "pods/ephemeralcontainers" => "add the tracer container",
            "pods/exec" => "talk to the tracer",
            "pods" => "find the pod",
            _ => "find its pods",
        }
    ));
    refusal =
        refusal
            .cause(cause.unwrap_or_else(|| {
                "the API server's authorization (SelfSubjectAccessReview) says no".into()
            }));
    refusal = refusal.fix("have a cluster administrator apply this:");
    refusal.recipe = Some(recipe(user, namespace));
    refusal
}

/// The user in the API server's `User "alice" cannot patch resource ...`.
fn user_in(message: &str) -> Option<&str> {
    message.split_once("User \"").and_then(|(_, rest)| rest.split_once("\" cannot ")).map(|(user, _)| user)
}

fn recipe(user: Option<&str>, namespace: &str) -> String {
    let subject = match user {
        None => "--user=NAME".to_owned(),
        Some(user) => match user.strip_prefix("system:serviceaccount:") {
            Some(account) => format!("--serviceaccount={}", shell(account)),
            None => format!("--user={}", shell(user)),
        },
    };
    let role: String =
        ROLE.lines().filter(|line| !line.starts_with('#')).fold(String::new(), |all, line| all + line + "\n");
    format!(
        "kubectl apply -n {namespace} -f - <<'EOF'\n{role}EOF\n\
         kubectl create rolebinding kubectl-strace -n {namespace} --role=kubectl-strace {subject}"
    )
}

/// A word, quoted if a shell would not take it as it is.
fn shell(word: &str) -> String {
    if word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@".contains(c)) {
        word.to_owned()
    } else {
        format!("'{}'", plain(word).replace('\'', "'\\''"))
    }
}

const POD_SECURITY: &str = "violates PodSecurity";

/// Whether a policy refused the container, so that another one may be let in.
pub fn is_policy(status: &Status) -> bool {
    let message = &status.message;
    is_admission(message) || status.is_forbidden() && !message.contains("cannot patch resource")
}

fn is_admission(message: &str) -> bool {
    [POD_SECURITY, "admission webhook", "ValidatingAdmissionPolicy"].iter().any(|who| message.contains(who))
}

/// Policies refuse every container that could trace; `user` is the target's.
pub fn no_privilege(
    namespace: &str,
    pod: &str,
    refused: &[(Privilege, Box<Status>)],
    user: Option<i64>,
) -> Refusal {
    let level = |status: &Status| {
        let (_, rest) = status.message.split_once("violates PodSecurity \"")?;
        rest.split(':').next().map(str::to_owned)
    };
    let levels: Vec<_> = refused.iter().filter_map(|(_, status)| level(status)).collect();
    let mut refusal = Refusal::new(match levels.first() {
        Some(level) => {
            format!("Pod Security of namespace {namespace} (level {level}) does not let the tracer in")
        }
        None => format!("the tracer container could not be added to pod {pod}: a policy refuses it"),
    });
    for (privilege, status) in refused {
        refusal = refusal.cause(format!("as {} ({privilege}): {}", privilege.name(), said(status)));
    }
    // This rung is not chosen without asking if something is lost by it. It needs to know the target's user.
    let untried = refused.iter().all(|(privilege, _)| *privilege != Privilege::Unprivileged);
    if untried && user.is_some_and(|user| user != 0) {
        refusal = refusal.fix(
            "run again with --profile unprivileged: the target's own user and no capability. It has one price: a traced \
             process that executes a set-user-id program does not gain that user's privilege",
        );
    }
    if !levels.is_empty() {
        refusal = refusal
            .fix(format!(
                "let privileged containers into the namespace:\n\
                 kubectl label --overwrite namespace {namespace} pod-security.kubernetes.io/enforce=privileged\n\
                 and set the label back after the trace; running pods are not affected by it"
            ))
            .fix(
                "or trace a copy of the pod in a namespace that allows it, or ask the administrator to exempt your user \
                 (PodSecurityConfiguration: exemptions.usernames)",
            );
    }
    if refused.iter().any(|(_, status)| level(status).is_none()) {
        refusal = refusal.fix(
            "a policy of the cluster refused it: have its owner allow this image as an ephemeral container that adds \
             SYS_PTRACE and nothing else in this namespace (manifests/admission.yaml shows how)",
        );
    }
    refusal
}

/// The server refuses the ephemeral container.
pub fn not_added(
    namespace: &str,
    pod: &str,
    server: &str,
    privilege: Privilege,
    error: &kube::Error,
) -> Refusal {
    let what = format!("the tracer container could not be added to pod {pod}");
    let kube::Error::Api(status) = error else { return request(&what, server, error) };
    let message = &status.message;
    if status.is_forbidden() && message.contains("cannot patch resource") {
        return rbac(user_in(message), "patch", "pods/ephemeralcontainers", namespace, Some(said(status)));
    }
    if is_policy(status) {
        return no_privilege(namespace, pod, &[(privilege, status.clone())], None);
    }
    let refusal = Refusal::new(what).cause(said(status));
    match status.code {
        404 => refusal.fix(format!("the pod may just have been deleted: kubectl get pods -n {namespace}")),
        422 => refusal.fix(format!("see what the pod is: kubectl get pod {pod} -n {namespace} -o yaml")),
        _ => refusal,
    }
}

/// The server or the node refuses the exec.
pub fn no_exec(namespace: &str, container: &str, server: &str, error: &kube::Error) -> Refusal {
    let what = format!("the connection to the tracer container {container} could not be opened");
    match error {
        kube::Error::Api(status) if status.is_forbidden() && status.message.contains("cannot ") => {
            let verb = if status.message.contains("cannot get resource") { "get" } else { "create" };
            rbac(user_in(&status.message), verb, "pods/exec", namespace, Some(said(status)))
        }
        kube::Error::UpgradeConnection(_) => Refusal::new(what)
            .cause(chain(error))
            .cause("something between here and the API server does not let a WebSocket through")
            .fix("reach the API server without that proxy or gateway"),
        _ => request(&what, server, error),
    }
}

/// An error with all its causes, each named once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = error.source();
    }
    text
}

/// A time as text: `0.3 s`, `12 s`.
pub fn seconds(span: Duration) -> String {
    if span < Duration::from_secs(10) && span.subsec_millis() > 0 {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format!("{} s", span.as_secs())
    }
}

/// A size as text: `812 B`, `3 kB`, `1.5 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `1 thread`, `2 threads`.
pub fn count(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, reason: &str, message: &str) -> kube::Error {
        kube::Error::Api(Status::failure(message, reason).with_code(code).boxed())
    }

    #[test]
    fn a_refusal_says_what_why_and_what_next() {
        let refusal = Refusal::new("no\x1b[31m").cause("two\nlines").fix("this");
        assert_eq!(refusal.to_string(), "error: no\\u{1b}[31m\ncause: two\n       lines\nfix:   this");
    }

    #[test]
    fn what_a_policy_refuses_is_said_for_every_rung() {
        let status = |message: &str| Status::failure(message, "Forbidden").with_code(403).boxed();
        let level =
            "pods \"api\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true";
        let policy = "admission webhook \"x.y\" denied the request: no";
        let refused = [(Privilege::Ptrace, status(level)), (Privilege::FileCapability, status(policy))];
        let said = no_privilege("demo", "api", &refused, Some(7)).to_string();
        for part in [
            "level restricted",
            "as ptrace (root",
            "as file-capability",
            "--profile unprivileged",
            "admission.yaml",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        // It was tried already, or the target is root.
        assert!(
            !no_privilege("demo", "api", &refused, Some(0)).to_string().contains("--profile unprivileged")
        );
        let tried = [(Privilege::Unprivileged, status(level))];
        assert!(!no_privilege("demo", "api", &tried, Some(7)).to_string().contains("--profile unprivileged"));
        assert!(!is_policy(&status("User \"a\" cannot patch resource \"pods/ephemeralcontainers\"")));
    }

    #[test]
    fn pod_security_is_told_from_rbac() {
        let psa =
            "pods \"api\" is forbidden: violates PodSecurity \"baseline:latest\": non-default capabilities";
        let said = not_added("demo", "api", "s", Privilege::Ptrace, &api(403, "Forbidden", psa)).to_string();
        assert!(said.contains("level baseline") && said.contains(psa), "{said}");
        assert!(said.contains("kubectl label --overwrite namespace demo"), "{said}");

        let rbac = "pods \"api\" is forbidden: User \"alice\" cannot patch resource \"pods/ephemeralcontainers\" in API group \"\"";
        let said = not_added("demo", "api", "s", Privilege::Ptrace, &api(403, "Forbidden", rbac)).to_string();
        assert!(said.contains("alice may not patch pods/ephemeralcontainers in namespace demo"), "{said}");
        assert!(said.contains("kind: Role\n") && said.contains("--user=alice"), "{said}");
    }

    #[test]
    fn the_recipe_names_a_service_account_as_one() {
        assert!(
            recipe(Some("system:serviceaccount:ci:tracer"), "demo").ends_with("--serviceaccount=ci:tracer")
        );
        assert!(recipe(Some("o'neill; rm -rf"), "demo").ends_with(r"--user='o'\''neill; rm -rf'"));
    }
}
