//! From the kubeconfig's files and the command line to one cluster and one user, as in kubectl
//! (k8s.io/client-go/tools/clientcmd: loader.go, client_config.go, validation.go).

use super::{
    authority::certificates,
    oidc, proxy,
    source::{ClusterSource, Files},
};
use crate::{
    cli::ClusterArgs,
    refusal::{self, Refusal},
};
use kube::{
    Config,
    config::{AuthInfo, Cluster, Context, ExecAuthCluster, ExecInteractiveMode, Kubeconfig, KubeconfigError},
};
use std::{
    collections::HashMap,
    ffi::OsString,
    io::IsTerminal,
    path::{Path, PathBuf},
};

/// The client's configuration and, if the user's tokens come from an OpenID Connect provider, that user.
///
/// # Errors
/// No cluster is named, or its settings contradict each other.
pub fn config(source: &ClusterSource) -> Result<(Config, Option<oidc::User>), Refusal> {
    let args = &source.args;
    if let Some(mut config) = source.service_account() {
        within(args, &mut config)?;
        return Ok((config, None));
    }
    let files = source.files()?;
    let Merged { cluster, mut user, user_name, namespace } = merge(files.merged.clone(), args)?;
    validate(&cluster, &user)?;
    let server = server(&cluster, &user)?;
    let root_cert = authority(&cluster)?;
    let proxy = match cluster.proxy_url.as_deref().filter(|proxy| !proxy.is_empty()) {
        Some(proxy) => Some(proxy.to_owned()),
        None => proxy::from_environment(&server, |name| std::env::var(name).ok()),
    };
    if server.scheme_str() != Some("https") {
        // Secrets are never sent unencrypted; `kubectl proxy` needs none.
        user = AuthInfo {
            impersonate: user.impersonate,
            impersonate_uid: user.impersonate_uid,
            impersonate_groups: user.impersonate_groups,
            impersonate_user_extra: user.impersonate_user_extra,
            ..AuthInfo::default()
        };
    }
    let oidc = provided(&mut user, user_name, &cluster, &files, source);
    if let Some(exec) = &mut user.exec {
        if exec.interactive_mode == Some(ExecInteractiveMode::Always) && !std::io::stdin().is_terminal() {
            let command = exec.command.clone().unwrap_or_default();
            return Err(refusal::credential_plugin(&command, exec.install_hint.as_deref())
                .cause("its interactiveMode is Always, and stdin is not a terminal"));
        }
        if exec.provide_cluster_info {
            exec.cluster =
                Some(ExecAuthCluster::try_from(&cluster).map_err(|error| refusal::kubeconfig(&error))?);
        }
    }
    let mut config = Config::new(server);
    config.default_namespace = namespace;
    config.root_cert = root_cert;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    config.tls_server_name = cluster.tls_server_name.filter(|name| !name.is_empty());
    config.proxy_url = proxy.as_deref().map(proxy::parse).transpose().map_err(refusal::no_cluster)?;
    config.auth_info = user;
    Ok((config, oidc))
}

/// The user, if its tokens come from an OpenID Connect provider. kube then no longer deals with them.
fn provided(
    user: &mut AuthInfo,
    name: Option<String>,
    cluster: &Cluster,
    files: &Files,
    source: &ClusterSource,
) -> Option<oidc::User> {
    let provider = user.auth_provider.take_if(|provider| provider.name == oidc::NAME)?;
    // As in client-go: a request that has credentials needs no others.
    if user.token.is_some() || user.token_file.is_some() || user.username.is_some() {
        return None;
    }
    let name = name?;
    Some(oidc::User {
        file: files.users.get(&name)?.clone(),
        name,
        info: user.clone(),
        config: provider.config,
        cluster: cluster.clone(),
        files: files.listed.clone(),
        flags: chosen(&source.args),
        kubectl: source.kubectl.clone(),
    })
}

