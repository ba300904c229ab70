//! With a kubectl of our own: a script that does what each test needs. The tests on a node have the real one, and a provider.

// The script needs GNU tools.
#![cfg(target_os = "linux")]

use super::*;
use crate::{
    cli::ClusterArgs,
    cluster::{kubeconfig, source::ClusterSource},
    refusal,
};
use std::{fs, path::PathBuf, process::Command, sync::Mutex as StdMutex};
use tower::ServiceExt;

/// Puts the token of the file `token` and a refresh token that was never there into the kubeconfig, YAML or JSON.
const REFRESHES: &str = r#"
token=$(cat "$desk/token")
sed -i -E "s/(id-token\"?: ?)[^,} ]*/\1\"$token\"/; s/(refresh-token\"?: ?)[^,} ]*/\1\"r0tated-$run\"/" "$file""#;

/// A token that expires so many seconds from now.
fn token(lives: i64) -> String {
    let claims = format!(r#"{{"exp":{}}}"#, Timestamp::now().as_second() + lives);
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

/// A directory with a kubeconfig and a kubectl.
struct Desk {
    dir: tempfile::TempDir,
    args: ClusterArgs,
    said: Arc<StdMutex<String>>,
}

impl Desk {
    /// The kubeconfig's tokens have expired; `kubectl` is what kubectl does.
    fn new(kubectl: &str) -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let kubeconfig = Some(dir.path().join("config"));
        let args = ClusterArgs { kubeconfig, ..ClusterArgs::default() };
        let desk = Desk { dir, args, said: Arc::default() };
        desk.tokens(&token(-5), "r3fresh");
        fs::write(desk.file("token"), token(3600)).unwrap();
        let script = format!(
            "#!/bin/sh\ndesk='{}'\necho \"$@\" >> \"$desk/ran\"\nrun=$(wc -l < \"$desk/ran\")\n\
             for word; do case $word in --kubeconfig=*) file=${{word#*=}};; esac; done\n{kubectl}\n",
            desk.dir.path().display()
        );
        fs::write(desk.file("script"), script).unwrap();
        // Not written here: a program that is open for writing in a process that another test has just forked cannot be run.
        let installed =
            Command::new("install").arg("-m755").args([desk.file("script"), desk.file("kubectl")]).status();
        assert!(installed.unwrap().success());
        desk
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    fn tokens(&self, id: &str, refresh: &str) {
        let text = format!(
            "current-context: it\ncontexts: [{{name: it, context: {{cluster: it, user: me}}}}]\n\
             clusters: [{{name: it, cluster: {{server: 'https://api.test'}}}}]\n\
             users:\n- name: other\n  user: {{token: \"012\"}}\n\
             - name: me\n  user:\n    auth-provider:\n      name: oidc\n      config:\n\
             {0}id-token: {id}\n{0}refresh-token: {refresh}\n{0}client-secret: s3cret\n\
             {0}client-id: me\n{0}idp-issuer-url: https://id.test\n",
            " ".repeat(8)
        );
        fs::write(self.file("config"), text).unwrap();
    }

    fn oidc(&self) -> Oidc {
        let mut source = ClusterSource::read(&self.args);
        source.kubectl = self.file("kubectl");
        let (_, user) = kubeconfig::config(&source).unwrap();
        Oidc::new(user.unwrap(), &Steps::kept(self.said.clone()))
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    fn runs(&self) -> usize {
        self.text("ran").lines().count()
    }

    /// What a person is told when there is no token.
    async fn refused(&self) -> String {
        let error = self.oidc().header().await.unwrap_err();
        let error = kube::Error::Service(Box::new(error));
        let said = refusal::request("x", "https://api.test", &error).to_string();
        for secret in ["eyJ", "r3fresh", "s3cret", "r0tated"] {
            assert!(!said.contains(secret), "{secret} is a secret: {said}");
        }
        assert!(said.contains("OIDC token cannot be used"), "{said}");
        said
    }
}

async fn sent(oidc: &Oidc) -> String {
    oidc.header().await.unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_expired_token_is_refreshed_and_stored_by_kubectl() {
    let mut desk = Desk::new(REFRESHES);
    desk.args.user = Some("me".into());
    let (oidc, new) = (desk.oidc(), format!("Bearer {}", desk.text("token")));
    assert_eq!((sent(&oidc).await, sent(&oidc).await), (new.clone(), new.clone()));
    let config = desk.file("config");
    assert_eq!(desk.text("ran"), format!("get --raw /version --user=me --kubeconfig={}\n", config.display()));
    assert!(desk.text("config").contains("r0tated-1"), "{}", desk.text("config"));
    // The next command needs no other one.
    assert_eq!((sent(&desk.oidc()).await, desk.runs(), desk.said()), (new, 1, String::new()));
    // A new login is seen by a command that began before it.
    desk.tokens(&token(-5), "r3fresh");
    let (oidc, login) = (desk.oidc(), token(7200));
    desk.tokens(&login, "r3fresh");
    assert_eq!((sent(&oidc).await, desk.runs()), (format!("Bearer {login}"), 1));
}

#[tokio::test]
async fn a_long_trace_gets_a_new_token_each_time_one_expires() {
    let desk = Desk::new(REFRESHES);
    let oidc = desk.oidc();
    for run in 1..=3 {
        // It lives for less than the time by which it counts as expired earlier.
        let short = token(run);
        fs::write(desk.file("token"), &short).unwrap();
        assert_eq!(sent(&oidc).await, format!("Bearer {short}"));
        assert!(desk.text("config").contains(&format!("r0tated-{run}")), "{}", desk.text("config"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refresh_serves_all_who_wait() {
    let desk = Desk::new(&format!("sleep 0.2{REFRESHES}"));
    let oidc = desk.oidc();
    let all = futures_util::future::join_all((0..8).map(|_| sent(&oidc))).await;
    assert!(all.iter().all(|header| *header == all[0]), "{all:?}");
    assert_eq!(desk.runs(), 1);
    // Another program was faster: kubectl is refused, and what counts is what the other one stored.
    let desk = Desk::new(&format!("{REFRESHES}\necho 'failed to refresh token: invalid_grant' >&2; exit 1"));
    assert_eq!(sent(&desk.oidc()).await, format!("Bearer {}", desk.text("token")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_loses_nothing() {
    let desk = Desk::new(&format!("sleep 0.4{REFRESHES}"));
    let oidc = desk.oidc();
    let begun = async {
        while desk.runs() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = oidc.header() => panic!("kubectl takes longer"),
        () = begun => {}
    }
    drop(oidc);
    drop(settle().await.unwrap());
    assert!(desk.text("config").contains("r0tated-1"), "a used token is left: {}", desk.text("config"));
}

#[tokio::test]
async fn a_kubeconfig_that_cannot_be_written_is_left_alone() {
    let seen = r#"stat -c %a "$file" "$(dirname "$file")" >> "$desk/seen"
echo "$file" > "$desk/copy"
grep -o 'refresh-token":"[^"]*' "$file" >> "$desk/seen"
grep -c 012 "$file" >> "$desk/seen""#;
    let desk = Desk::new(&format!("{seen}{REFRESHES}"));
    let before = desk.text("config");
    // Another program has the lock, and keeps it.
    fs::write(desk.file("config.lock"), "").unwrap();
    let oidc = desk.oidc();
    fs::write(desk.file("token"), token(5)).unwrap();
    sent(&oidc).await;
    // This one was given up: the newer refresh token is not the kubeconfig's.
    fs::write(desk.file("token"), token(3600)).unwrap();
    assert_eq!(sent(&oidc).await, format!("Bearer {}", desk.text("token")));
    assert_eq!((desk.text("config"), desk.runs()), (before, 2));
    let each = |refresh: &str| format!("600\n700\nrefresh-token\":\"{refresh}\n0\n");
    assert_eq!(desk.text("seen"), each("r3fresh") + &each("r0tated-1"));
    let copy = PathBuf::from(desk.text("copy").trim());
    assert!(!copy.starts_with(desk.dir.path()) && !copy.parent().unwrap().exists(), "{}", copy.display());
    let said = desk.said();
    assert!(said.contains("config.lock is there") && said.contains("new login"), "{said}");
    assert_eq!(said.matches("warning: ").count(), 1, "{said}");
    assert!(!said.contains("r0tated") && desk.file("config.lock").exists());
}

#[tokio::test]
async fn a_kubeconfig_from_a_pipe_is_refreshed_in_a_copy() {
    let mut desk = Desk::new(REFRESHES);
    let pipe = desk.file("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (text, to) = (desk.text("config"), pipe.clone());
    let writer = std::thread::spawn(move || fs::write(to, text));
    desk.args.kubeconfig = Some(pipe);
    let oidc = desk.oidc();
    writer.join().unwrap().unwrap();
    // Nobody writes a second time.
    assert_eq!(sent(&oidc).await, format!("Bearer {}", desk.text("token")));
    assert!(desk.said().contains("pipe is no regular file"), "{}", desk.said());
}

#[tokio::test]
async fn why_there_is_no_token_is_said_without_secrets() {
    let says = r#"printf 'E0101\nUnable to connect: \033[31mno r3fresh of s3cret\n' >&2; exit 1"#;
    let said = Desk::new(says).refused().await;
    let words = "kubectl said: E0101; Unable to connect: \\u{1b}[31mno [refresh-token] of [client-secret]";
    assert!(said.contains("expired") && said.contains(words) && said.contains("log in again"), "{said}");
    let said = Desk::new("echo 'x509: certificate signed by unknown authority' >&2; exit 1").refused().await;
    assert!(said.contains("idp-certificate-authority: FILE"), "{said}");
    let said = Desk::new("exit 3").refused().await;
    assert!(said.contains("kubectl ended with exit status: 3"), "{said}");
    let said = Desk::new("").refused().await;
    assert!(said.contains("kubectl stored no new one"), "{said}");

    let desk = Desk::new(REFRESHES);
    fs::remove_file(desk.file("kubectl")).unwrap();
    let said = desk.refused().await;
    assert!(said.contains("cannot be run: No such file") && said.contains("install kubectl"), "{said}");
    desk.tokens(&token(-5), "''");
    let said = desk.refused().await;
    assert!(said.contains("there is no refresh-token"), "{said}");
    desk.tokens("n0token", "r3fresh");
    let said = desk.refused().await;
    assert!(said.contains("not a JSON web token") && !said.contains("n0token"), "{said}");
}

/// The clock goes as fast as it can.
#[tokio::test(start_paused = true)]
async fn kubectl_may_not_take_for_ever() {
    let said = Desk::new("exec sleep 600").refused().await;
    assert!(said.contains("kubectl did not end within 20 s"), "{said}");
}

#[tokio::test]
async fn requests_carry_the_token() {
    let desk = Desk::new("");
    let good = token(3600);
    desk.tokens(&good, "r3fresh");
    let echo = tower::service_fn(async |request: Request<Body>| {
        let header = &request.headers()[AUTHORIZATION];
        assert!(header.is_sensitive());
        Ok::<_, BoxError>(Response::new(header.clone()))
    });
    let answer = desk.oidc().layer(echo).oneshot(Request::new(Body::empty())).await.unwrap();
    assert_eq!((answer.into_body(), desk.runs()), (format!("Bearer {good}").parse().unwrap(), 0));
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
