//! New tokens are kept in the kubeconfig, under kubectl's lock (k8s.io/client-go/tools/clientcmd: loader.go), so that the
//! person's next command does not come with a refresh token that the provider takes no more.
//!
//! Only the two tokens' own text is exchanged: comments, order, quotes and fields that nobody here knows stay as they are.

use super::Tokens;
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::{Location, Spanned};
use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    ops::Range,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Longest that another one's lock is waited for: kubectl holds it for as long as it takes to write a file.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// Largest kubeconfig; one with thousands of clusters is smaller.
const LARGEST: u64 = 64 << 20;

/// Where a user stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The kubeconfig that defines the user, as it was named.
    pub file: PathBuf,
    /// The user's name in it.
    pub user: String,
}

/// The parts of a kubeconfig that lead to a user's tokens.
#[derive(Deserialize)]
struct Document {
    users: Option<Vec<Named>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(rename = "auth-provider")]
    provider: Option<AuthProvider>,
}

#[derive(Deserialize)]
struct AuthProvider {
    name: Option<String>,
    config: Option<HashMap<Spanned<String>, Spanned<Option<String>>>>,
}

impl Place {
    /// The tokens that stand there now; `None` where they are of another account, or cannot be read.
    pub fn read(&self, account: &[(&str, &str)]) -> Option<Tokens> {
        for attempt in 0..3 {
            if attempt > 0 {
                thread::sleep(PAUSE * 5);
            }
            let text = read(&self.file).ok()?;
            // kubectl writes into the file itself, so that it may be seen half written.
            let Ok(Some(entries)) = self.entries(&text) else { continue };
            let same = account.iter().all(|(key, value)| match entries.get(*key) {
                Some(entry) => entry.text.as_deref().unwrap_or_default() == *value,
                None => value.is_empty(),
            });
            let token = |key: &str| entries.get(key).and_then(|entry| entry.text.clone());
            return same.then(|| Tokens { id: token(super::ID_TOKEN), refresh: token(super::REFRESH_TOKEN) });
        }
        None
    }

    /// Puts these tokens in the place of those; where others stand by now, or the user has gone, whoever did that is right.
    ///
    /// # Errors
    /// They cannot be written, and why.
    pub fn write(&self, old: &Tokens, new: &Tokens) -> Result<(), String> {
        let said = |error: io::Error| format!("{}: {error}", self.file.display());
        if !fs::metadata(&self.file).map_err(said)?.is_file() {
            return Err(format!("{} is no regular file", self.file.display()));
        }
        let _lock = Lock::take(&self.file)?;
        let text = read(&self.file).map_err(said)?;
        let Some(entries) = self.entries(&text).map_err(|why| format!("{} {why}", self.file.display()))?
        else {
            return Ok(());
        };
        let there = |key: &str| entries.get(key).and_then(|entry| entry.text.as_deref());
        if there(super::ID_TOKEN) != old.id.as_deref()
            || there(super::REFRESH_TOKEN) != old.refresh.as_deref()
        {
            return Ok(());
        }
        let changed = self.changed(&text, &entries, new);
        let changed = changed
            .ok_or_else(|| format!("{} is written in a way that is not changed here", self.file.display()))?;
        replace(&self.file, changed.as_bytes()).map_err(said)
    }

    /// What the user's provider is configured with; `None` where there is no such user, or none of this kind.
    fn entries(&self, text: &str) -> Result<Option<HashMap<String, Entry>>, String> {
        // What the parser says may have a token in it.
        let document: Document = serde_saphyr::from_str(text).map_err(|_| "is no kubeconfig any more")?;
        let user = document.users.unwrap_or_default().into_iter().find(|user| user.name == self.user);
        let provider = user.and_then(|user| user.user).and_then(|user| user.provider);
        let provider = provider.filter(|provider| provider.name.as_deref() == Some(super::NAME));
        let config = provider.and_then(|provider| provider.config);
        Ok(config.map(|config| {
            let entries = config.into_iter();
            let entry = |(key, value): (Spanned<String>, Spanned<Option<String>>)| {
                (
                    key.value,
                    Entry { key: range(key.referenced), value: range(value.referenced), text: value.value },
                )
            };
            entries.map(entry).collect()
        }))
    }

