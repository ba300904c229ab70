//! The rights that the tracer gets in the pod: the least that suffice, chosen before anything is added, because an
//! ephemeral container can never be changed or removed.

use crate::{
    cli::Profile,
    privilege::Privilege,
    refusal::{self, Refusal},
    targets::Target,
};
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};
use kube::ResourceExt;
use serde_json::{Value, json};

/// The user of a tracer with [`Privilege::FileCapability`] if the target's user is unknown or root: "nobody" of most
/// distroless images.
const NONROOT: i64 = 65532;

/// What the target's container runs as, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    /// The user of its first process, and of everything that is exec'd into it.
    pub user: Option<i64>,
    /// The group.
    pub group: Option<i64>,
    /// Whether its processes cannot gain privileges by executing a file (`no_new_privs`).
    confined: bool,
    privileged: bool,
    app_armor: Option<Value>,
    se_linux: Option<Value>,
}

/// The annotation that names a container's AppArmor profile in clusters before 1.30.
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

impl Identity {
    /// The identity of the container to trace.
    pub fn of(pod: &Pod, target: &Target) -> Identity {
        let Some(spec) = &pod.spec else { return Identity::default() };
        let security = container(spec, &target.container).and_then(|c| c.security_context.clone());
        let security = security.unwrap_or_default();
        let of_pod = spec.security_context.clone().unwrap_or_default();
        let status = pod.status.iter().flat_map(|status| {
            let all = [&status.container_statuses, &status.init_container_statuses];
            all.into_iter().flatten().flatten()
        });
        // Kubernetes 1.33 and later report what the runtime really used, the image's own user included (KEP-3619).
        let reported = status
            .into_iter()
            .find(|status| status.name == target.container)
            .and_then(|status| status.user.as_ref()?.linux.as_ref());
        let annotated = pod.annotations().get(&format!("{APP_ARMOR}{}", target.container));
        let to_json = |value| serde_json::to_value(value).ok();
        Identity {
            user: reported.map(|user| user.uid).or(security.run_as_user).or(of_pod.run_as_user),
            group: reported.map(|user| user.gid).or(security.run_as_group).or(of_pod.run_as_group),
            confined: security.allow_privilege_escalation == Some(false),
            privileged: security.privileged == Some(true),
            app_armor: security
                .app_armor_profile
                .and_then(to_json)
                .or_else(|| annotated.and_then(|name| app_armor(name))),
            se_linux: security.se_linux_options.and_then(|options| serde_json::to_value(options).ok()),
        }
    }

    /// The same, with root for an unknown user, because most images that name no user run as root.
    pub fn or_root(self) -> Identity {
        Identity { user: self.user.or(Some(0)), ..self }
    }

    /// Whether it runs as root.
    fn is_root(&self) -> bool {
        self.user == Some(0)
    }

    /// Whether tracing can keep a process from gaining a privilege: under a tracer that could not trace the result,
    /// the kernel does not let a set-user-id program take effect (ptrace(2), execve(2)).
    pub fn can_lose(&self) -> bool {
        !self.confined && !self.is_root()
    }

    /// The security context of a tracer. The pod's settings would apply to it too, so every setting is explicit.
    pub fn security_context(&self, privilege: Privilege) -> Value {
        let user = match privilege {
            Privilege::Unprivileged => self.user,
            Privilege::Ptrace => Some(0),
            Privilege::FileCapability => self.user.filter(|user| *user != 0).or(Some(NONROOT)),
        };
        // The target's group goes with its user: a process that is exec'd into the target's container must share both
        // with ours (proc_pid_root(5)).
        let group = if user == self.user { self.group } else { None };
        let mut capabilities = json!({"drop": ["ALL"]});
        if privilege != Privilege::Unprivileged {
            capabilities["add"] = json!(["SYS_PTRACE"]);
        }
        let mut context = json!({
            "runAsUser": user,
            "runAsGroup": group.or(user),
            "runAsNonRoot": user != Some(0),
            "privileged": false,
            // no_new_privs would disable the file's capability too.
            "allowPrivilegeEscalation": privilege == Privilege::FileCapability,
            "readOnlyRootFilesystem": true,
            "capabilities": capabilities,
            "seccompProfile": {"type": "RuntimeDefault"},
        });
        // Both security modules check whether our label may trace the target's, and let equal labels trace each
        // other. A privileged container has no label.
        if self.privileged && privilege != Privilege::Unprivileged {
            context["appArmorProfile"] = json!({"type": "Unconfined"});
        } else if let Some(profile) = &self.app_armor {
            context["appArmorProfile"] = profile.clone();
        }
        if let Some(options) = &self.se_linux {
            context["seLinuxOptions"] = options.clone();
        }
        context
    }
}

