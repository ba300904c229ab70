//! Facts about file locks (proc_locks(5)). The kernel lists those of all processes of our PID namespace; what concerns
//! nobody of the target is not told.

use super::answer::Answer;
use std::fs;
use wire::look::{Fact, Lock};

/// At most this many locks are told.
const MOST: usize = 4096;

/// Tells of the locks that one of these processes holds or waits for, and of who else holds what they wait for.
pub fn tell(members: &[i32], answer: &mut Answer) {
    let text = match fs::read_to_string("/proc/locks") {
        Ok(text) => text,
        Err(error) => return answer.could_not("file locks", 0, &error),
    };
    for lock in of(&text, members).into_iter().take(MOST) {
        answer.say(Fact::Lock(lock));
    }
}

fn of(text: &str, members: &[i32]) -> Vec<Lock> {
    let mut all: Vec<Lock> = text.lines().filter_map(parse).collect();
    let concerned: Vec<u64> =
        all.iter().filter(|lock| members.contains(&lock.process)).map(|lock| lock.id).collect();
    all.retain(|lock| concerned.contains(&lock.id));
    for lock in &mut all {
        if !members.contains(&lock.process) {
            lock.process = 0;
        }
    }
    all
}

/// `1: -> FLOCK  ADVISORY  WRITE 19 08:01:4711 0 EOF`
fn parse(line: &str) -> Option<Lock> {
    let (id, rest) = line.split_once(':')?;
    let mut words = rest.split_whitespace().peekable();
    // One arrow for each step behind the lock that is held.
    let waits = words.peek() == Some(&"->");
    while words.next_if(|word| *word == "->").is_some() {}
    let (kind, _advisory, mode) = (words.next()?, words.next()?, words.next()?);
    let process = words.next()?.parse().ok()?;
    let file = words.next()?;
    let (start, end) = (words.next()?, words.next()?);
    Some(Lock {
        id: id.trim().parse().ok()?,
        kind: kind.into(),
        mode: mode.into(),
        process,
        file: file.into(),
        range: format!("{start}-{end}"),
        waits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_the_target_is_told() {
        let text = "1: FLOCK  ADVISORY  WRITE 19 08:01:4711 0 EOF\n\
                    1: -> FLOCK  ADVISORY  WRITE 20 08:01:4711 0 EOF\n\
                    1:  -> FLOCK  ADVISORY  WRITE 21 08:01:4711 0 EOF\n\
                    2: POSIX  ADVISORY  READ 99 00:2f:12 128 129\n\
                    3: OFDLCK ADVISORY  READ -1 00:2f:12 0 0\n";
        let found = of(text, &[20]);
        assert_eq!(found.len(), 3, "{found:?}");
        let holder = found.iter().find(|lock| !lock.waits).expect("who holds it");
        assert_eq!((holder.process, holder.kind.as_str(), holder.range.as_str()), (0, "FLOCK", "0-EOF"));
        assert_eq!(found.iter().filter(|lock| lock.waits && lock.process == 20).count(), 1);
        assert!(of(text, &[7]).is_empty());
    }
}