    /// The text with these tokens; `None` where it would say anything else that is new.
    fn changed(&self, text: &str, entries: &HashMap<String, Entry>, new: &Tokens) -> Option<String> {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (key, token) in [(super::ID_TOKEN, &new.id), (super::REFRESH_TOKEN, &new.refresh)] {
            let Some(token) = token else { continue };
            // A string of JSON is one of YAML.
            let token = Value::from(token.as_str()).to_string();
            match entries.get(key) {
                Some(entry) => {
                    let (key, there) = (entry.key.clone()?, entry.value.clone()?);
                    // A block begins with its sign, before what counts as its text, and its last line goes on to the next one.
                    let sign = text.get(key.end..there.start)?.find(['|', '>']);
                    let start = sign.map_or(there.start, |sign| key.end + sign);
                    let end = there.start + text.get(there)?.trim_end().len();
                    edits.push((start..end, token));
                }
                None => {
                    // Before the other one, in the way that this one is written.
                    let beside = entries.get(super::REFRESH_TOKEN)?.key.clone()?.start;
                    let line = text.get(..beside)?.rfind('\n').map_or(0, |end| end + 1);
                    let indent = text.get(line..beside)?;
                    let between = match indent.bytes().all(|letter| letter == b' ') {
                        true => format!("\n{indent}"),
                        false => ", ".to_owned(),
                    };
                    edits.push((beside..beside, format!("\"{key}\": {token}{between}")));
                }
            }
        }
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut changed = text.to_owned();
        for (range, token) in edits {
            changed.replace_range(range, &token);
        }
        // Aliases, tags and whatever else was not thought of: the result must be what is meant, and nothing else.
        let mut meant: Value = serde_saphyr::from_str(text).ok()?;
        let users = meant.get_mut("users")?.as_array_mut()?;
        let user = users.iter_mut().find(|user| user["name"] == *self.user)?;
        let config = user.pointer_mut("/user/auth-provider/config")?.as_object_mut()?;
        for (key, token) in [(super::ID_TOKEN, &new.id), (super::REFRESH_TOKEN, &new.refresh)] {
            if let Some(token) = token {
                config.insert(key.to_owned(), Value::from(token.as_str()));
            }
        }
        (serde_saphyr::from_str::<Value>(&changed).ok()? == meant).then_some(changed)
    }
}

/// A key and its value, and where they stand.
struct Entry {
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    text: Option<String>,
}

/// The bytes of the text that a location means.
fn range(location: Location) -> Option<Range<usize>> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    (length > 0).then(|| start..start.saturating_add(length))
}

