//! The whole way, with a provider of our own: kubeconfig, client, requests, and what the kubeconfig says afterwards.

#![cfg(unix)]

use super::*;
use crate::{
    cli::ClusterArgs,
    cluster::{Cluster, ClusterSource},
    refusal::Refusal,
};
use base64::prelude::BASE64_STANDARD;
use kube::api::AttachParams;
use provider_of_tests::{Conduct, Provider};
use std::{fs, os::unix::fs::PermissionsExt, sync::Mutex as StdMutex};

// The same as the tests on a node have.
#[path = "../../../tests/cluster/oidc.rs"]
mod provider_of_tests;

const WAIT: Duration = Duration::from_secs(20);

/// A token that expires so many seconds from now, and one that differs for each `number`.
fn token(number: usize, lives: i64) -> String {
    let claims = format!(r#"{{"exp":{},"number":{number}}}"#, Timestamp::now().as_second() + lives);
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

/// A directory with a provider's certificate and a kubeconfig.
struct Desk {
    dir: PathBuf,
    provider: Provider,
    said: Arc<StdMutex<String>>,
}

impl Desk {
    fn new(test: &str, conduct: Conduct) -> Desk {
        let dir = std::env::temp_dir().join(format!("kubectl-strace-oidc-{test}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let provider = Provider::start(&dir, conduct);
        Desk { dir, provider, said: Arc::default() }
    }

    fn file(&self) -> PathBuf {
        self.dir.join("config")
    }

    /// Writes the kubeconfig: `tokens` are lines of the provider's configuration.
    fn kubeconfig(&self, tokens: &[String]) {
        let issuer = &self.provider.issuer;
        let pem = BASE64_STANDARD.encode(fs::read(&self.provider.certificate).unwrap());
        let tokens: String = tokens.iter().map(|line| format!("        {line}\n")).collect();
        let text = format!(
            "# mine\ncurrent-context: it\ncontexts: [{{name: it, context: {{cluster: it, user: me}}}}]\n\
             clusters:\n- name: it\n  cluster:\n    server: {issuer}\n    certificate-authority-data: {pem}\n\
             users:\n- name: other\n  user: {{token: \"012\", colour: yes}}\n\
             - name: me\n  user:\n    auth-provider:\n      name: oidc\n      config:\n\
             {tokens}        idp-issuer-url: {issuer}\n        client-id: me # not a secret\n"
        );
        fs::write(self.file(), text).unwrap();
    }

    /// The configuration's line with the provider's authority.
    fn authority(&self) -> String {
        let pem = BASE64_STANDARD.encode(fs::read(&self.provider.certificate).unwrap());
        format!("idp-certificate-authority-data: {pem}")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    async fn cluster(&self) -> Cluster {
        let args = ClusterArgs { kubeconfig: Some(self.file()), ..ClusterArgs::default() };
        let source = ClusterSource::read(&args);
        Cluster::connect(&source, WAIT, &Steps::kept(self.said.clone())).await.unwrap()
    }

    async fn get(&self) -> Result<(), Refusal> {
        self.cluster().await.pod("api").await.map(drop)
    }

    fn refreshes(&self) -> usize {
        self.provider.asked().iter().filter(|request| request.starts_with("POST /token ")).count()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn rotating(lives: i64) -> Conduct {
    Conduct {
        rotates: true,
        id_token: Box::new(move |number| token(number, lives)),
        ..Conduct::new("r3fresh", String::new())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_serves_once_is_kept() {
    let desk = Desk::new("rotates", rotating(3600));
    let expired = token(9, -5);
    desk.kubeconfig(&[desk.authority(), format!("id-token: {expired}"), "refresh-token: r3fresh".into()]);
    fs::set_permissions(desk.file(), fs::Permissions::from_mode(0o640)).unwrap();
    let before = desk.text();
    desk.get().await.unwrap();
    assert_eq!(desk.refreshes(), 1);
    // Only the tokens' text has changed.
    let after = desk.text();
    let kept = after.lines().find_map(|line| line.trim().strip_prefix("id-token: ")).unwrap();
    assert_eq!(after, before.replace(&expired, kept).replace("r3fresh", "\"r0tated-1\""));
    assert_eq!(fs::metadata(desk.file()).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(!desk.dir.join("config.lock").exists() && fs::read_dir(&desk.dir).unwrap().count() == 3);
    // The next command needs nothing from the provider, and the one after its token has expired is let in as well.
    desk.get().await.unwrap();
    assert_eq!(desk.refreshes(), 1);
    fs::write(desk.file(), after.replace(kept, &format!("'{expired}'"))).unwrap();
    desk.get().await.unwrap();
    assert!(desk.text().contains("r0tated-2"), "{}", desk.text());
    assert_eq!((desk.refreshes(), desk.said()), (2, String::new()));
    // Who has no secret says so: an empty one.
    let basic = format!(" Basic {} ", BASE64_STANDARD.encode("me:"));
    assert!(desk.provider.asked().iter().any(|request| request.contains(&basic)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_refreshes_as_often_as_it_must_and_once_for_all() {
    // Tokens that live for less than the time by which they count as expired earlier.
    let desk = Desk::new("again", rotating(5));
    desk.kubeconfig(&[desk.authority(), "refresh-token: r3fresh".into()]);
    let cluster = desk.cluster().await;
    for number in 1..=3 {
        cluster.pod("api").await.unwrap();
        assert!(desk.text().contains(&format!("refresh-token: \"r0tated-{number}\"")), "{}", desk.text());
    }
    // kubectl was there meanwhile, and ours is used up.
    let text = desk.text().replace("r0tated-3", "kubectls");
    fs::write(desk.file(), text).unwrap();
    let refused = cluster.pod("api").await.unwrap_err().to_string();
    assert!(refused.contains("invalid_grant"), "the kubeconfig's was not asked with: {refused}");

    let desk = Desk::new("once", Conduct { delay: Duration::from_millis(200), ..rotating(3600) });
    desk.kubeconfig(&[desk.authority(), "refresh-token: r3fresh".into()]);
    let cluster = desk.cluster().await;
    let all = (0..8).map(|_| cluster.pod("api"));
    for answer in futures_util::future::join_all(all).await {
        answer.unwrap();
    }
    assert_eq!(desk.refreshes(), 1);

    // Two commands at once, of which only one can be served: the other one sees what that has kept.
    let desk = Desk::new("two", Conduct { delay: Duration::from_millis(200), ..rotating(3600) });
    desk.kubeconfig(&[desk.authority(), "refresh-token: r3fresh".into()]);
    let (one, two) = futures_util::future::join(desk.get(), desk.get()).await;
    one.unwrap();
    two.unwrap();
    assert!(desk.text().contains("r0tated-1"), "{}", desk.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn websockets_carry_it_too_and_who_gives_up_loses_nothing() {
    let desk = Desk::new("exec", Conduct { delay: Duration::from_millis(400), ..rotating(3600) });
    desk.kubeconfig(&[desk.authority(), "refresh-token: r3fresh".into()]);
    let cluster = desk.cluster().await;
    let shown = async {
        while desk.refreshes() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = cluster.pod("api") => panic!("the provider thinks for longer"),
        () = shown => {}
    }
    drop(cluster);
    drop(settle().await.unwrap());
    assert!(desk.text().contains("r0tated-1"), "a used token is left in the kubeconfig: {}", desk.text());
    let cluster = desk.cluster().await;
    // It is no WebSocket; what counts is what it was asked with.
    cluster.pods().exec("api", ["true"], &AttachParams::default()).await.err().unwrap();
    let asked = desk.provider.asked();
    let exec = asked.iter().find(|request| request.contains("/pods/api/exec?")).unwrap();
    assert!(exec.contains(" Bearer eyJ"), "{exec}");
    assert_eq!(desk.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_wants_is_found_out() {
    let desk = Desk::new("parameters", Conduct { wants_parameters: true, ..rotating(5) });
    let path = format!("idp-certificate-authority: {}", desk.provider.certificate.display());
    desk.kubeconfig(&[path, "refresh-token: r3fresh".into(), "client-secret: 's3cret&'".into()]);
    let cluster = desk.cluster().await;
    cluster.pod("api").await.unwrap();
    cluster.pod("api").await.unwrap();
    // Once in vain, and then in the way that was right.
    assert_eq!(desk.refreshes(), 3);
    let asked = desk.provider.asked();
    assert!(asked.last().is_some_and(|request| request.starts_with("GET /api/")), "{asked:?}");
    assert!(
        asked.iter().any(|request| request.ends_with("client_id=me&client_secret=s3cret%26")),
        "{asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn why_there_is_no_token_is_said_without_secrets() {
    let desk = Desk::new("refused", rotating(3600));
    let (expired, secret) = (token(0, -5), "client-secret: s3cret".to_owned());
    let id = format!("id-token: {expired}");
    let refused = async |lines: &[String]| {
        desk.kubeconfig(lines);
        let said = desk.get().await.unwrap_err().to_string();
        for secret in [&expired, "0ld", "r3fresh", "s3cret"] {
            assert!(!said.contains(secret), "{secret} is a secret: {said}");
        }
        assert!(said.contains("OIDC token cannot be used") && said.contains("log in again"), "{said}");
        said
    };
    let said = refused(&[desk.authority(), id.clone(), "refresh-token: 0ld".into(), secret.clone()]).await;
    assert!(said.contains("expired") && said.contains("400 Bad Request, invalid_grant"), "{said}");
    let said = refused(&[id.clone(), "refresh-token: r3fresh".into()]).await;
    assert!(said.contains("certificate") && said.contains("idp-certificate-authority: FILE"), "{said}");
    let said = refused(&[id, desk.authority()]).await;
    assert!(said.contains("there is no refresh-token"), "{said}");
    let said = refused(&["id-token: n0token".into(), "refresh-token: r3fresh".into()]).await;
    assert!(said.contains("not a JSON web token") && !said.contains("n0token"), "{said}");
    assert_eq!(desk.provider.refresh_token(), "r3fresh", "it is still there to be used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kubeconfig_that_cannot_be_written_is_warned_of_once() {
    let desk = Desk::new("locked", rotating(5));
    desk.kubeconfig(&[desk.authority(), "refresh-token: r3fresh".into()]);
    let before = desk.text();
    // Somebody else is at it, for ever.
    fs::write(desk.dir.join("config.lock"), "").unwrap();
    let cluster = desk.cluster().await;
    cluster.pod("api").await.unwrap();
    cluster.pod("api").await.unwrap();
    assert_eq!(desk.text(), before);
    let said = desk.said();
    assert!(said.contains("config.lock is there") && said.contains("new login"), "{said}");
    assert_eq!(said.matches("warning: ").count(), 1, "{said}");
    assert!(!said.contains("r0tated") && desk.dir.join("config.lock").exists());
    // From then on it can be, and the tokens that were not kept are.
    fs::remove_file(desk.dir.join("config.lock")).unwrap();
    cluster.pod("api").await.unwrap();
    assert!(desk.text().contains("r0tated-3"), "{}", desk.text());
}

#[test]
fn tokens_say_when_they_expire() {
    let of = |claims: &str| expiry(&format!("x.{}.y", BASE64_URL_SAFE_NO_PAD.encode(claims)));
    assert_eq!(of(r#"{"exp":1700000000}"#).unwrap().as_second(), 1_700_000_000);
    assert_eq!(of(r#"{"exp":1.7e9,"sub":"a"}"#).unwrap().as_second(), 1_700_000_000);
    assert_eq!(of(r#"{"sub":"a"}"#).unwrap(), Timestamp::UNIX_EPOCH);
    assert!(of(r#"{"exp":1e300}"#).unwrap() > Timestamp::now() && of(r#"{"exp":-1e300}"#).is_ok());
    for wrong in ["", "a.b", "a.b.c.d", "a.?.c"] {
        assert!(expiry(wrong).is_err(), "{wrong}");
    }
    assert!(of(r#"{"exp":"soon"}"#).is_err());
}
