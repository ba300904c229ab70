//! A bad connection: a proxy between the plugin and the API server that stalls, slows down or cuts the traffic.

use super::node::Namespace;
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// The current state, and all connections.
#[derive(Default)]
struct State {
    /// Nothing gets through, as when packets are dropped.
    stalled: AtomicBool,
    /// At most this many bytes per second towards the client; 0 means unlimited.
    speed: AtomicU64,
    over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// A running proxy.
pub struct Proxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// Starts a proxy for a server (`host:port`).
    pub fn start(server: String) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::<State>::default();
        let serve = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if serve.over.load(Ordering::Relaxed) {
                    return;
                }
                while serve.stalled.load(Ordering::Relaxed) && !serve.over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(20));
                }
                // Without a server, the client sees its connection closed.
                let Ok(upstream) = TcpStream::connect(&server) else { continue };
                for (from, to, slow) in [(&client, &upstream, false), (&upstream, &client, true)] {
                    let (from, to) = (from.try_clone().expect("open"), to.try_clone().expect("open"));
                    let state = Arc::clone(&serve);
                    thread::spawn(move || carry(&state, from, to, slow));
                }
                serve.open.lock().expect("nobody panics with it").extend([client, upstream]);
            }
        });
        Proxy { port, state }
    }

    /// From now on nothing gets through, or everything does again.
    pub fn stall(&self, stalled: bool) {
        self.state.stalled.store(stalled, Ordering::Relaxed);
    }

    /// At most this many bytes per second towards the client; 0 means unlimited.
    pub fn limit(&self, speed: u64) {
        self.state.speed.store(speed, Ordering::Relaxed);
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        for stream in self.state.open.lock().expect("nobody panics with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Namespace {
    /// A proxy for the API server, and a kubeconfig that uses it. The caller removes the file.
    pub fn behind_proxy(&self) -> (Proxy, PathBuf) {
        let jsonpath = "jsonpath={.clusters[0].cluster.server} {.clusters[0].name}";
        let cluster = self.kubectl(&["config", "view", "--raw", "-o", jsonpath]);
        let (server, name) = cluster.trim().split_once(' ').expect("two words");
        let address = server.trim_start_matches("https://").trim_end_matches('/').to_string();
        let (host, _) = address.rsplit_once(':').expect("a port");
        let proxy = Proxy::start(address.clone());
        let (server, host) =
            (format!("--server=https://127.0.0.1:{}", proxy.port), format!("--tls-server-name={host}"));
        let config = self.kubeconfig(&[&["set-cluster", name, &server, &host]]);
        (proxy, config)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        self.cut();
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn carry(state: &State, mut from: TcpStream, mut to: TcpStream, slow: bool) {
    let mut buffer = [0; 16 << 10];
    let _ = from.set_read_timeout(Some(Duration::from_millis(20)));
    while !state.over.load(Ordering::Relaxed) {
        if state.stalled.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        let speed = if slow { state.speed.load(Ordering::Relaxed) } else { 0 };
        let most = if speed == 0 { buffer.len() } else { buffer.len().min((speed / 10).max(1) as usize) };
        match from.read(&mut buffer[..most]) {
            Ok(0) => break,
            Ok(length) => {
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
                if speed > 0 {
                    thread::sleep(Duration::from_secs_f64(length as f64 / speed as f64));
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
