//! The thread that cuts the store into frames and writes them.

use super::{
    shared::Shared,
    store::{Batch, Waiting},
};
use std::{
    io::Write,
    sync::PoisonError,
    time::{Duration, Instant},
};
use wire::codec::Encoder;

/// How long the writer lets messages accumulate after a frame, so that a busy target costs few frames. The first message
/// after a silence goes out at once.
const LINGER: Duration = Duration::from_millis(5);
/// A frame is sent at least this often, so that the reader knows that we are alive.
pub(super) const PULSE: Duration = Duration::from_secs(1);

/// The writer thread: until the end is written or nobody reads any more.
pub(super) fn write(shared: &Shared, mut out: impl Write, first: u64) {
    let mut encoder = Encoder::resume(first);
    let mut frame = Vec::new();
    let mut written = None;
    loop {
        let (batch, last) = next(shared, written);
        frame.clear();
        let made = encoder.payload(&batch.bytes, batch.events, last, &mut frame);
        // A batch is at most `BATCH` long or one message, and no message is kept that is too long for a frame.
        debug_assert!(made.is_ok(), "a batch that fits into no frame");
        let sent = out.write_all(&frame).and_then(|()| out.flush());
        written = Some(Instant::now());
        let mut store = shared.lock();
        store.give_back(batch);
        store.written = last;
        store.broken = sent.is_err();
        if store.patience.is_some() {
            shared.room.notify_all();
        }
        if store.written || store.broken {
            drop(store);
            shared.end.notify_all();
            return;
        }
    }
}

/// Waits for the next batch; returns whether it is the last. An empty one is a sign of life.
fn next(shared: &Shared, written: Option<Instant>) -> (Batch, bool) {
    let mut store = shared.lock();
    loop {
        let full = !store.sealed.is_empty() || store.ended;
        let (waiting, most) = if full {
            (Waiting::No, Duration::ZERO)
        } else if store.open.bytes.is_empty() {
            (Waiting::Message, PULSE)
        } else {
            (
                Waiting::Batch,
                written.map_or(Duration::ZERO, |written| LINGER.saturating_sub(written.elapsed())),
            )
        };
        let mut late = most.is_zero();
        if !late {
            store.waiting = waiting;
            let waited = shared.work.wait_timeout(store, most).unwrap_or_else(PoisonError::into_inner);
            store = waited.0;
            store.waiting = Waiting::No;
            late = waited.1.timed_out();
        }
        if late {
            let batch = store.take().unwrap_or_default();
            let last = store.ended && store.sealed.is_empty() && store.open.bytes.is_empty();
            return (batch, last);
        }
    }
}
