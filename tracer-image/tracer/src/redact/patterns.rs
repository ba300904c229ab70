//! Recognises unknown secrets: by their names, or by how they begin.
//!
//! The input is bytes that a process read or wrote, an argument of a program, or an environment variable. The result is
//! where the secret begins; what comes before may be shown. In doubt, it is a secret. For those who doubt more, there is
//! `-s 0`.

/// Words that make a name that of a secret, anywhere in the name.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "authorization",
    "cookie",
    "apikey",
    "accesskey",
    "privatekey",
    "sessionid",
    "sessid",
];
/// Words that do so as a whole part of the name: `DB_PASS`, `x-auth`, `sshKey`.
const PARTS: &[&str] = &["pass", "pwd", "pw", "auth", "key", "sid", "sig", "signature", "jwt", "otp"];
/// Those of them that are too ambiguous alone before a colon: `"key": "zone"`.
const WEAK: &[&str] = &["key", "sid", "sig", "signature"];
/// The longest name that is considered.
const LONGEST_NAME: usize = 64;

/// How tokens of well-known services begin, and how many characters follow at least.
const PREFIXES: &[(&[u8], usize)] = &[
    (b"eyJ", 10),
    (b"AKIA", 12),
    (b"ASIA", 12),
    (b"ghp_", 10),
    (b"gho_", 10),
    (b"ghs_", 10),
    (b"ghu_", 10),
    (b"github_pat_", 10),
    (b"glpat-", 10),
    (b"xoxa-", 8),
    (b"xoxb-", 8),
    (b"xoxp-", 8),
    (b"sk_live_", 8),
    (b"sk-", 20),
    (b"AIza", 20),
    (b"npm_", 20),
    (b"hvs.", 10),
];

/// The beginning of a PEM block (RFC 7468), and its end.
const PEM: &[u8] = b"-----BEGIN ";
const PEM_END: &[u8] = b"-----END ";
/// Blocks that need not be hidden.
const PUBLIC: &[&[u8]] = &[b"CERTIFICATE", b"PUBLIC KEY", b"X509 CRL", b"TRUSTED CERTIFICATE"];

/// Where the first secret begins. `cut`: more bytes follow that are not here.
pub fn find(bytes: &[u8], cut: bool) -> Option<usize> {
    let found = [named(bytes, cut), scheme(bytes, cut), prefix(bytes, cut), pem(bytes, cut), url(bytes, cut)];
    found.into_iter().flatten().min()
}

/// Whether a secret PEM block begins and does not end here: the rest is still to come.
pub fn opens_block(bytes: &[u8], cut: bool) -> bool {
    pem(bytes, cut).is_some_and(|at| cut || !contains(&bytes[at..], PEM_END))
}

/// Whether a PEM block ends here.
pub fn closes_block(bytes: &[u8]) -> bool {
    contains(bytes, PEM_END)
}

/// Whether a name is that of a secret.
pub fn is_secret_name(name: &[u8]) -> bool {
    strength(name) != Strength::None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    None,
    /// Only if `=` gives it a value.
    Weak,
    Strong,
}

fn strength(name: &[u8]) -> Strength {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Strength::None;
    }
    let text: String = name.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let joined: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if WORDS.iter().any(|word| joined.contains(word)) || text.starts_with("aws_") {
        return Strength::Strong;
    }
    let parts = parts(name);
    match parts.iter().find(|part| PARTS.contains(&part.as_str())) {
        Some(part) if parts.len() == 1 && WEAK.contains(&part.as_str()) => Strength::Weak,
        Some(_) => Strength::Strong,
        None => Strength::None,
    }
}

/// `sshKey`, `ssh-key`, `SSH_KEY`: `ssh` and `key`.
fn parts(name: &[u8]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = b'_';
    for &byte in name {
        if byte.is_ascii_alphanumeric() {
            let begins =
                !before.is_ascii_alphanumeric() || before.is_ascii_lowercase() && byte.is_ascii_uppercase();
            match parts.last_mut().filter(|_| !begins) {
                Some(part) => part.push(char::from(byte.to_ascii_lowercase())),
                None => parts.push(char::from(byte.to_ascii_lowercase()).to_string()),
            }
        }
        before = byte;
    }
    parts
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// `NAME=value`, `Name: value`, `"name": "value"`, or `name value` at the beginning of a protocol line.
fn named(bytes: &[u8], cut: bool) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        if !is_name(bytes[at]) {
            at += 1;
            continue;
        }
        let end =
            bytes[at..].iter().position(|byte| !is_name(*byte)).map_or(bytes.len(), |length| at + length);
        let strength = strength(&bytes[at..end]);
        if strength != Strength::None
            && let Some(value) = value_behind(bytes, at, end, strength)
            // An empty value is not a secret, unless it is only not here.
            && (value < bytes.len() && !matches!(bytes[value], b'\r' | b'\n' | b'&' | b';') || value == bytes.len() && cut)
        {
            return Some(value);
        }
        at = end;
    }
    None
}

