//! Which threads are traced, for whoever looks at them from outside of the engine's thread.

use super::Meter;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The threads that are traced now.
#[derive(Debug, Default)]
pub struct Roster(Mutex<HashMap<i32, Entry>>);

/// A traced thread.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its process.
    pub process: i32,
    /// What its shard notes of it.
    pub meter: Arc<Meter>,
}

/// What has changed since the roster was last written. The engine's thread never waits for it: what cannot be written
/// now is written later.
#[derive(Debug, Default)]
pub struct Changes(Vec<(i32, Change)>);

#[derive(Debug)]
enum Change {
    Enters(Entry),
    Leaves(Arc<Meter>),
}

impl Changes {
    /// A thread is traced from now on.
    pub fn enter(&mut self, thread: i32, process: i32, meter: Arc<Meter>) {
        self.0.push((thread, Change::Enters(Entry { process, meter })));
    }

    /// A thread is not traced any more, or stands still for another reason.
    ///
    /// `meter` is its own: after an execve another thread may have its id already, which another shard serves.
    pub fn leave(&mut self, thread: i32, meter: Arc<Meter>) {
        self.0.push((thread, Change::Leaves(meter)));
    }

    /// Writes them, if nobody reads just now.
    pub fn write(&mut self, roster: &Roster) {
        if !self.0.is_empty()
            && let Ok(mut threads) = roster.0.try_lock()
        {
            for (thread, change) in self.0.drain(..) {
                match change {
                    Change::Enters(entry) => {
                        threads.insert(thread, entry);
                    }
                    Change::Leaves(meter) => {
                        if threads.get(&thread).is_some_and(|entry| Arc::ptr_eq(&entry.meter, &meter)) {
                            threads.remove(&thread);
                        }
                    }
                }
            }
        }
    }
}

impl Roster {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The threads, into what was read before.
    pub fn read(&self, into: &mut Vec<(i32, Entry)>) {
        into.clear();
        let threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        into.extend(threads.iter().map(|(thread, entry)| (*thread, entry.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_now_is_written_later() {
        let (roster, mut changes) = (Roster::default(), Changes::default());
        let meters: [Arc<Meter>; 3] = Default::default();
        changes.enter(7, 7, meters[0].clone());
        changes.enter(8, 7, meters[1].clone());
        let reader = roster.0.lock().unwrap();
        changes.write(&roster);
        assert!(reader.is_empty());
        drop(reader);
        changes.leave(7, meters[0].clone());
        // Another thread has that id now.
        changes.leave(8, meters[2].clone());
        changes.write(&roster);
        let mut read = vec![(1, Entry { process: 1, meter: Arc::default() })];
        roster.read(&mut read);
        let read: Vec<_> = read.into_iter().map(|(thread, entry)| (thread, entry.process)).collect();
        assert_eq!((read, roster.len()), (vec![(8, 7)], 1));
    }
}
