//! How long threads stay in one and the same stop, as seen by an observer.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often it looks.
const OFTEN: Duration = Duration::from_millis(20);

/// Watches a process and all its descendants.
pub struct Still {
    done: Arc<AtomicBool>,
    watch: JoinHandle<Duration>,
}

impl Still {
    pub fn watch(process: u32) -> Still {
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        let watch = thread::spawn(move || {
            let mut stops: BTreeMap<u32, (u64, Instant)> = BTreeMap::new();
            let mut longest = Duration::ZERO;
            while !told.load(Ordering::SeqCst) {
                let mut seen = BTreeMap::new();
                look(process, &mut |thread| {
                    let Some(turns) = stopped(thread) else { return };
                    let now = Instant::now();
                    let since = match stops.get(&thread) {
                        Some((before, since)) if *before == turns => *since,
                        _ => now,
                    };
                    longest = longest.max(now - since);
                    seen.insert(thread, (turns, since));
                });
                stops = seen;
                thread::sleep(OFTEN);
            }
            longest
        });
        Still { done, watch }
    }

    /// The longest time in one stop, with the precision of two looks.
    pub fn longest(self) -> Duration {
        self.done.store(true, Ordering::SeqCst);
        self.watch.join().expect("it does not panic")
    }
}

/// Calls `each` for every thread of a process and its descendants.
fn look(process: u32, each: &mut impl FnMut(u32)) {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return };
    let number = |text: &str| text.parse().expect("a number");
    for task in tasks.flatten() {
        let name = task.file_name();
        each(number(name.to_str().expect("text")));
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        children.split_whitespace().for_each(|child| look(number(child), each));
    }
}

/// How often a thread in a ptrace stop has been descheduled: while that number does not change, it is the same
/// stop.
fn stopped(thread: u32) -> Option<u64> {
    // One read: fields from several reads may belong to different stops.
    let status = fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let field = |name| status.lines().find_map(|line| Some(line.strip_prefix(name)?.trim()));
    let turns = |name| field(name)?.parse::<u64>().ok();
    let all = turns("voluntary_ctxt_switches:")? + turns("nonvoluntary_ctxt_switches:")?;
    field("State:")?.starts_with('t').then_some(all)
}
