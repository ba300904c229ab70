//! Somebody does not allow it: RBAC, Pod Security, a policy of the cluster. What to give to whom.

use super::{
    Refusal, chain,
    server::{request, said},
};
use crate::privilege::Privilege;
use kube::core::Status;
use wire::text::plain;

/// The role that this plugin needs, printed if a right is missing.
const ROLE: &str = include_str!("../../manifests/rbac.yaml");

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

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, reason: &str, message: &str) -> kube::Error {
        kube::Error::Api(Status::failure(message, reason).with_code(code).boxed())
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