/// The flags that choose, as kubectl takes them: whom to talk to, and as whom.
fn chosen(args: &ClusterArgs) -> Vec<OsString> {
    let texts = [
        ("context", &args.context),
        ("cluster", &args.cluster),
        ("user", &args.user),
        ("server", &args.server),
        ("tls-server-name", &args.tls_server_name),
    ];
    let files = [
        ("kubeconfig", &args.kubeconfig),
        ("certificate-authority", &args.certificate_authority),
        ("client-certificate", &args.client_certificate),
        ("client-key", &args.client_key),
    ];
    let texts = texts.map(|(name, value)| (name, value.as_ref().map(OsString::from)));
    let files = files.map(|(name, value)| (name, value.as_ref().map(OsString::from)));
    let insecure = args.insecure_skip_tls_verify.map(|value| value.to_string().into());
    let all = texts.into_iter().chain(files).chain([("insecure-skip-tls-verify", insecure)]);
    let flag = |(name, value): (&str, Option<OsString>)| {
        let mut flag = OsString::from(format!("--{name}="));
        flag.push(value?);
        Some(flag)
    };
    all.filter_map(flag).collect()
}

/// Applies the flags that count inside a cluster: inClusterClientConfig knows these two, and impersonation.
fn within(args: &ClusterArgs, config: &mut Config) -> Result<(), Refusal> {
    if let Some(token) = &args.token {
        config.auth_info.token = Some(token.clone().into());
        config.auth_info.token_file = None;
    }
    if args.certificate_authority.is_some() {
        let mut cluster = Cluster::default();
        override_cluster(&mut cluster, args)?;
        config.root_cert = authority(&cluster)?;
        config.root_cert_file = None;
    }
    impersonate(&mut config.auth_info, args);
    validate(&Cluster::default(), &config.auth_info)
}

/// One cluster and one user.
struct Merged {
    cluster: Cluster,
    user: AuthInfo,
    user_name: Option<String>,
    namespace: String,
}

/// Chooses from the files; the command line overrides them.
fn merge(files: Kubeconfig, args: &ClusterArgs) -> Result<Merged, Refusal> {
    let context =
        match args.context.as_ref().or(files.current_context.as_ref()).filter(|name| !name.is_empty()) {
            Some(name) => match files.contexts.iter().find(|context| context.name == *name) {
                Some(context) => context.context.clone().unwrap_or_default(),
                None => return Err(refusal::kubeconfig(&KubeconfigError::LoadContext(name.clone()))),
            },
            None if args.server.is_none() && args.cluster.is_none() => {
                return Err(refusal::kubeconfig(&match files.clusters.is_empty() {
                    true => KubeconfigError::FindPath,
                    false => KubeconfigError::CurrentContextNotSet,
                }));
            }
            None => Context::default(),
        };
    let name = args.cluster.as_ref().unwrap_or(&context.cluster);
    let mut cluster = match files.clusters.iter().find(|cluster| cluster.name == *name) {
        Some(cluster) => cluster.cluster.clone().unwrap_or_default(),
        None if args.cluster.is_none() && args.server.is_some() => Cluster::default(),
        None => return Err(refusal::kubeconfig(&KubeconfigError::LoadClusterOfContext(name.clone()))),
    };
    let name = args.user.as_ref().or(context.user.as_ref());
    let user_name = name.cloned();
    let user = files.auth_infos.iter().find(|user| Some(&user.name) == name);
    let mut user = match user {
        Some(user) => user.auth_info.clone().unwrap_or_default(),
        None => match &args.user {
            Some(name) => return Err(refusal::no_cluster(format!("it has no user {name}"))),
            None => AuthInfo::default(),
        },
    };
    override_cluster(&mut cluster, args)?;
    override_user(&mut user, args);
    let namespace = context.namespace.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".into());
    Ok(Merged { cluster, user, user_name, namespace })
}

fn override_cluster(cluster: &mut Cluster, args: &ClusterArgs) -> Result<(), Refusal> {
    if args.certificate_authority.is_some() || args.insecure_skip_tls_verify == Some(true) {
        cluster.certificate_authority_data = None;
        cluster.certificate_authority = args
            .certificate_authority
            .as_deref()
            .map(|file| text("--certificate-authority", file))
            .transpose()?;
        cluster.insecure_skip_tls_verify = args.insecure_skip_tls_verify;
    } else if args.insecure_skip_tls_verify == Some(false) {
        cluster.insecure_skip_tls_verify = Some(false);
    }
    // A name that belongs to another address would only get in the way.
    if args.tls_server_name.is_some() || args.server.is_some() {
        cluster.tls_server_name.clone_from(&args.tls_server_name);
    }
    if args.server.is_some() {
        cluster.server.clone_from(&args.server);
    }
    Ok(())
}

