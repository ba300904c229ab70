//! kubectl, run for a user's tokens.

use crate::{
    refusal::{self, token::Error},
    screen::plain,
};
use kube::config::{
    AuthInfo, AuthProviderConfig, Cluster, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext,
};
use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::process::Command;

/// What the kubeconfig calls this kind of `auth-provider`.
pub const NAME: &str = "oidc";

/// Longest that kubectl may take: it asks the provider twice and the API server once.
const LIMIT: Duration = Duration::from_secs(20);
/// Longest that another program's lock is waited for: kubectl holds it for as long as it takes to write a file.
const LOCKED: Duration = Duration::from_secs(2);
/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// Most letters that are shown of what kubectl says.
const SHOWN: usize = 500;

/// A user of a kubeconfig whose tokens come from a provider.
pub struct User {
    /// The user's name.
    pub name: String,
    /// The rest of what the kubeconfig and the flags say of the user.
    pub info: AuthInfo,
    /// What the `auth-provider` is configured with, tokens included.
    pub config: HashMap<String, String>,
    /// The cluster that the user talks to.
    pub cluster: Cluster,
    /// The kubeconfig that defines the user.
    pub file: PathBuf,
    /// All kubeconfigs that kubectl would read, and lock: also those that are not there.
    pub files: Vec<PathBuf>,
    /// The flags that lead kubectl to the same user and cluster.
    pub flags: Vec<OsString>,
    /// The program to run.
    pub kubectl: PathBuf,
}

impl User {
    /// A value of the configuration, if there is one.
    pub fn configured(&self, key: &str) -> Option<&str> {
        self.config.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What the kubeconfig says now; `None` where it is another account, or cannot be read (again).
    pub fn read(&self) -> Option<HashMap<String, String>> {
        // A pipe would be waited for.
        let there = fs::metadata(&self.file).is_ok_and(|file| file.is_file());
        let config = there.then(|| self.config_in(&self.file)).flatten()?;
        let same = |key| config.get(key) == self.config.get(key);
        (same("idp-issuer-url") && same("client-id")).then_some(config)
    }

    fn config_in(&self, file: &Path) -> Option<HashMap<String, String>> {
        let users = Kubeconfig::read_from(file).ok()?.auth_infos;
        let provider = users.into_iter().find(|user| user.name == self.name)?.auth_info?.auth_provider?;
        (provider.name == NAME).then_some(provider.config)
    }

    /// Whether kubectl could store new tokens. It finds out when the provider has taken the old ones already.
    ///
    /// # Errors
    /// It could not, and why.
    pub async fn can_be_stored(&self) -> Result<(), String> {
        let file = &self.file;
        let said = |file: &Path, error: io::Error| format!("{}: {error}", file.display());
        // /dev/fd/3 is a name that means another file, or none, to another program.
        let own = ["/dev", "/proc"].iter().any(|dir| file.starts_with(dir));
        if own || !fs::metadata(file).map_err(|error| said(file, error))?.is_file() {
            return Err(format!("{} is no regular file", file.display()));
        }
        OpenOptions::new().append(true).open(file).map_err(|error| said(file, error))?;
        for file in &self.files {
            let mut lock = file.clone().into_os_string();
            lock.push(".lock");
            let lock = PathBuf::from(lock);
            let free = async {
                while lock.exists() {
                    tokio::time::sleep(PAUSE).await;
                }
            };
            if tokio::time::timeout(LOCKED, free).await.is_err() {
                return Err(format!("{} is there: remove it if no kubectl is running", lock.display()));
            }
            let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // kubectl makes directories that are not there.
            if dir.exists() {
                tempfile::tempfile_in(dir).map_err(|error| said(&lock, error))?;
            }
        }
        Ok(())
    }

    /// Has kubectl replace the tokens in the kubeconfig, if they have expired.
    ///
    /// # Errors
    /// It could not be run, or failed: perhaps only after that.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.run(&self.flags).await
    }