fn value_behind(bytes: &[u8], from: usize, end: usize, strength: Strength) -> Option<usize> {
    let mut at = end;
    let skip = |at: &mut usize, which: &[u8]| {
        while bytes.get(*at).is_some_and(|byte| which.contains(byte)) {
            *at += 1;
        }
    };
    skip(&mut at, b"\\\"'");
    let close = at;
    skip(&mut at, b" \t");
    match bytes.get(at) {
        Some(b'=') => {}
        Some(b':') if strength == Strength::Strong => {}
        // A protocol command: `AUTH x`, `PASS x`, or, in Redis, on a line of its own.
        _ if close == end && is_command(&bytes[from..end]) && is_line_start(bytes, from) => {
            let mut at = end;
            skip(&mut at, b" \t\r\n");
            return (at > end).then_some(at);
        }
        _ => return None,
    }
    at += 1;
    skip(&mut at, b" \t");
    skip(&mut at, b"\\\"'");
    Some(at)
}

fn is_command(word: &[u8]) -> bool {
    [&b"auth"[..], b"pass", b"password"].iter().any(|command| word.eq_ignore_ascii_case(command))
}

fn is_line_start(bytes: &[u8], at: usize) -> bool {
    at == 0 || bytes[at - 1] == b'\n'
}

/// `Bearer x`, `Basic x`.
fn scheme(bytes: &[u8], cut: bool) -> Option<usize> {
    let words = [&b"bearer "[..], b"basic ", b"negotiate "];
    words
        .iter()
        .filter_map(|word| {
            let mut from = 0;
            while let Some(at) = position_ignoring_case(&bytes[from..], word).map(|at| from + at) {
                let value = at + word.len();
                let length = bytes[value..].iter().take_while(|byte| is_token(**byte)).count();
                let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
                let word = bytes[value..value + length].iter().all(u8::is_ascii_lowercase);
                if alone && (length >= 8 && !word || cut && value + length == bytes.len()) {
                    return Some(value);
                }
                from = value;
            }
            None
        })
        .min()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'.' | b'_' | b'~' | b'-')
}

fn prefix(bytes: &[u8], cut: bool) -> Option<usize> {
    let found = |(prefix, least): &(&[u8], usize)| {
        let mut from = 0;
        while let Some(at) = position(&bytes[from..], prefix).map(|at| from + at) {
            let rest = &bytes[at + prefix.len()..];
            let length = rest
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
                .count();
            let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
            // The end is not here, so fewer characters must suffice.
            if alone && (length >= *least || cut && length == rest.len() && length + prefix.len() >= 6) {
                return Some(at);
            }
            from = at + prefix.len();
        }
        None
    };
    PREFIXES.iter().filter_map(found).min()
}

fn pem(bytes: &[u8], cut: bool) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = position(&bytes[from..], PEM).map(|at| from + at) {
        let label = &bytes[at + PEM.len()..];
        let public = PUBLIC.iter().any(|public| label.starts_with(public));
        // The label may be incomplete.
        let may_be = cut && PUBLIC.iter().any(|public| public.starts_with(label));
        if !public || may_be && label.len() < 3 {
            return Some(at + PEM.len());
        }
        from = at + PEM.len();
    }
    None
}

