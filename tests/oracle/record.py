#!/usr/bin/env python3
"""record.py [NAME...]: asks strace 7.2 how it writes system calls, and keeps its lines.

Each file in calls/ makes up calls: registers, memory, how they end. A process holds that memory and makes the calls,
while strace, attached to it, lets none of them happen and gives each the wanted result (--inject). So any call with any
arguments and any outcome can be asked about, harmlessly, on x86_64 and i386. The lines go to
tracer-image/syscalls/tests/recorded/NAME.calls, which the tests hold our decoder against.
"classes" writes which calls are in which class of strace instead. Without a name: everything.
--check compares with our decoder (the example `decode` of the package) at once and writes nothing.

Needs x86_64 with 32-bit calls, a C compiler, and to be allowed to trace."""

import collections
import importlib.util
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
RECORDED = HERE.parent.parent / "tracer-image/syscalls/tests/recorded"
# getpid of x86_64.
FIRST = 39
# What descriptors of bpf are open on.
OBJECTS = {"map": "bpf-map", "prog": "bpf-prog", "btf": "btf", "link": "bpf_link"}
# When the machine started, in nanoseconds since 1970.
BOOT = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
CLASSES = (
    "%file %desc %network %process %signal %ipc %memory %creds %clock "
    "%stat %lstat %fstat %%stat %statfs %fstatfs %%statfs %pure"
).split()


def headers():
    root = subprocess.check_output([HERE / "headers.sh"], text=True).strip()
    numbers = {}
    for abi, file in {
        "x86_64": "x86_64-linux-gnu/asm/unistd_64.h",
        "i386": "i386-linux-gnu/asm/unistd_32.h",
    }.items():
        text = pathlib.Path(root, "usr/include", file).read_text()
        numbers[abi] = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", text)}
    return numbers