fn container<'a>(spec: &'a PodSpec, name: &str) -> Option<&'a Container> {
    spec.containers.iter().chain(spec.init_containers.iter().flatten()).find(|c| c.name == name)
}

/// The field that replaces the old annotation.
fn app_armor(annotated: &str) -> Option<Value> {
    match annotated {
        "runtime/default" => Some(json!({"type": "RuntimeDefault"})),
        "unconfined" => Some(json!({"type": "Unconfined"})),
        other => other
            .strip_prefix("localhost/")
            .map(|profile| json!({"type": "Localhost", "localhostProfile": profile})),
    }
}

/// A rung that may serve, and the reason for its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The rung.
    pub privilege: Privilege,
    /// The reason, as text.
    pub why: String,
}

/// The rungs that may serve, in the order in which to try them.
///
/// # Errors
/// The requested rung is not possible.
pub fn candidates(profile: Profile, identity: &Identity, target: &Target) -> Result<Vec<Candidate>, Refusal> {
    let candidate = |privilege, why: &str| Candidate { privilege, why: why.to_owned() };
    let asked = |privilege| vec![candidate(privilege, "asked for by --profile")];
    Ok(match profile {
        Profile::Unprivileged if identity.user.is_none() => {
            return Err(refusal::usage(format!(
                "--profile unprivileged: the user of container {} is not known",
                target.container
            ))
            .cause("neither the pod's security contexts nor its status say who it is (its image does)")
            .fix("Kubernetes 1.33 and later report it; elsewhere use --profile ptrace"));
        }
        Profile::Unprivileged => asked(Privilege::Unprivileged),
        Profile::Ptrace => asked(Privilege::Ptrace),
        Profile::FileCapability => asked(Privilege::FileCapability),
        Profile::Auto => match identity.user {
            Some(0) => vec![
                candidate(Privilege::Ptrace, "the target is root and may have children of other users"),
                candidate(
                    Privilege::Unprivileged,
                    "SYS_PTRACE is refused; processes of other users than root cannot be traced with it",
                ),
            ],
            Some(_) if identity.confined => vec![
                candidate(
                    Privilege::Unprivileged,
                    "the target is of one user who cannot gain privileges, so nothing more is needed",
                ),
                candidate(Privilege::Ptrace, "the pod's user is refused"),
                candidate(Privilege::FileCapability, "the pod's user and root are refused"),
            ],
            _ => vec![
                candidate(Privilege::Ptrace, "the target's processes may be of any user"),
                candidate(Privilege::FileCapability, "root is refused"),
            ],
        },
    })
}

