//! The flags that every kubectl command has (k8s.io/cli-runtime, genericclioptions.ConfigFlags), with kubectl's
//! meaning. Except for `-n` only the long forms exist: the other letters are strace's. The flags may stand before or
//! after a command.

use clap::ArgAction;
use std::{path::PathBuf, time::Duration};

/// Which cluster, and as which user.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Where")]
pub struct ClusterArgs {
    /// Namespace of the pod; default: the context's
    #[arg(global = true, short = 'n', long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Kubeconfig file; default: the files that KUBECONFIG names, else ~/.kube/config
    #[arg(global = true, long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// Context of the kubeconfig
    #[arg(global = true, long, value_name = "NAME")]
    pub context: Option<String>,

    /// Cluster of the kubeconfig
    #[arg(global = true, long, value_name = "NAME")]
    pub cluster: Option<String>,

    /// User of the kubeconfig
    #[arg(global = true, long, value_name = "NAME")]
    pub user: Option<String>,

    /// Address of the API server: `https://HOST:PORT`
    #[arg(global = true, long, value_name = "URL")]
    pub server: Option<String>,

    /// Name that the API server's certificate must have; default: the host of its address
    #[arg(global = true, long, value_name = "NAME")]
    pub tls_server_name: Option<String>,

    /// File with the certificates of the authority that vouches for the API server
    #[arg(global = true, long, value_name = "FILE")]
    pub certificate_authority: Option<PathBuf>,

    /// Do not check the API server's certificate: anyone in between can read and change everything
    #[arg(global = true, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub insecure_skip_tls_verify: Option<bool>,

    /// File with a client certificate
    #[arg(global = true, long, value_name = "FILE")]
    pub client_certificate: Option<PathBuf>,

    /// File with the client certificate's key
    #[arg(global = true, long, value_name = "FILE")]
    pub client_key: Option<PathBuf>,

    /// Bearer token. Other users of this machine can read it from the list of processes
    #[arg(global = true, long, value_name = "TOKEN")]
    pub token: Option<String>,

    /// User name for a proxy in front of the API server that wants basic authentication
    #[arg(global = true, long, value_name = "NAME")]
    pub username: Option<String>,

    /// Password for such a proxy
    #[arg(global = true, long, value_name = "PASSWORD", requires = "username")]
    pub password: Option<String>,

    /// User to impersonate
    #[arg(global = true, long = "as", value_name = "NAME")]
    pub impersonate: Option<String>,

    /// Group to impersonate; may be repeated
    #[arg(global = true, long = "as-group", value_name = "NAME")]
    pub impersonate_groups: Vec<String>,

    /// UID to impersonate
    #[arg(global = true, long = "as-uid", value_name = "UID")]
    pub impersonate_uid: Option<String>,

    /// Extra field of the user to impersonate; may be repeated
    #[arg(global = true, long = "as-user-extra", value_name = "KEY=VALUE", value_parser = extra)]
    pub impersonate_extra: Vec<(String, String)>,

    /// Longest time for a single request, `0` for as long as `--timeout` allows: `5s`, `1m`
    #[arg(global = true, long, value_name = "TIME", default_value = "0", hide_default_value = true, value_parser = request_timeout)]
    pub request_timeout: RequestTimeout,

    /// Accepted for compatibility with kubectl: answers are never compressed
    #[arg(global = true, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub disable_compression: Option<bool>,

    /// Accepted for compatibility with kubectl: nothing is cached
    #[arg(global = true, long, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,

    /// Log the requests: `6` with the status and time of their answers, `7` also headers, `8` also bodies
    #[arg(global = true, long = "v", value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub verbosity: u8,
}

/// `--request-timeout`. `None` is an explicit "no limit", which can override another limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestTimeout(pub Option<Duration>);

/// As kubectl reads it: `0` is no limit, a bare number is seconds.
fn request_timeout(text: &str) -> Result<RequestTimeout, String> {
    match text {
        "0" | "0s" => Ok(RequestTimeout(None)),
        text => super::duration(text).map(|limit| RequestTimeout(Some(limit))),
    }
}

fn extra(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("an extra is written as KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        cluster: ClusterArgs,
    }

    fn read(line: &str) -> Result<ClusterArgs, clap::Error> {
        Line::try_parse_from(std::iter::once("x").chain(line.split_whitespace())).map(|line| line.cluster)
    }

    #[test]
    fn booleans_are_written_as_kubectl_takes_them() {
        assert_eq!(read("").unwrap().insecure_skip_tls_verify, None);
        assert_eq!(read("--insecure-skip-tls-verify").unwrap().insecure_skip_tls_verify, Some(true));
        assert_eq!(read("--insecure-skip-tls-verify=false").unwrap().insecure_skip_tls_verify, Some(false));
        assert!(read("--insecure-skip-tls-verify false").is_err(), "kubectl takes that as another argument");
    }

    #[test]
    fn times_and_extras_are_read() {
        let limit = |text: &str| read(&format!("--request-timeout {text}")).map(|args| args.request_timeout);
        assert_eq!(limit("0").unwrap(), RequestTimeout(None));
        assert_eq!(limit("5").unwrap(), RequestTimeout(Some(Duration::from_secs(5))));
        assert_eq!(limit("1m").unwrap(), RequestTimeout(Some(Duration::from_secs(60))));
        assert!(limit("soon").is_err());
        let extras = read("--as-user-extra a=1 --as-user-extra a=2=3").unwrap().impersonate_extra;
        assert_eq!(extras, [("a".into(), "1".into()), ("a".into(), "2=3".into())]);
        assert!(read("--as-user-extra a").is_err());
    }
}
