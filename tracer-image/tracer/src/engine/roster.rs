//! Which threads are traced, for whoever looks at them from outside of the engine's thread.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The threads that are traced now, each with its process.
#[derive(Debug, Default)]
pub struct Roster(Mutex<HashMap<i32, i32>>);

/// What has changed since the roster was last written. The engine's thread never waits for it: what cannot be written
/// now is written later.
#[derive(Debug, Default)]
pub struct Changes(Vec<(i32, Option<i32>)>);

impl Changes {
    /// A thread is traced from now on.
    pub fn enter(&mut self, thread: i32, process: i32) {
        self.0.push((thread, Some(process)));
    }

    /// A thread is not traced any more, or stands still for another reason.
    pub fn leave(&mut self, thread: i32) {
        self.0.push((thread, None));
    }

    /// Writes them, if nobody reads just now.
    pub fn write(&mut self, roster: &Roster) {
        if !self.0.is_empty()
            && let Ok(mut threads) = roster.0.try_lock()
        {
            for (thread, process) in self.0.drain(..) {
                match process {
                    Some(process) => threads.insert(thread, process),
                    None => threads.remove(&thread),
                };
            }
        }
    }
}

impl Roster {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Threads and their processes, into what was read before.
    pub fn read(&self, into: &mut Vec<(i32, i32)>) {
        into.clear();
        into.extend(self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(t, p)| (*t, *p)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_now_is_written_later() {
        let (roster, mut changes) = (Roster::default(), Changes::default());
        changes.enter(7, 7);
        changes.enter(8, 7);
        let reader = roster.0.lock().unwrap();
        changes.write(&roster);
        assert!(reader.is_empty());
        drop(reader);
        changes.leave(7);
        changes.write(&roster);
        let mut read = vec![(1, 1)];
        roster.read(&mut read);
        assert_eq!((read, roster.len()), (vec![(8, 7)], 1));
    }
}