/// The same for a command. The tracer itself starts it in the target's container, so a capability does not help
/// there. The way in is open only to the user of the tracer's container, which must be the target's.
///
/// # Errors
/// The requested rung is not possible.
pub fn candidates_for_command(
    profile: Profile,
    identity: &Identity,
    target: &Target,
) -> Result<Vec<Candidate>, Refusal> {
    let candidate = |privilege, why: &str| Candidate { privilege, why: why.to_owned() };
    let own = "the command is the tracer's own child, so nothing more is needed";
    match (profile, identity.is_root()) {
        (Profile::Auto, true) => Ok(vec![
            candidate(Privilege::Unprivileged, own),
            candidate(Privilege::Ptrace, "the target's user without any capability is refused"),
        ]),
        (Profile::Auto, false) => Ok(vec![
            candidate(Privilege::Unprivileged, own),
            candidate(Privilege::FileCapability, "the target's user without any capability is refused"),
        ]),
        (Profile::Unprivileged, _) => Ok(vec![candidate(Privilege::Unprivileged, own)]),
        (Profile::Ptrace, true) => Ok(vec![candidate(Privilege::Ptrace, "asked for by --profile")]),
        (Profile::FileCapability, false) => {
            Ok(vec![candidate(Privilege::FileCapability, "asked for by --profile")])
        }
        (profile, _) => {
            let privilege =
                if profile == Profile::Ptrace { Privilege::Ptrace } else { Privilege::FileCapability };
            Err(refusal::usage(format!("--profile {} cannot be used with a command here", privilege.name()))
                .cause(format!(
                    "container {} runs as user {}, and the way for a command's tracer into it is open to that user only",
                    target.container,
                    identity.user.unwrap_or_default()
                ))
                .fix("leave --profile out: the tracer of a command needs no capability"))
        }
    }
}

/// The same for who only looks, and traces nobody. What `/proc` has of a process is for its own user (proc(5)), so that
/// root with SYS_PTRACE alone sees less of another user's than that user; and whoever is not traced loses nothing.
///
/// # Errors
/// As [`candidates`].
pub fn candidates_for_look(
    profile: Profile,
    identity: &Identity,
    target: &Target,
) -> Result<Vec<Candidate>, Refusal> {
    if profile != Profile::Auto || identity.user.is_none_or(|user| user == 0) {
        return candidates(profile, identity, target);
    }
    let candidate = |privilege, why: &str| Candidate { privilege, why: why.to_owned() };
    Ok(vec![
        candidate(
            Privilege::Unprivileged,
            "the target's own user sees what /proc has of it, and nobody is traced",
        ),
        candidate(Privilege::FileCapability, "the target's user without any capability is refused"),
    ])
}

#[cfg(test)]
mod tests {
    use super::{super::examples::target, *};
    use k8s_openapi::api::core::v1::SecurityContext;