    /// Has kubectl replace the tokens in a private copy of the kubeconfig, and gives what came of it.
    ///
    /// # Errors
    /// There are no new ones.
    pub async fn refresh_copy(&self) -> Result<HashMap<String, String>, Error> {
        let failed =
            |error: io::Error| Error::Expired(format!("a temporary kubeconfig cannot be written: {error}"));
        let mut private = tempfile::Builder::new();
        #[cfg(unix)]
        private.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        // Both are removed when they are dropped. A directory, for kubectl's lock.
        let dir = private.prefix("kubectl-strace-").tempdir().map_err(failed)?;
        let file = tempfile::NamedTempFile::new_in(&dir).map_err(failed)?;
        // JSON is YAML.
        serde_json::to_writer(&file, &self.alone()).map_err(|error| failed(error.into()))?;
        let mut flag = OsString::from("--kubeconfig=");
        flag.push(file.path());
        let ran = self.run(&[flag]).await;
        match self.config_in(file.path()).filter(|config| *config != self.config) {
            Some(config) => Ok(config),
            None => Err(ran.err().unwrap_or_else(|| Error::Expired("kubectl gave no new one".into()))),
        }
    }

    /// A kubeconfig with nothing but this user and cluster.
    fn alone(&self) -> Kubeconfig {
        let name = || self.name.clone();
        let provider =
            AuthProviderConfig { name: NAME.into(), config: self.config.clone(), ..Default::default() };
        let info = AuthInfo { auth_provider: Some(provider), ..self.info.clone() };
        let context = Context { cluster: name(), user: Some(name()), ..Context::default() };
        Kubeconfig {
            clusters: vec![NamedCluster {
                name: name(),
                cluster: Some(self.cluster.clone()),
                ..Default::default()
            }],
            auth_infos: vec![NamedAuthInfo { name: name(), auth_info: Some(info), ..Default::default() }],
            contexts: vec![NamedContext { name: name(), context: Some(context), ..Default::default() }],
            current_context: Some(name()),
            ..Kubeconfig::default()
        }
    }

    /// The least that kubectl can be asked that needs a token. What the API server answers does not matter.
    async fn run(&self, flags: &[OsString]) -> Result<(), Error> {
        let mut command = Command::new(&self.kubectl);
        command.args(["get", "--raw", "/version"]).args(flags);
        // A person's defaults for `get`, such as an output, do not go with --raw.
        command.env("KUBERC", "off").env("KUBECTL_KUBERC", "false");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for us: kubectl must not end between the provider and the kubeconfig.
        #[cfg(unix)]
        command.process_group(0);
        let ended = async { command.spawn()?.wait_with_output().await };
        match tokio::time::timeout(LIMIT, ended).await {
            Ok(Ok(output)) if output.status.success() => Ok(()),
            Ok(Ok(output)) => Err(Error::Expired(match self.words(&output.stderr) {
                words if words.is_empty() => format!("kubectl ended with {}", output.status),
                // kubectl does not say which server it means: "did you specify the right host or port?"
                words => {
                    let issuer = self.configured("idp-issuer-url").unwrap_or("nobody");
                    format!("kubectl said: {words} (it asks {issuer} for tokens)")
                }
            })),
            Ok(Err(error)) => Err(Error::NoKubectl(error.to_string())),
            Err(_) => Err(Error::Expired(format!("kubectl did not end within {}", refusal::seconds(LIMIT)))),
        }
    }

    /// What kubectl said, as one line without secrets: a provider may repeat what it was sent.
    fn words(&self, stderr: &[u8]) -> String {
        let mut words = String::from_utf8_lossy(stderr).trim().to_owned();
        for secret in ["id-token", "refresh-token", "client-secret"] {
            if let Some(value) = self.configured(secret) {
                words = words.replace(value, &format!("[{secret}]"));
            }
        }
        let words = words.lines().map(str::trim).collect::<Vec<_>>().join("; ");
        plain(&words).chars().take(SHOWN).collect()
    }
}
