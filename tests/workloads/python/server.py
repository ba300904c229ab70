"""A threaded web server: one thread for each connection, and four that always work."""

import http.server
import pathlib
import queue
import signal
import sys
import tempfile
import threading

jobs = queue.Queue()
done = {}
lock = threading.Lock()


def work(number):
    """Writes and reads back what the requests ask for."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "job")
        while True:
            try:
                job, ready = jobs.get(timeout=0.1)
            except queue.Empty:
                job, ready = f"idle {number}", None
            path.write_text(job)
            assert path.read_text() == job
            with lock:
                done[number] = done.get(number, 0) + 1
            if ready:
                ready.set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the header and the body are two writes

    def do_GET(self):
        ready = threading.Event()
        jobs.put((self.path, ready))
        ready.wait()
        with lock:
            body = f"{sum(done.values())} jobs done by {len(done)} threads\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for n in range(4):
    threading.Thread(target=work, args=(n,), name=f"worker-{n}", daemon=True).start()
print("serving on :8080")
Server(("", 8080), Handler).serve_forever()