fn override_user(user: &mut AuthInfo, args: &ClusterArgs) {
    let path = |file: &PathBuf| file.to_string_lossy().into_owned();
    if let Some(file) = &args.client_certificate {
        (user.client_certificate, user.client_certificate_data) = (Some(path(file)), None);
    }
    if let Some(file) = &args.client_key {
        (user.client_key, user.client_key_data) = (Some(path(file)), None);
    }
    if let Some(token) = &args.token {
        (user.token, user.token_file) = (Some(token.clone().into()), None);
        // As in client-go, given credentials make a plugin unnecessary.
        (user.exec, user.auth_provider) = (None, None);
    }
    if let Some(name) = &args.username {
        user.username = Some(name.clone());
        user.password = Some(args.password.clone().unwrap_or_default().into());
        (user.exec, user.auth_provider) = (None, None);
    }
    impersonate(user, args);
}

fn impersonate(user: &mut AuthInfo, args: &ClusterArgs) {
    if args.impersonate.is_some() {
        user.impersonate.clone_from(&args.impersonate);
    }
    if args.impersonate_uid.is_some() {
        user.impersonate_uid.clone_from(&args.impersonate_uid);
    }
    if !args.impersonate_groups.is_empty() {
        user.impersonate_groups = Some(args.impersonate_groups.clone());
    }
    if !args.impersonate_extra.is_empty() {
        let mut extras = HashMap::<String, Vec<String>>::new();
        for (key, value) in &args.impersonate_extra {
            extras.entry(key.clone()).or_default().push(value.clone());
        }
        user.impersonate_user_extra = Some(extras);
    }
}

/// Refuses what client-go refuses at once.
fn validate(cluster: &Cluster, user: &AuthInfo) -> Result<(), Refusal> {
    let authority = cluster.certificate_authority.is_some() || cluster.certificate_authority_data.is_some();
    if authority && cluster.insecure_skip_tls_verify == Some(true) {
        return Err(refusal::no_cluster(
            "it names a certificate authority and sets insecure-skip-tls-verify: only one can apply",
        ));
    }
    let certificate = user.client_certificate.is_some() || user.client_certificate_data.is_some();
    let key = user.client_key.is_some() || user.client_key_data.is_some();
    if certificate != key {
        let (there, missing) = if key { ("key", "certificate") } else { ("certificate", "key") };
        return Err(refusal::no_cluster(format!("there is a client {there} without its {missing}"))
            .fix(format!("name it with --client-{missing} FILE")));
    }
    if user.token.is_some() && user.username.is_some() {
        return Err(refusal::no_cluster(
            "there is a token and a user name with a password: only one can be sent",
        ));
    }
    if user.exec.is_some() && user.auth_provider.is_some() {
        return Err(refusal::no_cluster(
            "its user has a credential plugin (exec) and an auth-provider: only one can be asked",
        ));
    }
    let more = user.impersonate_uid.is_some()
        || user.impersonate_groups.is_some()
        || user.impersonate_user_extra.is_some();
    if more && user.impersonate.is_none() {
        return Err(refusal::usage(
            "--as-uid, --as-group and --as-user-extra belong to a user to impersonate: --as NAME",
        ));
    }
    Ok(())
}

/// The API server's address; one without a scheme is completed as rest.DefaultServerURL completes it.
fn server(cluster: &Cluster, user: &AuthInfo) -> Result<http::Uri, Refusal> {
    let Some(server) = cluster.server.as_deref().map(str::trim).filter(|server| !server.is_empty()) else {
        return Err(refusal::kubeconfig(&KubeconfigError::MissingClusterUrl));
    };
    let tls = cluster.certificate_authority.is_some()
        || cluster.certificate_authority_data.is_some()
        || cluster.insecure_skip_tls_verify == Some(true)
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some();
    let full = match server.contains("://") {
        true => server.to_owned(),
        false => format!("{}://{server}", if tls { "https" } else { "http" }),
    };
    let wrong = |why: String| refusal::no_cluster(format!("the server's address '{server}' {why}"));
    let uri = full.parse::<http::Uri>().map_err(|error| wrong(format!("is not a URL: {error}")))?;
    match uri.scheme_str() {
        Some("https" | "http") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        _ => Err(wrong("must be https://HOST:PORT or http://HOST:PORT".into())),
    }
}

