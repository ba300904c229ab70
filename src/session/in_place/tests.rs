//! `--in-place` without a strace: the tests make what arrives over the connection, and time passes as fast as it can.

use super::*;
use crate::interrupt::StopSignal;
use futures_util::sink;
use std::time::Instant as StdInstant;

type Sent = mpsc::UnboundedReceiver<Message>;
type Come = mpsc::UnboundedSender<Result<Message, Error>>;

/// A trace whose other side belongs to the test.
fn trace(writer: Writer) -> (Trace<impl Stream<Item = Result<Message, Error>> + Unpin>, Come, Sent) {
    let (come, source) = mpsc::unbounded_channel();
    let (sent, seen) = mpsc::unbounded_channel();
    let source = Box::pin(futures_util::stream::unfold(source, |mut source| async move {
        source.recv().await.map(|message| (message, source))
    }));
    let sink = sink::unfold(sent, |sent: mpsc::UnboundedSender<Message>, message| async move {
        sent.send(message).map_err(|_| Error::AlreadyClosed)?;
        Ok(sent)
    });
    let trace = Trace {
        listener: Listener::new(source),
        beats: Beats::start(Box::pin(sink), true),
        writer,
        health: Health::unwatched(),
        deadline: None,
        suspensions: Suspensions::listen(),
        suspended: None,
        stopping: None,
        waiting: None,
    };
    (trace, come, seen)
}

fn ended() -> Result<Message, Error> {
    Ok(Message::binary(&b"\x03{\"status\":\"Success\"}"[..]))
}

#[tokio::test(start_paused = true)]
async fn a_dead_connection_is_noticed() {
    let (mut trace, _come, mut sent) = trace(Writer::stuck().0);
    let (_signals, mut interrupts) = Interrupts::of_test();
    let begun = Instant::now();
    let refusal = trace.converse(&mut interrupts).await.unwrap_err().to_string();
    assert!(refusal.contains("the connection to the container is gone"), "{refusal}");
    assert!(refusal.contains("not even an answer to a ping"), "{refusal}");
    let lasted = begun.elapsed();
    assert!((SILENCE..SILENCE * 2).contains(&lasted), "{lasted:?}");
    let pings =
        std::iter::from_fn(|| sent.try_recv().ok()).filter(|message| matches!(message, Message::Ping(_)));
    assert!(pings.count() >= 3, "the API server was asked");
}

#[tokio::test(start_paused = true)]
async fn a_target_that_does_nothing_is_not_a_dead_connection() {
    let (mut trace, come, mut sent) = trace(Writer::stuck().0);
    let (signals, mut interrupts) = Interrupts::of_test();
    let server = tokio::spawn(async move {
        while let Some(message) = sent.recv().await {
            let answer = match message {
                Message::Ping(_) => Ok(Message::Pong(Bytes::new())),
                // The end of stdin.
                Message::Binary(frame) if frame[0] == stream::CLOSE => ended(),
                _ => continue,
            };
            let _ = come.send(answer);
        }
    });
    let person = tokio::spawn(async move {
        sleep(Duration::from_secs(120)).await;
        signals.send((StdInstant::now(), StopSignal::Interrupt)).unwrap();
        // Nobody else sends anything.
        std::future::pending::<()>().await;
    });
    let begun = Instant::now();
    let status = trace.converse(&mut interrupts).await.unwrap();
    assert_eq!(stream::exit_code(&status), Some(0));
    let lasted = begun.elapsed().as_secs();
    assert!((120..123).contains(&lasted), "{lasted}");
    assert!(matches!(trace.stopping, Some((_, Stop::Interrupted))));
    person.abort();
    server.abort();
}

#[tokio::test(start_paused = true)]
async fn a_second_ctrl_c_does_not_wait_for_the_end() {
    let (mut trace, _come, _sent) = trace(Writer::stuck().0);
    let (signals, mut interrupts) = Interrupts::of_test();
    let now = StdInstant::now();
    for at in [0, 100] {
        signals.send((now + Duration::from_millis(at), StopSignal::Interrupt)).unwrap();
    }
    let begun = Instant::now();
    let refusal = trace.converse(&mut interrupts).await.unwrap_err();
    assert_eq!(refusal.code(), refusal::INTERRUPTED);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stuck_reader_does_not_delay_the_end() {
    let (writer, _unread) = Writer::stuck();
    let (mut trace, come, mut sent) = trace(writer);
    let (signals, mut interrupts) = Interrupts::of_test();
    for _ in 0..4 {
        come.send(Ok(Message::binary(&b"\x01close(3) = 0\n"[..]))).unwrap();
    }
    let server = tokio::spawn(async move {
        sleep(Duration::from_secs(60)).await;
        let silent = std::iter::from_fn(|| sent.try_recv().ok())
            .filter(|message| matches!(message, Message::Binary(_)))
            .count();
        signals.send((StdInstant::now(), StopSignal::Terminate)).unwrap();
        while let Some(message) = sent.recv().await {
            if matches!(&message, Message::Binary(frame) if frame[0] == stream::CLOSE) {
                come.send(ended()).unwrap();
                break;
            }
        }
        (silent, come, signals)
    });
    let begun = Instant::now();
    trace.converse(&mut interrupts).await.unwrap();
    let lasted = begun.elapsed();
    assert!((Duration::from_secs(60)..Duration::from_secs(62)).contains(&lasted), "{lasted:?}");
    let (silent, ..) = server.await.unwrap();
    assert!(silent <= 2, "strace was told {silent} times that somebody reads");
}