/// `scheme://user:password@host`
fn url(bytes: &[u8], cut: bool) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = position(&bytes[from..], b"://").map(|at| from + at + 3) {
        let rest = &bytes[at..];
        let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b"/\"'?#<>".contains(byte));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let user = authority.iter().position(|byte| *byte == b':');
        if let Some(colon) = user {
            let password = &authority[colon + 1..];
            let whole = password.contains(&b'@');
            let open = end.is_none() && cut && !password.iter().all(u8::is_ascii_digit);
            if whole || open {
                return Some(at + colon + 1);
            }
        }
        from = at;
    }
    None
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn position_ignoring_case(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    position(bytes, wanted).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of a text that is shown.
    fn shown(text: &str) -> &str {
        find(text.as_bytes(), false).map_or(text, |at| &text[..at])
    }

    #[test]
    fn names_give_secrets_away() {
        for (text, kept) in [
            ("DB_PASSWORD=hunter2", "DB_PASSWORD="),
            ("AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY="),
            ("AWS_ROLE_ARN=abc", "AWS_ROLE_ARN="),
            ("--token=abc", "--token="),
            ("sshKey: abc", "sshKey: "),
            ("PGPASS=x", "PGPASS=x"),
            ("PG_PASS=x", "PG_PASS="),
            (r#"{"user":"a","password": "hunter2"}"#, r#"{"user":"a","password": ""#),
            (r#"{\"api_key\":\"x\"}"#, r#"{\"api_key\":\""#),
            ("GET / HTTP/1.1\r\nAuthorization: Digest a\r\n", "GET / HTTP/1.1\r\nAuthorization: "),
            ("cookie: a=b", "cookie: "),
            ("Set-Cookie: id=1", "Set-Cookie: "),
            ("X-Api-Key: 1", "X-Api-Key: "),
            ("user=a&pwd=b&x=c", "user=a&pwd="),
            ("/v1?key=AbC", "/v1?key="),
            ("PHPSESSID=1", "PHPSESSID="),
            ("AUTH hunter2\r\n", "AUTH "),
            ("*2\r\n$4\r\nAUTH\r\n$7\r\nhunter2\r\n", "*2\r\n$4\r\nAUTH\r\n"),
            ("PASS hunter2\r\n", "PASS "),
        ] {
            assert_eq!(shown(text), kept, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for text in [
            "/etc/passwd",
            "/var/run/secrets/kubernetes.io/serviceaccount/token",
            "PATH=/usr/bin",
            "author: me",
            "keyboard=de",
            r#"{"key":"zone"}"#,
            "password=",
            "password=&user=x",
            "Authorization:\r\n",
            "http://host:8080/path",
            "http://[::1]:80/",
            "-----BEGIN CERTIFICATE-----\nMII",
            "basic training",
            "the bearer of this",
            "eyJ",
            "skip-this",
            "SIGPASS",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn forms_give_secrets_away() {
        for (text, kept) in [
            ("x Bearer abcdefgh1", "x Bearer "),
            ("basic dXNlcjpwdw==", "basic "),
            ("a eyJhbGciOiJSUzI1NiJ9.e30.x", "a "),
            ("id AKIAIOSFODNN7EXAMPLE", "id "),
            ("ghp_0123456789abcdef", ""),
            ("postgres://u:hunter2@db/x", "postgres://u:"),
            ("a http://h/ b amqp://u:p@h", "a http://h/ b amqp://u:"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "-----BEGIN "),
            (
                "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nB",
                "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN ",
            ),
        ] {
            assert_eq!(shown(text), kept, "{text}");
        }
    }

    #[test]
    fn what_is_cut_is_a_secret_sooner() {
        for (text, kept) in [
            ("Authorization: Bearer a", "Authorization: "),
            ("x Bearer ab", "x Bearer "),
            ("postgres://u:hun", "postgres://u:"),
            ("eyJhbG", ""),
            ("password=", "password="),
        ] {
            assert_eq!(find(text.as_bytes(), true), Some(kept.len()), "{text}");
        }
        assert_eq!(find(b"http://host:80", true), None);
        assert!(opens_block(b"-----BEGIN PRIVATE KEY-----\nMII", true));
        assert!(!opens_block(b"-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n", false));
        assert!(!opens_block(b"-----BEGIN CERTIFICATE-----\nMII", true));
        assert!(closes_block(b"MII\n-----END PRIVATE KEY-----\n"));
    }

    #[test]
    fn any_bytes_are_looked_at_without_harm() {
        const LETTERS: &[u8] = b"=: \"'\\password-eyJ@/\r\nAUTH\xff\0";
        let mut state = 7_u32;
        for length in 0..600 {
            let bytes: Vec<u8> = (0..length % 70)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    LETTERS[(state >> 16) as usize % LETTERS.len()]
                })
                .collect();
            for cut in [false, true] {
                assert!(find(&bytes, cut).is_none_or(|at| at <= bytes.len()));
                opens_block(&bytes, cut);
            }
        }
    }
}
