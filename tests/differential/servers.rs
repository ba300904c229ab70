//! Real servers under both tracers, from start to end: they start, get a request, and are told to stop.
//!
//! Their packages are unpacked, not installed (`packages.sh`), so that every Debian has the same ones.

use super::{
    all_well, known,
    normal::{self, Shape},
    real::{How, OPTIONS, ends_of_children_last, kinds, own, whole},
    run::{Bench, Output},
};
use std::{
    ffi::OsString,
    fs,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// A server, or a program that is as large as one.
struct Server {
    name: &'static str,
    /// The package that it is in.
    package: &'static str,
    /// What is done before each run, untraced.
    prepare: &'static str,
    /// What is traced. In both, `ROOT` is the directory of the package, `DATA` a directory, `PORT` a free port, and
    /// `USER` makes a program believe that it does not run as root.
    line: &'static str,
    /// The client that sends a request and ends it.
    visit: Option<Visit>,
    /// Calls that are too frequent to compare all of them.
    without: &'static [&'static str],
    how: How,
}

const SERVERS: &[Server] = &[
    Server {
        name: "nginx",
        package: "nginx",
        prepare: "mkdir -p DATA/www && head -c 1000 /dev/zero | tr '\\0' x >DATA/www/index.html && cat >DATA/conf <<CONF
worker_processes 1;
pid DATA/pid;
error_log DATA/error.log;
events {}
http {
    access_log DATA/access.log;
    client_body_temp_path DATA/body; proxy_temp_path DATA/proxy; fastcgi_temp_path DATA/fastcgi;
    uwsgi_temp_path DATA/uwsgi; scgi_temp_path DATA/scgi;
    server { listen 127.0.0.1:PORT; root DATA/www; }
}
CONF",
        line: "exec ROOT/usr/sbin/nginx -c DATA/conf -g 'daemon off;'",
        visit: Some(Visit {
            question: || b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".into(),
            answer: b"\r\n\r\n",
            end: "QUIT",
        }),
        without: &[],
        how: How::Whole,
    },
    Server {
        name: "redis",
        package: "redis-server",
        prepare: "mkdir -p DATA",
        line: "cd DATA; set -- ROOT/usr/lib/*-linux-gnu*; export LD_LIBRARY_PATH=$1
            exec ROOT/usr/bin/redis-server --port PORT --bind 127.0.0.1 --save '' --pidfile DATA/pid",
        visit: Some(Visit {
            question: || b"SET name value\r\nGET name\r\nQUIT\r\n".into(),
            answer: b"+OK\r\n$5\r\nvalue\r\n",
            end: "TERM",
        }),
        without: &[],
        how: How::Kinds,
    },
    Server {
        name: "initdb",
        package: "postgresql",
        prepare: "mkdir -p DATA",
        line: "exec USER ROOT/usr/lib/postgresql/*/bin/initdb --no-sync -A trust -D DATA/base",
        visit: None,
        // It tells its child everything line by line.
        without: &["-e", "trace=!write,ioctl"],
        how: How::Kinds,
    },
    Server {
        name: "postgres --single",
        package: "postgresql",
        prepare: CLUSTER,
        line: "cd DATA; echo 'select 1 + 1' >query
            exec USER ROOT/usr/lib/postgresql/*/bin/postgres --single -D DATA/base postgres <query",
        visit: None,
        without: &[],
        how: How::Whole,
    },
    Server {
        name: "postgres",
        package: "postgresql",
        prepare: CLUSTER,
        line: "exec USER ROOT/usr/lib/postgresql/*/bin/postgres -D DATA/base -k DATA -h 127.0.0.1 -p PORT \
               -c external_pid_file=DATA/pid",
        visit: Some(Visit { question: query, answer: b"D\0\0\0\x0b\0\x01\0\0\0\x012", end: "INT" }),
        without: &[],
        how: How::Kinds,
    },
    Server {
        name: "systemd-analyze",
        package: "systemd",
        prepare: "mkdir -p DATA && printf '[Service]\\nExecStart=/bin/true\\nPrivateTmp=yes\\n' >DATA/one.service",
        line: "set -- ROOT/usr/lib/*-linux-gnu*; export LD_LIBRARY_PATH=$1:$1/systemd
            ROOT/usr/bin/systemd-analyze timespan 1h5m
            ROOT/usr/bin/systemd-analyze verify DATA/one.service
            exec ROOT/usr/bin/systemd-analyze security --offline=yes DATA/one.service",
        visit: None,
        without: &[],
        how: How::Kinds,
    },
];

