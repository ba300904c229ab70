//! The store behind its lock, and who waits for it.

use super::store::{RESERVE, Store, Waiting};
use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
    time::{Duration, Instant},
};
use wire::codec;

/// The store, and the threads that wait for it.
pub(super) struct Shared {
    pub(super) store: Mutex<Store>,
    /// How many calls began, shown or not.
    pub(super) calls: AtomicU64,
    /// The writer waits for messages.
    pub(super) work: Condvar,
    /// A shard waits for room.
    pub(super) room: Condvar,
    /// Others wait for the writer, or for the agent.
    pub(super) end: Condvar,
}

impl Shared {
    pub(super) fn new(capacity: usize) -> Shared {
        Shared {
            store: Mutex::new(Store::new(capacity)),
            calls: AtomicU64::new(0),
            work: Condvar::new(),
            room: Condvar::new(),
            end: Condvar::new(),
        }
    }

    /// The store. Holders of the lock only move bytes or pointers.
    pub(super) fn lock(&self) -> MutexGuard<'_, Store> {
        // Nothing panics in the middle of a change while it holds the lock; and to go on counting is better than to end.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store, with room for an event if there is some, or if there will be some in time when waiting is wanted.
    pub(super) fn room_for(&self, shard: u16, length: usize) -> MutexGuard<'_, Store> {
        let mut store = self.lock();
        if store.patience.is_none() {
            return store;
        }
        if store.has_room(length) {
            store.blocked = None;
            return store;
        }
        // All waiting counts as one until something finds room without waiting: the stop of a tracee lasts as long as the
        // stops before it, whose turn comes first.
        while let Some(patience) = store.patience
            && !store.has_room(length)
            && !store.losses.contains_key(&shard)
            && !(store.ended || store.broken || length > codec::MOST)
        {
            let left = patience.saturating_sub(store.blocked.get_or_insert_with(Instant::now).elapsed());
            if left.is_zero() {
                break;
            }
            store = self.room.wait_timeout(store, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        store
    }

    pub(super) fn send(&self, message: &[u8]) {
        let mut store = self.lock();
        if !store.ended && store.held + message.len() <= store.capacity + RESERVE {
            store.push(message, 0);
            self.wake(store);
        }
    }

    /// Wakes the writer, if it waits for what the store now has.
    pub(super) fn wake(&self, store: MutexGuard<'_, Store>) {
        let wanted = match store.waiting {
            Waiting::No => false,
            Waiting::Message => true,
            Waiting::Batch => store.ended || !store.sealed.is_empty(),
        };
        drop(store);
        if wanted {
            self.work.notify_one();
        }
    }

    pub(super) fn wait(&self, most: Duration, done: impl Fn(&Store) -> bool) -> bool {
        let store = self.lock();
        let (store, _) = self
            .end
            .wait_timeout_while(store, most, |store| !done(store) && !store.broken)
            .unwrap_or_else(PoisonError::into_inner);
        done(&store)
    }
}