    fn identity(of_pod: Value, of_container: Value, user: Value) -> Identity {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"name": "api"},
            "spec": {"securityContext": of_pod, "containers": [{"name": "app", "securityContext": of_container}]},
            "status": {"containerStatuses": [{"name": "app", "ready": true, "restartCount": 0, "image": "", "imageID": "",
                "user": user}]}
        }))
        .unwrap();
        Identity::of(&pod, &target())
    }

    fn order(profile: Profile, identity: &Identity) -> Vec<Privilege> {
        candidates(profile, identity, &target())
            .unwrap()
            .into_iter()
            .map(|candidate| candidate.privilege)
            .collect()
    }

    #[test]
    fn the_runtime_knows_the_user_best() {
        let found = identity(
            json!({"runAsUser": 1, "runAsGroup": 2}),
            json!({"runAsUser": 3}),
            json!({"linux": {"uid": 4, "gid": 5, "supplementalGroups": [5]}}),
        );
        assert_eq!((found.user, found.group), (Some(4), Some(5)));
        let found = identity(json!({"runAsUser": 1, "runAsGroup": 2}), json!({"runAsUser": 3}), Value::Null);
        assert_eq!((found.user, found.group), (Some(3), Some(2)));
        assert_eq!(identity(Value::Null, Value::Null, Value::Null).user, None);
    }

    #[test]
    fn no_capability_is_first_only_where_there_is_nothing_to_lose() {
        let of = |user: i64, confined: bool| Identity { user: Some(user), confined, ..Identity::default() };
        assert_eq!(order(Profile::Auto, &of(1234, true))[0], Privilege::Unprivileged);
        assert_eq!(order(Profile::Auto, &of(1234, false)), [Privilege::Ptrace, Privilege::FileCapability]);
        assert_eq!(order(Profile::Auto, &of(0, false)), [Privilege::Ptrace, Privilege::Unprivileged]);
        assert_eq!(
            order(Profile::Auto, &Identity::default()),
            [Privilege::Ptrace, Privilege::FileCapability]
        );
        assert_eq!(order(Profile::Unprivileged, &of(1234, false)), [Privilege::Unprivileged]);
        assert!(of(1234, false).can_lose() && !of(1234, true).can_lose() && !of(0, false).can_lose());
        assert!(candidates(Profile::Unprivileged, &Identity::default(), &target()).is_err());
    }

    #[test]
    fn a_commands_tracer_runs_as_the_targets_user() {
        let of = |user: Option<i64>| Identity { user, ..Identity::default() }.or_root();
        let order = |profile, user| {
            candidates_for_command(profile, &of(user), &target())
                .map(|all| all.into_iter().map(|candidate| candidate.privilege).collect::<Vec<_>>())
        };
        assert_eq!(
            order(Profile::Auto, Some(7)).unwrap(),
            [Privilege::Unprivileged, Privilege::FileCapability]
        );
        assert_eq!(order(Profile::Auto, Some(0)).unwrap(), [Privilege::Unprivileged, Privilege::Ptrace]);
        assert_eq!(order(Profile::Auto, None).unwrap(), [Privilege::Unprivileged, Privilege::Ptrace]);
        assert!(order(Profile::Ptrace, Some(7)).is_err() && order(Profile::FileCapability, Some(0)).is_err());
        assert_eq!(of(None).security_context(Privilege::Unprivileged)["runAsUser"], json!(0));
    }

    #[test]
    fn each_rung_asks_for_no_more_than_its_name_says() {
        let of = Identity { user: Some(1234), group: Some(99), confined: true, ..Identity::default() };
        let context = of.security_context(Privilege::Unprivileged);
        assert_eq!(context["capabilities"], json!({"drop": ["ALL"]}));
        assert_eq!((&context["runAsUser"], &context["runAsGroup"]), (&json!(1234), &json!(99)));
        assert_eq!(
            (&context["runAsNonRoot"], &context["allowPrivilegeEscalation"]),
            (&json!(true), &json!(false))
        );

        let context = of.security_context(Privilege::Ptrace);
        assert_eq!(context["capabilities"], json!({"drop": ["ALL"], "add": ["SYS_PTRACE"]}));
        assert_eq!((&context["runAsUser"], &context["runAsGroup"]), (&json!(0), &json!(0)));
        assert_eq!(
            (&context["privileged"], &context["allowPrivilegeEscalation"]),
            (&json!(false), &json!(false))
        );

        let context = of.security_context(Privilege::FileCapability);
        assert_eq!((&context["runAsUser"], &context["runAsNonRoot"]), (&json!(1234), &json!(true)));
        assert_eq!(
            Identity::default().security_context(Privilege::FileCapability)["runAsUser"],
            json!(NONROOT)
        );

        for privilege in [Privilege::Unprivileged, Privilege::Ptrace, Privilege::FileCapability] {
            // The API server knows every field of it, and a running container shows its rung.
            let typed: SecurityContext = serde_json::from_value(of.security_context(privilege)).unwrap();
            assert_eq!(serde_json::to_value(&typed).unwrap(), of.security_context(privilege));
            assert_eq!(Privilege::of(&typed), privilege);
        }
    }

    #[test]
    fn security_labels_are_the_targets() {
        let found = identity(
            Value::Null,
            json!({"appArmorProfile": {"type": "Localhost", "localhostProfile": "x"}, "seLinuxOptions": {"level": "s0:c1"}}),
            Value::Null,
        );
        let context = found.security_context(Privilege::Ptrace);
        assert_eq!(context["appArmorProfile"], json!({"type": "Localhost", "localhostProfile": "x"}));
        assert_eq!(context["seLinuxOptions"], json!({"level": "s0:c1"}));
        let privileged = identity(Value::Null, json!({"privileged": true}), Value::Null);
        assert_eq!(
            privileged.security_context(Privilege::Ptrace)["appArmorProfile"],
            json!({"type": "Unconfined"})
        );
        assert_eq!(app_armor("localhost/y"), Some(json!({"type": "Localhost", "localhostProfile": "y"})));
    }
}