fn read(file: &Path) -> io::Result<String> {
    // A pipe, as a shell's `<(...)` makes one, has said already what it had to say.
    if !fs::metadata(file)?.is_file() {
        return Err(ErrorKind::Unsupported.into());
    }
    let mut text = String::new();
    File::open(file)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// kubectl's lock of a kubeconfig: a file beside it, which is there while somebody writes.
struct Lock(PathBuf);

impl Lock {
    fn take(file: &Path) -> Result<Lock, String> {
        let mut name = OsString::from(file);
        name.push(".lock");
        let lock = PathBuf::from(name);
        let begun = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&lock) {
                Ok(_) => return Ok(Lock(lock)),
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(format!("{} cannot be created: {error}", lock.display()));
                }
                Err(_) if begun.elapsed() > PATIENCE => {
                    return Err(format!(
                        "{} is there, as while kubectl writes; if nothing runs that would, remove it",
                        lock.display()
                    ));
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes a file anew: nobody sees half of it, and mode and owner stay. What a symbolic link leads to is written.
fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let file = fs::canonicalize(file)?;
    // Who may not write it would not get around that by way of the directory.
    let there = OpenOptions::new().write(true).open(&file)?;
    match written_beside(&file, &there, content)? {
        Some(beside) => fs::rename(&beside, &file).or_else(|error| {
            let _ = fs::remove_file(&beside);
            match error.kind() {
                // A file that is mounted by itself cannot be exchanged, only written.
                ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => write_into(there, content),
                _ => Err(error),
            }
        }),
        None => write_into(there, content),
    }
}

/// A file beside it with its mode and owner; `None` where there can be none, and the file itself has to be written.
fn written_beside(file: &Path, there: &File, content: &[u8]) -> io::Result<Option<PathBuf>> {
    let mut name = OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(format!(".{:016x}", fastrand::u64(..)));
    let beside = file.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let Ok(mut new) = options.open(&beside) else { return Ok(None) };
    let written = same_owner(&new, there).and_then(|same| match same {
        true => {
            new.write_all(content)?;
            new.set_permissions(there.metadata()?.permissions())?;
            new.sync_all().map(|()| true)
        }
        false => Ok(false),
    });
    if !matches!(written, Ok(true)) {
        let _ = fs::remove_file(&beside);
    }
    written.map(|written| written.then_some(beside))
}

/// Gives a new file the owner of another one, if that can be; a file with several names has to stay the same file, too.
#[cfg(unix)]
fn same_owner(new: &File, there: &File) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (is, meant) = (new.metadata()?, there.metadata()?);
    let same = (is.uid(), is.gid()) == (meant.uid(), meant.gid());
    Ok(meant.nlink() == 1 && (same || fchown(new, Some(meant.uid()), Some(meant.gid())).is_ok()))
}

#[cfg(not(unix))]
fn same_owner(_: &File, _: &File) -> io::Result<bool> {
    Ok(true)
}

/// As kubectl does it.
fn write_into(mut file: File, content: &[u8]) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &Path) -> Place {
        Place { file: file.to_owned(), user: "me".into() }
    }

    fn tokens(id: Option<&str>, refresh: &str) -> Tokens {
        Tokens { id: id.map(str::to_owned), refresh: Some(refresh.to_owned()) }
    }

    fn changed(text: &str) -> Option<String> {
        let place = place(Path::new("x"));
        let entries = place.entries(text).unwrap()?;
        place.changed(text, &entries, &tokens(Some("n\"ew"), "next"))
    }

    const HEAD: &str = "users:\n- name: me\n  user:\n    auth-provider:\n      name: oidc\n      config:\n";

    #[test]
    fn tokens_are_exchanged_however_they_are_written() {
        for (before, after) in [
            (
                "        id-token: a # b\n        refresh-token: 'c'\n",
                "        id-token: NEW # b\n        refresh-token: NEXT\n",
            ),
            (
                "        refresh-token: >-\n          c\n          d\n\n        id-token: |\n          a\n        x: y\n",
                "        refresh-token: NEXT\n\n        id-token: NEW\n        x: y\n",
            ),
            (
                "        \"refresh-token\": \"c\\\n          d\"\n",
                "        \"id-token\": NEW\n        \"refresh-token\": NEXT\n",
            ),
            (
                "        {refresh-token: c, x: y}\n",
                "        {\"id-token\": NEW, refresh-token: NEXT, x: y}\n",
            ),
            (
                "        refresh-token: c\n        id-token: \"\"\n",
                "        refresh-token: NEXT\n        id-token: NEW\n",
            ),
            (
                "        x: ü\n        id-token: a\r\n        refresh-token: c",
                "        x: ü\n        id-token: NEW\r\n        refresh-token: NEXT",
            ),
        ] {
            let meant = after.replace("NEW", r#""n\"ew""#).replace("NEXT", r#""next""#);
            assert_eq!(
                changed(&format!("{HEAD}{before}")).as_deref(),
                Some(&*format!("{HEAD}{meant}")),
                "{before}"
            );
        }
        let json = r#"{"kind": "Config", "users": [{"name": "me", "user": {"auth-provider": {"name": "oidc", "config": {"refresh-token": "c"}}}}]}"#;
        let meant =
            json.replace(r#""refresh-token": "c""#, r#""id-token": "n\"ew", "refresh-token": "next""#);
        assert_eq!(changed(json), Some(meant));
    }

    #[test]
    fn nothing_else_is_changed() {
        // Another user has the same token by name.
        let text = format!(
            "{HEAD}        refresh-token: &it c\n        id-token: a\n- name: you\n  user: {{token: *it}}\n"
        );
        assert_eq!(changed(&text), None);
        let text =
            format!("{HEAD}        refresh-token: c\n        id-token: a\n").replace("name: me", "name: you");
        assert_eq!(changed(&text), None);
        assert_eq!(changed(&format!("{HEAD}        refresh-token: c\n").replace("oidc", "gcp")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_what_it_is() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        let dir = std::env::temp_dir().join(format!("kubectl-strace-keep-{}", std::process::id()));
        fs::create_dir_all(dir.join("real")).unwrap();
        let (real, link) = (dir.join("real/config"), dir.join("config"));
        let text = format!("{HEAD}        id-token: a\n        refresh-token: c\n");
        fs::write(&real, &text).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o604)).unwrap();
        symlink("real/config", &link).unwrap();
        let (old, new) = (tokens(Some("a"), "c"), tokens(Some("b"), "d"));
        let place = place(&link);
        place.write(&old, &new).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o604);
        assert!(place.read(&[]) == Some(new.clone()), "{}", fs::read_to_string(&real).unwrap());
        // Others were here meanwhile: a new login, a user who has gone.
        place.write(&old, &tokens(Some("x"), "x")).unwrap();
        assert!(place.read(&[]) == Some(new.clone()));
        assert!(place.read(&[("client-id", "other")]).is_none());
        Place { user: "gone".into(), ..place.clone() }.write(&old, &new).unwrap();
        // A file of two names stays one.
        fs::hard_link(&real, dir.join("second")).unwrap();
        place.write(&new, &old).unwrap();
        assert_eq!((fs::metadata(&real).unwrap().nlink(), place.read(&[]) == Some(old.clone())), (2, true));
        assert_eq!(fs::read_dir(dir.join("real")).unwrap().count(), 1, "nothing is left beside it");
        // A lock that goes away in time is waited for.
        let lock = dir.join("config.lock");
        fs::write(&lock, "").unwrap();
        let gone = lock.clone();
        let other = thread::spawn(move || {
            thread::sleep(PAUSE * 10);
            fs::remove_file(gone).unwrap();
        });
        place.write(&old, &new).unwrap();
        other.join().unwrap();
        assert!(place.read(&[]) == Some(new.clone()) && !lock.exists());
        // No lock can be had where no file can be created.
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            let open = File::open(&real).unwrap();
            let by_number = format!("/proc/self/fd/{}", open.as_raw_fd());
            let place = Place { file: by_number.into(), ..place.clone() };
            let why = place.write(&new, &old).unwrap_err();
            assert!(why.contains(".lock cannot be created: No such file"), "{why}");
            assert!(place.read(&[]) == Some(new.clone()));
        }
        // What is no file is left alone, and so is what nobody can make sense of.
        let pipe = Place { file: "/dev/null".into(), ..place.clone() };
        assert!(pipe.read(&[]).is_none() && pipe.write(&old, &new).unwrap_err().contains("no regular file"));
        fs::write(&real, "users: [").unwrap();
        let why = place.write(&new, &old).unwrap_err();
        assert!(why.contains("no kubeconfig any more") && !lock.exists(), "{why}");
        fs::remove_dir_all(dir).unwrap();
    }
}