/// The certificates of the named authority. `None`: the system's are trusted.
fn authority(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, Refusal> {
    let loaded = ExecAuthCluster::try_from(cluster).map_err(|error| refusal::kubeconfig(&error))?;
    let Some(pem) = loaded.certificate_authority_data else { return Ok(None) };
    let of = cluster.certificate_authority.as_deref().unwrap_or("certificate-authority-data");
    certificates(&pem, of).map(Some).map_err(refusal::no_cluster)
}

fn text(flag: &str, file: &Path) -> Result<String, Refusal> {
    let text = file.to_str().map(str::to_owned);
    text.ok_or_else(|| refusal::usage(format!("{flag}: '{}' is not UTF-8", file.display())))
}

#[cfg(test)]
mod tests {
    use super::{super::source::DeniedNamespace, *};

    const FILE: &str = "
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: space}}
- {name: lost, context: {cluster: gone, user: gone}}
clusters:
- {name: c, cluster: {server: 'https://c:6443', tls-server-name: c.test, insecure-skip-tls-verify: true}}
- {name: d, cluster: {server: 'https://d:6443'}}
users:
- {name: u, user: {exec: {command: login, apiVersion: client.authentication.k8s.io/v1}}}
- {name: v, user: {token: t}}
";

    fn merged(args: ClusterArgs) -> Result<Merged, Refusal> {
        merge(Kubeconfig::from_yaml(FILE).unwrap(), &args)
    }

    #[test]
    fn the_command_line_chooses() {
        let Merged { cluster, user, namespace, .. } = merged(ClusterArgs::default()).unwrap();
        assert_eq!((cluster.server.as_deref(), namespace.as_str()), (Some("https://c:6443"), "space"));
        assert!(user.exec.is_some());
        let args =
            ClusterArgs { cluster: Some("d".into()), user: Some("v".into()), ..ClusterArgs::default() };
        let Merged { cluster, user, .. } = merged(args).unwrap();
        assert_eq!(cluster.server.as_deref(), Some("https://d:6443"));
        assert!(user.token.is_some() && user.exec.is_none());
        for (args, said) in [
            (ClusterArgs { context: Some("x".into()), ..ClusterArgs::default() }, "context x"),
            (ClusterArgs { cluster: Some("x".into()), ..ClusterArgs::default() }, "cluster x"),
            (ClusterArgs { user: Some("x".into()), ..ClusterArgs::default() }, "user x"),
            (ClusterArgs { context: Some("lost".into()), ..ClusterArgs::default() }, "cluster gone"),
        ] {
            let refusal = merged(args).map(|_| ()).unwrap_err().to_string();
            assert!(refusal.contains(&format!("it has no {said}")), "{refusal}");
        }
    }

    #[test]
    fn related_settings_are_overridden_together() {
        let server = Some("other:1".to_owned());
        let args = ClusterArgs { server: server.clone(), token: Some("t".into()), ..ClusterArgs::default() };
        let Merged { cluster, user, .. } = merged(args).unwrap();
        assert_eq!((cluster.server.clone(), cluster.tls_server_name.clone()), (server, None));
        assert_eq!(server_of(&cluster, &user), "https://other:1/");
        assert!(user.exec.is_none(), "given credentials make a plugin unnecessary");

        let args = ClusterArgs { certificate_authority: Some("ca".into()), ..ClusterArgs::default() };
        let Merged { cluster, user, .. } = merged(args).unwrap();
        assert_eq!(
            (cluster.insecure_skip_tls_verify, cluster.tls_server_name.as_deref()),
            (None, Some("c.test"))
        );
        assert!(validate(&cluster, &user).is_ok());
    }

    fn server_of(cluster: &Cluster, user: &AuthInfo) -> String {
        server(cluster, user).unwrap().to_string()
    }

    #[test]
    fn no_file_is_needed_where_a_server_is_named() {
        let args = ClusterArgs { server: Some("127.0.0.1:8001".into()), ..ClusterArgs::default() };
        let Merged { cluster, user, namespace, .. } = merge(Kubeconfig::default(), &args).unwrap();
        assert_eq!(
            (server_of(&cluster, &user).as_str(), namespace.as_str()),
            ("http://127.0.0.1:8001/", "default")
        );
        assert!(merge(Kubeconfig::default(), &ClusterArgs::default()).is_err());
        let wrong = Cluster { server: Some("ftp://x".into()), ..Cluster::default() };
        assert!(server(&wrong, &user).unwrap_err().to_string().contains("'ftp://x'"));
    }

    #[test]
    fn contradictions_are_refused() {
        let refused = |args: &ClusterArgs| {
            let mut user = AuthInfo::default();
            override_user(&mut user, args);
            validate(&Cluster::default(), &user)
                .map_or_else(|refusal| refusal.to_string(), |()| String::new())
        };
        let some = || Some("x".to_owned());
        let args = ClusterArgs { client_key: Some("k".into()), ..ClusterArgs::default() };
        assert!(refused(&args).contains("--client-certificate FILE"));
        let args = ClusterArgs { token: some(), username: some(), ..ClusterArgs::default() };
        assert!(refused(&args).contains("only one can be sent"));
        let args = ClusterArgs { impersonate_uid: some(), ..ClusterArgs::default() };
        assert!(refused(&args).contains("--as NAME"));
        let args = ClusterArgs { impersonate: some(), impersonate_uid: some(), ..ClusterArgs::default() };
        assert_eq!(refused(&args), "");
    }

    #[test]
    #[cfg(unix)]
    fn a_kubeconfig_from_a_pipe_is_read_once() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let text = "current-context: one\ncontexts: [{name: one, context: {cluster: c, namespace: n}}]\n\
                    clusters: [{name: c, cluster: {server: 'https://x'}}]\n";
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, text)
        });
        let args = ClusterArgs { kubeconfig: Some(pipe), ..ClusterArgs::default() };
        let source = ClusterSource::read(&args);
        writer.join().unwrap().unwrap();
        assert_eq!(source.known().namespace, "n");
        // A second read of the pipe would wait for a writer forever.
        let (config, _) = config(&source).unwrap();
        assert_eq!(config.cluster_url.host(), Some("x"));
    }

    fn inside() -> Option<Config> {
        let mut config = Config::new("https://kubernetes.default.svc/".parse().unwrap());
        config.default_namespace = "payments".into();
        Some(config)
    }

    #[test]
    fn a_denied_namespace_is_denied_inside_of_a_cluster_too() {
        let source = |args: &ClusterArgs, files| {
            let mut source = ClusterSource::new(args, Ok(files), inside);
            let denied =
                DeniedNamespace { name: "payments".into(), cause: "c.yaml".into(), fix: String::new() };
            source.deny(vec![denied]);
            source
        };
        let used = |source: &ClusterSource| {
            let (config, _) = config(source).unwrap();
            source.namespace(Some(&config.default_namespace))
        };
        // Without a file the service account counts.
        let account = source(&ClusterArgs::default(), None);
        assert_eq!((account.known().namespace.as_str(), used(&account).as_str()), ("payments", "payments"));
        assert!(account.permit(&used(&account)).unwrap_err().to_string().contains("c.yaml"));
        // The command line wins in the other direction too.
        let args = ClusterArgs { namespace: Some("lab".into()), ..ClusterArgs::default() };
        let typed = source(&args, None);
        assert_eq!((typed.known().namespace.as_str(), used(&typed).as_str()), ("lab", "lab"));
        assert!(typed.permit("lab").is_ok());
        // With an address on the command line the service account does not count.
        let args = ClusterArgs { server: Some("https://x".into()), ..ClusterArgs::default() };
        let addressed = source(&args, None);
        assert_eq!((addressed.known().namespace.as_str(), used(&addressed).as_str()), ("default", "default"));
    }
}
