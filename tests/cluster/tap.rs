//! Records what the plugin sends to the API server: as a proxy for CONNECT, or as a tap in an unencrypted connection, which
//! can change the text on its way.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What it does with a connection.
#[derive(Clone)]
pub enum Kind {
    /// Waits for `CONNECT HOST:PORT`, and connects to the server, whatever that host is.
    Connect,
    /// Connects to the server at once, and replaces a text in what the client sends.
    Replace(&'static str, &'static str),
}

/// A running tap.
pub struct Tap {
    /// Its port on 127.0.0.1.
    pub port: u16,
    sent: Arc<Mutex<String>>,
    over: Arc<AtomicBool>,
}

impl Tap {
    /// Starts a tap before a server (`host:port`).
    pub fn start(server: String, kind: Kind) -> Tap {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (sent, over) = (Arc::<Mutex<String>>::default(), Arc::<AtomicBool>::default());
        let tap = Tap { port, sent: Arc::clone(&sent), over: Arc::clone(&over) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (server, kind, sent) = (server.clone(), kind.clone(), Arc::clone(&sent));
                thread::spawn(move || serve(client, &server, &kind, &sent));
            }
        });
        tap
    }

    /// What clients have sent that is readable as text: the lines of CONNECT, or everything.
    pub fn sent(&self) -> String {
        self.sent.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(mut client: TcpStream, server: &str, kind: &Kind, sent: &Mutex<String>) {
    let note = |bytes: &[u8]| {
        sent.lock().expect("nobody panics with it").push_str(&String::from_utf8_lossy(bytes));
    };
    if matches!(kind, Kind::Connect) {
        // One byte at a time, so that nothing after the head is consumed.
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
            head.push(byte[0]);
        }
        note(&head);
        if !head.starts_with(b"CONNECT ") || client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").is_err() {
            return;
        }
    }
    let Ok(upstream) = TcpStream::connect(server) else { return };
    let (back, forth) = (upstream.try_clone().expect("open"), client.try_clone().expect("open"));
    let answers = thread::spawn(move || carry(back, forth, |bytes| bytes.to_vec()));
    carry(client, upstream, |bytes| match kind {
        Kind::Connect => bytes.to_vec(),
        Kind::Replace(from, to) => {
            note(bytes);
            // Only whole request heads, which fit into one read, are text.
            match std::str::from_utf8(bytes) {
                Ok(text) => text.replace(from, to).into_bytes(),
                Err(_) => bytes.to_vec(),
            }
        }
    });
    let _ = answers.join();
}

fn carry(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&[u8]) -> Vec<u8>) {
    let mut buffer = [0; 64 << 10];
    let _ = from.set_read_timeout(Some(Duration::from_secs(120)));
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                if to.write_all(&change(&buffer[..length])).is_err() {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