/// A postgres cluster, made once and then copied.
const CLUSTER: &str = "[ -d DATA.fresh ] || { mkdir DATA.fresh &&
        USER ROOT/usr/lib/postgresql/*/bin/initdb --no-sync -A trust -U somebody -D DATA.fresh/base; }
    cp -a DATA.fresh DATA";

/// As another user, in a namespace where that user owns what was root's.
const ANOTHER_USER: &str = "unshare --user --map-user=1000 --map-group=1000";

/// A client of a server.
#[derive(Clone, Copy)]
struct Visit {
    /// What it sends; the server then closes the connection.
    question: fn() -> Vec<u8>,
    /// What the answer must contain.
    answer: &'static [u8],
    /// The signal that ends the server.
    end: &'static str,
}

/// Longest time for a server to begin to listen, and to answer.
const PATIENCE: Duration = Duration::from_secs(15);

impl Visit {
    /// Asks until there is an answer, and ends the server in any case. A file contains its id.
    fn pay(self, port: u16, pid: &Path) -> Result<(), String> {
        let begin = Instant::now();
        let answered = loop {
            match self.ask(port) {
                Ok(answer) if answer.windows(self.answer.len()).any(|part| part == self.answer) => {
                    break Ok(());
                }
                said if begin.elapsed() > PATIENCE => {
                    break Err(format!("{:?}", said.map(String::from_utf8)));
                }
                _ => sleep(Duration::from_millis(20)),
            }
        };
        let text =
            fs::read_to_string(pid).map_err(|error| format!("{}: {error}; {answered:?}", pid.display()))?;
        let pid = text.lines().next().unwrap_or_default();
        let sent = Command::new("kill").args(["-s", self.end, pid]).status().unwrap();
        assert!(sent.success(), "process {pid} is not there");
        answered
    }

    fn ask(self, port: u16) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&(self.question)())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    }
}

/// Version 3.0 of postgres's protocol: startup, a query, termination.
fn query() -> Vec<u8> {
    let message = |kind: &[u8], text: &[u8]| {
        let length = u32::try_from(text.len() + 4).unwrap();
        [kind, &length.to_be_bytes(), text].concat()
    };
    let hello = b"\0\x03\0\0user\0somebody\0database\0postgres\0\0";
    [message(b"", hello), message(b"Q", b"select 1 + 1\0"), message(b"X", b"")].concat()
}

/// Runs a line of shell, without its output.
fn shell(line: &str) -> bool {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-ec", line]).env_clear().env("PATH", "/usr/bin:/bin");
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.status().unwrap().success()
}

#[test]
fn same_text_of_servers() {
    let bench = Bench::new("servers");
    let script = crate::cluster::root().join("tests/packages.sh");
    let root = shell("[ $(id -u) = 0 ]");
    let mut wrong = Vec::new();
    for server in SERVERS {
        if root && server.line.contains("USER") && !shell(&format!("{ANOTHER_USER} true")) {
            println!("{}: does not run as root, and nobody else can be had here: not compared", server.name);
            continue;
        }
        let done = Command::new(&script).arg(server.package).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let package = String::from_utf8_lossy(&done.stdout).trim().to_string();
        let data = bench.directory().join("data");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let filled = |line: &str| {
            line.replace("ROOT", &package)
                .replace("DATA", &data.display().to_string())
                .replace("PORT", &port.to_string())
                .replace("USER", if root { ANOTHER_USER } else { "" })
        };
        let words: Vec<OsString> = ["/bin/sh", "-c", &filled(server.line)].map(Into::into).into();
        let began = Instant::now();
        let trace = |tracer| {
            let _ = fs::remove_dir_all(&data);
            assert!(shell(&filled(server.prepare)), "{} could not be prepared", server.name);
            let visitor = server.visit.map(|visit| {
                let pid = data.join("pid");
                thread::spawn(move || visit.pay(port, &pid))
            });
            let texts = bench.trace_command(
                tracer,
                server.name,
                &words,
                "servers",
                &[OPTIONS, server.without].concat(),
                Output::File,
            );
            let answered = visitor.map_or(Ok(()), |visitor| visitor.join().unwrap());
            assert_eq!(answered, Ok(()), "{} under {tracer:?}", server.name);
            normal::normalise(&texts, Shape::ByThread, bench.fixed).into_iter().map(own).collect::<Vec<_>>()
        };
        let (lines, found) = match server.how {
            How::Whole => whole(|tracer| ends_of_children_last(trace(tracer))),
            How::Kinds => kinds(trace),
        };
        let found: Vec<_> = found.into_iter().filter(|d| known::why(server.name, d).is_none()).collect();
        println!(
            "{}: {lines} lines compared, {} different ({:.1?})",
            server.name,
            found.len(),
            began.elapsed()
        );
        // A server that did not start leaves only a few lines.
        assert!(lines > 200, "{} did nothing", server.name);
        wrong.extend(found.into_iter().map(|difference| (server.name.into(), difference)));
    }
    all_well(wrong);
}