class Calls:
    """Calls that were made up, with the memory that they point to."""

    def __init__(self, numbers):
        self.numbers = numbers
        self.calls = []
        self.memory = []
        self.next = 0x10000000
        self.sockets = {}
        self.objects = {}

    def buf(self, data, at_end=False):
        """Bytes (a str gets its NUL) in pages of their own; at_end: the page behind them is not there."""
        if isinstance(data, str):
            data = data.encode() + b"\0"
        pages = (max(len(data), 1) + 4095) // 4096
        address = self.next + (pages * 4096 - len(data) if at_end else 0)
        self.memory.append((address, data))
        self.next += (pages + 1) * 4096
        return address

    @staticmethod
    def pack(sizes, *numbers):
        """Numbers, negative ones too, in as many bytes each as its digit in sizes says; x is a byte of padding."""
        numbers, packed = list(numbers), b""
        for size in sizes:
            packed += b"\0" if size == "x" else (numbers.pop(0) % (1 << 8 * int(size))).to_bytes(int(size), "little")
        assert not numbers, numbers
        return packed

    def call(self, abi, name, *args, ret=0, err=None, v=False, s=32, opens=None):
        """A call by name or number; bytes and str among its arguments become pointers to them. opens: a descriptor of
        bpf in its memory."""
        number = self.numbers[abi][name] if isinstance(name, str) else name
        width = 64 if abi == "x86_64" else 32
        values = [self.buf(arg) if isinstance(arg, (bytes, str)) else arg for arg in args]
        values = [value % (1 << width) for value in values] + [0] * (6 - len(values))
        self.calls.append(dict(abi=abi, number=number, args=values, ret=ret, err=err, v=v, s=s, opens=opens, line=None))

    def device(self, requests, size=None, abis=("x86_64", "i386")):
        """Requests of ioctl with a structure that counts, is empty, full of letters, of ones, or not there."""
        for request in requests:
            length = size or request >> 16 & 0x3FFF or 8
            counted = self.pack("4" * (length // 4 + 1), *range(0x11, 0x12 + length // 4))
            for abi in abis:
                for v in (False, True):
                    self.call(abi, "ioctl", 3, request, counted, v=v)
                    self.call(abi, "ioctl", 3, request, counted, err="EINVAL", v=v)
                    self.call(abi, "ioctl", 3, request, bytes(length), v=v)
                if length > 1024:
                    continue
                letters = bytes(i % 255 + 1 for i in range(length))
                self.call(abi, "ioctl", 3, request, letters)
                self.call(abi, "ioctl", 3, request, b"\xff" * length, v=True)
                self.call(abi, "ioctl", 3, request, bytes(length), err="EINVAL")
                self.call(abi, "ioctl", 3, request, self.buf(letters[:-1], at_end=True))
                self.call(abi, "ioctl", 3, request, 0)

    def netlink(self, protocol):
        """A descriptor of a netlink socket: strace asks the kernel for its protocol."""
        descriptor = 200 + protocol
        self.sockets[descriptor] = protocol
        return descriptor

    def object(self, kind):
        """A descriptor of a map, a program, types or a link of bpf: strace looks at what it is open on."""
        descriptor = 230 + list(OBJECTS).index(kind)
        self.objects[descriptor] = kind
        return descriptor

    def reachable(self, call):
        """The memory that a call's arguments point to, at once or through pointers in that memory."""
        starts = {address: data for address, data in self.memory}
        found, pending = {}, list(call["args"])
        while pending:
            address = pending.pop()
            if address in starts and address not in found:
                data = found[address] = starts[address]
                pending += [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
        return sorted(found.items())

    def both(self, name, *args, **kwargs):
        """A call that both ABIs have and whose structures do not differ."""
        for abi in ("x86_64", "i386"):
            if name in self.numbers[abi]:
                self.call(abi, name, *args, **kwargs)

    def ask(self):
        """Has strace write every call. Calls that end alike share one run of it."""
        groups = collections.OrderedDict()
        for call in self.calls:
            groups.setdefault((call["ret"], call["err"], call["v"], call["s"]), []).append(call)
        for (ret, err, v, s), calls in groups.items():
            options = ["-a", "1", "-s", str(s)] + (["-v"] if v else [])
            inject = [f"error={err}" if err else f"retval={ret % (1 << 63)}"]
            lines = strace(self.memory, (self.sockets, self.objects), calls, options + ["-e", f"inject=all:{inject[0]}"])
            if len(lines) != len(calls):
                sys.exit(f"record.py: strace wrote {len(lines)} lines for {len(calls)} calls")
            for call, line in zip(calls, lines):
                call["line"] = re.sub(r" \(INJECTED\)$", "", line)

    def text(self):
        """What tests/recorded/mod.rs reads."""
        lines = []
        for call in self.calls:
            options = (" v" if call["v"] else "") + (f" s={call['s']}" if call["s"] != 32 else "")
            lines.append(f"call {call['abi']} {call['number']}{options}")
            args = call["args"][: max([i + 1 for i, arg in enumerate(call["args"]) if arg], default=0)]
            lines.append(" ".join(["args"] + [f"{arg:#x}" for arg in args]))
            lines += [f"mem {address:#x} {data.hex()}" for address, data in self.reachable(call)]
            if call["args"][0] in self.sockets:
                lines.append(f"netlink {call['args'][0]} {self.sockets[call['args'][0]]}")
            for descriptor, kind in self.objects.items():
                if call["opens"] == descriptor:
                    lines.append(f"open {descriptor} anon_inode:{OBJECTS[kind]}")
            if "load_time=" in call["line"]:
                lines.append(f"boot {BOOT}")
            lines.append(f"err {call['err']}" if call["err"] else f"ret {call['ret'] % (1 << 64):#x}")
            lines += [f"line {call['line']}", ""]
        return "\n".join(lines) + "\n"


def compiled(name, *options):
    """A program or library that stands beside this one, compiled once."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"), "kubectl-strace")
    cache.mkdir(parents=True, exist_ok=True)
    program = cache / name
    source = HERE / f"{name}.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.check_call(["cc", "-O1", *options, "-o", program, source])
    return program


def environment(sockets):
    """What strace is given: of a netlink protocol that this kernel does not have it is told by a library."""
    for protocol in sockets.values():
        try:
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol).close()
        except OSError:
            return {**os.environ, "PRELOAD": str(compiled("protocol", "-shared", "-fPIC")), "PROTOCOL": str(protocol)}
    return None


def strace(memory, descriptors, calls, options):
    """The lines that strace writes for the calls."""
    # Of the first call after it attached strace may tell what never was in its memory: that one is nobody's.
    calls = [dict(abi="x86_64", number=FIRST, args=[0] * 6)] + calls
    sockets, objects = descriptors
    with tempfile.TemporaryDirectory() as scratch:
        script, out = pathlib.Path(scratch, "calls"), pathlib.Path(scratch, "out")
        with open(script, "w") as file:
            for address, data in memory:
                file.write(f"M {address:x} {data.hex()}\n")
            for descriptor, protocol in sockets.items():
                file.write(f"S {descriptor} {protocol}\n")
            for descriptor, kind in objects.items():
                file.write(f"B {descriptor} {kind}\n")
            for call in calls:
                args = " ".join(f"{arg:x}" for arg in call["args"])
                file.write(f"C {int(call['abi'] == 'i386')} {call['number']} {args}\n")
        process = subprocess.Popen([compiled("make_calls"), script], stdout=subprocess.PIPE, text=True)
        try:
            state = int(process.stdout.readline(), 16)
            tracer = subprocess.Popen(
                [HERE / "strace.sh", "-p", str(process.pid), "-o", out, *options],
                stderr=subprocess.PIPE,
                text=True,
                env=environment(sockets),
            )
            said = ""
            while "attached" not in said:
                said = tracer.stderr.readline()
                if not said:
                    sys.exit("record.py: strace does not attach: " + tracer.stderr.read())
            # Of memory that ends too early strace complains; nobody must keep it waiting.
            threading.Thread(target=tracer.stderr.read, daemon=True).start()
            with open(f"/proc/{process.pid}/mem", "r+b", buffering=0) as mem:
                mem.seek(state)
                mem.write(b"\1\0\0\0")
                end = time.time() + 120
                while True:
                    mem.seek(state)
                    if mem.read(1) == b"\2":
                        break
                    if time.time() > end:
                        sys.exit("record.py: the calls were not made within two minutes")
                    time.sleep(0.02)
        finally:
            process.kill()
            process.wait()
        tracer.wait()
        lines = out.read_text(errors="backslashreplace").split("\n")
    return [line for line in lines if line and not line.startswith(("[ Process PID=", "+++"))][1:]


def classes(numbers):
    """Which calls are in which class: those that a second injection, for the class only, gives another error."""
    members = {}
    for expression in CLASSES:
        members[expression] = set()
        for abi in ("x86_64", "i386"):
            calls = [dict(abi=abi, number=number, args=[0] * 6) for number in sorted(set(numbers[abi].values()))]
            inject = ["-e", "inject=all:error=ENOTTY", "-e", f"inject={expression}:error=ENOENT"]
            for line in strace([], ({}, {}), calls, inject):
                name = re.match(r"\w+", line)
                if name and "ENOENT" in line:
                    members[expression].add(name[0])
    lines = ["# The calls in each class of strace 7.2, on x86_64 and i386: made by tests/oracle/record.py."]
    lines += [f"{expression}: {' '.join(sorted(calls))}" for expression, calls in members.items()]
    (RECORDED / "classes").write_text("\n".join(lines) + "\n")


def decoded(calls):
    """Our own lines."""
    cargo = ["cargo", "run", "-q", "-p", "syscalls", "--example", "decode"]
    return subprocess.run(cargo, input=calls.text(), text=True, capture_output=True, check=True).stdout.splitlines()


def main():
    if "-h" in sys.argv or "--help" in sys.argv:
        print(__doc__)
        return
    names = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    check = "--check" in sys.argv
    files = {path.stem: path for path in sorted((HERE / "calls").glob("*.py"))}
    unknown = [name for name in names if name not in files and name != "classes"]
    if unknown:
        sys.exit(f"record.py: no such calls: {' '.join(unknown)} (there are: classes {' '.join(files)})")
    numbers = headers()
    if not check and (not names or "classes" in names):
        classes(numbers)
    for name, path in files.items():
        if names and name not in names:
            continue
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        calls = Calls(numbers)
        module.calls(calls)
        calls.ask()
        if check:
            differ = 0
            for call, ours in zip(calls.calls, decoded(calls)):
                if call["line"] != ours:
                    differ += 1
                    print(f"strace {call['abi']} {call['line']}\nours   {call['abi']} {ours}")
            print(f"{name}: {len(calls.calls)} calls, {differ} differ")
        else:
            (RECORDED / f"{name}.calls").write_text(calls.text())
            print(f"{name}: {len(calls.calls)} calls")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    # What calls are made of is shared among them.
    sys.path.insert(0, str(HERE / "calls"))
    main()
