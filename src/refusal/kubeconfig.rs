//! The kubeconfig does not lead to a cluster, or to no user of it.

use super::{Refusal, chain, token};
use kube::config::ExecConfig;

/// There is no usable cluster, for this reason.
pub fn no_cluster(why: impl Into<String>) -> Refusal {
    Refusal::new("no cluster to talk to: the kubeconfig and the flags do not lead to one").cause(why)
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
pub(super) fn no_token(error: &token::Error) -> Refusal {
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
