//! Looks for processes that enter the target and are no tracee's children (`kubectl exec`, probes), on a thread of its own: it
//! looks at every process that it can see, which may be all of a node.

use super::{registry::ShardRegistry, wakeup};
use crate::{
    engine::{
        Plan,
        members::{Member, members},
    },
    procfs,
};
use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

/// The thread, which ends some time after this, and what it has found.
#[derive(Debug)]
pub struct Entrants {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Debug, Default)]
struct Shared {
    found: Mutex<Vec<Member>>,
    /// There is something in it.
    full: AtomicBool,
    over: AtomicBool,
}

impl Entrants {
    /// Begins to look at this interval for processes of which `registry` does not know every thread. `None`: the system gives
    /// no thread for it.
    pub fn look_for(plan: &Plan, registry: Arc<ShardRegistry>, every: Duration) -> Option<Entrants> {
        let shared = Arc::new(Shared::default());
        let (plan, looks) = (plan.clone(), shared.clone());
        let look = thread::Builder::new().name("entrants".into());
        let look = look.spawn(move || {
            // It outlives neither the trace nor the process for long; nobody waits for it.
            while !looks.over.load(Ordering::Acquire) {
                thread::park_timeout(every);
                let mut found = members(&plan, &plan.programs);
                found.retain(|member| {
                    let threads = procfs::threads(member.process).unwrap_or_default();
                    threads.into_iter().any(|tid| !registry.knows(tid))
                });
                if !found.is_empty() && !looks.over.load(Ordering::Acquire) {
                    *looks.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
                    looks.full.store(true, Ordering::Release);
                    wakeup::wake();
                }
            }
        });
        Some(Entrants { shared, thread: look.ok()?.thread().clone() })
    }

    /// What was found since this was last called.
    pub fn take(&self) -> Vec<Member> {
        // Asked for at every stop.
        if !self.shared.full.load(Ordering::Relaxed) || !self.shared.full.swap(false, Ordering::Acquire) {
            return Vec::new();
        }
        // Whoever writes holds it for no longer than that takes.
        mem::take(&mut self.shared.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks again at once: what was just seized may have had children before.
    pub fn again(&self) {
        self.thread.unpark();
    }
}

impl Drop for Entrants {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
