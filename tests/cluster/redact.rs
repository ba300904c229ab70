//! A trace with `--redact` contains no secret, and one without it contains all of them.

use super::{node::Namespace, process::Running};
use std::{fs, time::Duration};

const SOON: Duration = Duration::from_secs(40);

/// All different, so that none is hidden because of another.
const VOLUME: &str = "quiet-meadow-at-dawn";
const NAMED: &str = "seventeen-grey-geese";
const PLAIN: &str = "walrus-umbrella-4711";
const HEADER: &str = "dGhpcyBpcyBub3QgaXQ";
const OPTION: &str = "opensesame-forty-two";

/// A pod that does what programs do with secrets: reads them from a volume, copies them, has them in its environment,
/// passes them to others as arguments, sends them in a header.
fn pod(space: &Namespace, name: &str, security: &str) {
    space.apply(&format!(
        "apiVersion: v1
kind: Secret
metadata: {{name: {name}}}
stringData: {{word: {VOLUME}, named: {NAMED}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  terminationGracePeriodSeconds: 1
  restartPolicy: Never
  volumes:
    - {{name: secret, secret: {{secretName: {name}}}}}
    - {{name: scratch, emptyDir: {{}}}}
  containers:
    - name: app
      image: localhost/kubectl-strace/busybox:test
      imagePullPolicy: Never
{security}
      env:
        # Its name does not give it away; the pod's specification does.
        - {{name: ORDINARY, valueFrom: {{secretKeyRef: {{name: {name}, key: named}}}}}}
        - {{name: DB_PASSWORD, value: {PLAIN}}}
        - {{name: GREETING, value: good-morning-to-all}}
      volumeMounts:
        - {{name: secret, mountPath: /etc/hidden}}
        - {{name: scratch, mountPath: /scratch}}
      command:
        - sh
        - -c
        - |
          while :; do
            head -n 1 /etc/hidden/word > /scratch/copy
            head -n 1 /scratch/copy > /dev/null
            read word < /etc/hidden/word
            head -n 1 /var/run/secrets/kubernetes.io/serviceaccount/token > /scratch/token
            printf 'GET / HTTP/1.1\\r\\nHost: front\\r\\nAuthorization: Digest {HEADER}\\r\\n\\r\\n' > /scratch/request
            echo $ORDINARY $GREETING > /scratch/all
            env true --password {OPTION}
            sleep 0.3
          done
"
    ));
    space.ready(name);
}

/// A trace of everything, with full strings.
fn traced(space: &Namespace, name: &str, flags: &[&str]) -> String {
    let file = std::env::temp_dir().join(format!("{}-{name}", space.name));
    let deep = [name, "-f", "-v", "-s", "4096", "--duration", "4s", "-o", file.to_str().expect("UTF-8")];
    let mut trace = Running::start(space.plugin(&[&deep, flags].concat()));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    assert!(!trace.err().contains("--redact:"), "something could not be found out: {}", trace.err());
    let text = fs::read_to_string(&file).expect("the trace");
    fs::remove_file(file).expect("it is there");
    text
}

fn keeps_its_secrets(name: &str, security: &str) {
    let space = Namespace::new(name);
    pod(&space, name, security);
    let token = space.kubectl(&[
        "exec",
        name,
        "-c",
        "app",
        "--",
        "cat",
        "/var/run/secrets/kubernetes.io/serviceaccount/token",
    ]);
    let (head, tail) = (&token[..40], &token[token.len() - 41..token.len() - 1]);
    let secrets = [VOLUME, NAMED, PLAIN, HEADER, OPTION, head, tail];

    let open = traced(&space, name, &[]);
    for secret in secrets {
        assert!(open.contains(secret), "{secret} is not in the open trace, so nothing can be shown");
    }
    for flags in [&["--redact"][..], &["--redact", "-y"]] {
        let text = traced(&space, name, flags);
        let hidden = text.lines().filter(|line| line.contains("/* redacted */")).count();
        println!("{flags:?}: {hidden} of {} lines are redacted", text.lines().count());
        for secret in secrets {
            let found = text.lines().find(|line| line.contains(secret) || line.contains(&secret[..10]));
            assert!(found.is_none(), "{secret} is in: {found:?}");
        }
        // What is not a secret is shown, and so are the names of secrets.
        for shown in [
            "good-morning-to-all",
            "DB_PASSWORD=",
            "Authorization: ",
            "\"--password\"",
            "/etc/hidden/word",
            "ORDINARY=",
        ] {
            assert!(text.contains(shown), "{shown} is missing in:\n{}", &text[..text.len().min(4000)]);
        }
        // As strace writes a truncated string, with a comment.
        let read =
            text.lines().find(|line| line.contains(" read(") && line.contains("redacted")).expect("a read");
        assert!(read.contains("\"\"... /* redacted */, "), "{read}");
        assert_eq!(text.contains("</etc/hidden/"), flags.contains(&"-y"), "paths are for who asks for them");
    }
}

#[test]
fn secrets_of_a_root_user_are_hidden() {
    keeps_its_secrets("secret-root", "");
}

#[test]
fn secrets_of_another_user_are_hidden_without_any_capability() {
    keeps_its_secrets(
        "secret-user",
        "      securityContext:
        runAsUser: 1234
        runAsGroup: 1234
        runAsNonRoot: true
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}",
    );
}
