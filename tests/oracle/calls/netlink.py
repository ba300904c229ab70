"""Netlink messages through sockets."""

import struct

NOTHING = b""


def message(kind, payload=b"", flags=1, length=None, sequence=0, port=0):
    """A netlink message, aligned."""
    length = 16 + len(payload) if length is None else length
    whole = struct.pack("<IHHII", length, kind, flags, sequence, port) + payload
    return whole + bytes(-len(whole) % 4)


def attribute(kind, payload=b"", length=None):
    """An attribute, aligned."""
    length = 4 + len(payload) if length is None else length
    return struct.pack("<HH", length, kind) + payload + bytes(-len(payload) % 4)


def send(c, fd, data, **options):
    c.call("x86_64", "sendto", fd, data, len(data), 0, 0, 0, **options)


def pattern(count):
    return bytes(0x41 + index % 20 for index in range(count))


# Family, type of message, and the header of its kind.
ROUTE = {
    "link": (16, struct.pack("<BBHiII", 0, 0, 1, 1, 0x1043, 0)),
    "address": (20, struct.pack("<BBBBI", 2, 24, 0x80, 0, 1)),
    "address6": (20, struct.pack("<BBBBI", 10, 64, 0xFF, 253, 1)),
    "route": (24, struct.pack("<BBBBBBBBI", 2, 24, 0, 0x10, 254, 2, 253, 1, 0x200)),
    "route6": (24, struct.pack("<BBBBBBBBI", 10, 24, 0, 1, 77, 99, 3, 20, 0xFFFFFFFF)),
    "neighbour": (28, struct.pack("<BBHiHBB", 2, 0, 0, 1, 2, 0x80, 1)),
    "rule": (32, struct.pack("<BBBBBBBBI", 2, 1, 2, 3, 254, 0, 0, 1, 2)),
    "traffic": (36, struct.pack("<BBHiIII", 0, 0, 0, 1, 2, 3, 4)),
    "action": (48, bytes(4)),
    "table": (64, bytes(4)),
    "label": (72, struct.pack("<BBBBII", 10, 0, 64, 1, 1, 5)),
    "settings": (80, bytes([2, 0, 0, 0])),
    "bridge": (84, struct.pack("<BBHI", 7, 0, 0, 1)),
    "namespace": (88, bytes(4)),
    "statistics": (92, struct.pack("<BBHII", 0, 0, 0, 1, 0xFFFFFFFF)),
    "next hop": (104, struct.pack("<BBBBI", 2, 0, 2, 0, 0x7F)),
}


def frames(c, fd):
    """How messages and attributes follow one another, whole and broken."""
    one = message(18, bytes(16))
    for count in (0, 1, 4, 15, 16, 17, 20):
        c.call("x86_64", "sendto", fd, one, count, 0, 0, 0)
    for buffer in (0, 0x5000):
        c.call("x86_64", "sendto", fd, buffer, 16, 0, 0, 0)
    for length in (0, 1, 15, 16, 17, 18, 20, 24, 32, 33, 36, 100):
        broken = message(18, bytes(16), length=length)
        c.call("x86_64", "sendto", fd, c.buf(broken, at_end=True), len(broken), 0, 0, 0)
    for shown, count in ((32, 36), (32, 48), (20, 32), (12, 32)):
        c.call("x86_64", "sendto", fd, c.buf(one[:shown], at_end=True), count, 0, 0, 0)
    for count in (2, 3):
        send(c, fd, one * count)
    for count in (31, 32, 33):
        send(c, fd, message(18) * count)
    for options in (dict(s=2), dict(s=0), dict(s=1), dict(s=2, v=True)):
        send(c, fd, message(18) * 4, **options)
    for rest in (bytes(3), bytes(16), bytes(20), message(18, b"abcd", length=100)):
        send(c, fd, message(18) * 3 + rest)
    for count in range(1, 20):
        send(c, fd, message(18, b"\1" * count))
    send(c, fd, message(0x300, b"\7abc", port=0xFFFFFFFF, sequence=0xFFFFFFFF))
    link = bytes(16)
    for rest in (b"\1", b"\1\2\3", bytes(3), bytes(4), bytes(8)):
        send(c, fd, message(16, link + attribute(900) * 2 + rest))
    for length in (0, 3, 4, 5, 7, 8, 12, 100):
        send(c, fd, message(16, link + attribute(0x3FFF, b"abcd", length=length)))
    for kind in (0x8000, 0x4000, 0xC000, 0xBFFF, 0x8003):
        send(c, fd, message(16, link + attribute(kind, b"abcd")))
    send(c, fd, message(16, link + attribute(900) + attribute(901, b"a") + attribute(902, b"ab")))
    for options in (dict(s=3), dict(s=3, v=True), dict(s=0), dict(s=1)):
        send(c, fd, message(16, link + attribute(900) * 5), **options)
    send(c, fd, message(16, link + attribute(900, b"a" * 40)))
    whole = message(16, link + attribute(900, b"abcd") + attribute(901, b"abcdefg\0"))
    for count in range(16, len(whole) + 1, 2):
        c.call("x86_64", "sendto", fd, c.buf(whole[:count], at_end=True), len(whole), 0, 0, 0)


def errors(c, fd):
    """What every protocol has: acknowledgements, ends of dumps."""
    for count in (1, 3, 4, 5, 8, 16, 19, 20, 21, 24, 40):
        send(c, fd, message(2, (b"\xff" * 4 + b"\1" * 3 + b"\0" + b"\1" * 32)[:count]))
    for inner in (message(18, bytes(16)), message(18, bytes(16), length=200), message(18)):
        for code in (-2, 0, -5000, 5):
            send(c, fd, message(2, struct.pack("<i", code) + inner))
    more = b"".join(attribute(kind, b"text\0\0\0\0"[: 5 if kind == 1 else 8]) for kind in range(8))
    for flags in (0x100, 0x200, 0x300, 0):
        send(c, fd, message(2, struct.pack("<i", -22) + message(18) + more, flags=flags))
        send(c, fd, message(2, struct.pack("<i", -22) + message(18, bytes(16)) + more, flags=flags))
    deep = message(18)
    for _ in range(4):
        deep = message(2, struct.pack("<i", -3) + deep)
    send(c, fd, deep)
    for count in (1, 3, 4, 5, 8, 16):
        send(c, fd, message(3, (b"\xff" * 4 + b"\1" * 36)[:count]))
    for kind in (1, 4, 5, 15):
        send(c, fd, message(kind, bytes(range(100)), flags=0xFFFF))


def calls(c):
    route = c.netlink(0)
    frames(c, route)
    errors(c, route)
    one = message(18, bytes(16))
    iov = struct.pack("<QQQQ", c.buf(one), len(one), c.buf("text"), 4)
    header = struct.pack("<QQQQQQQ", 0, 0, c.buf(iov), 2, 0, 0, 0)
    c.call("x86_64", "write", route, one, len(one))
    c.call("x86_64", "read", route, one, len(one), ret=len(one))
    c.call("x86_64", "writev", route, iov, 2)
    c.call("x86_64", "sendmsg", route, header, 0)
    for ret in (0, 20, 32, 36):
        c.call("x86_64", "recvfrom", route, one, len(one), 0, 0, 0, ret=min(ret, 32))
    c.call("x86_64", "recvfrom", route, one, len(one), 0, 0, 0, err="EAGAIN")
    for kind in range(16, 124):
        send(c, route, message(kind, bytes([2]) + bytes(range(1, 12)), flags=0xFFFF))
    for kind, header in ROUTE.values():
        for count in (1, 2, len(header) - 1, len(header)):
            send(c, route, message(kind, header[:count]))
        every(c, route, kind, header, range(72), skip=(9,) if kind == 24 else ())
    nested(c, route)
    paths(c, route)
    kinds(c)
    sockets(c)
    others(c)


def every(c, fd, kind, header, numbers, skip=(), around=()):
    """Attributes of all numbers with values of several lengths; around: the attributes that they lie in."""

    def put(values):
        attributes = b"".join(attribute(number, value) for number in numbers if number not in skip for value in values)
        for outer in reversed(around):
            attributes = attribute(outer, attributes)
        send(c, fd, message(kind, header + attributes), v=True, s=40)

    put([pattern(2), b"\xff" * 4])
    put([b"\1\0\0\0", bytes(1), pattern(8)])


def nested(c, fd):
    """Attributes in attributes, and structures, each alone."""
    link = ROUTE["link"]
    for around, numbers in (
        ((18,), 1), ((22,), 2), ((22, 1), 14), ((22, 1, 8), 10), ((24,), 3), ((25,), 9), ((26,), 46), ((26, 2), 3),
        ((26, 10), 10), ((43,), 9), ((52,), 55), ((55,), 4),
    ):  # fmt: skip
        every(c, fd, *link, range(numbers), around=around)
    for name, around, numbers in (
        ("route", (8,), 19), ("neighbour", (14,), 4), ("traffic", (7,), 10), ("traffic", (8,), 4), ("table", (6,), 21),
        ("next hop", (12,), 6), ("next hop", (13,), 5), ("statistics", (2,), 4), ("statistics", (2, 2), 2),
        ("statistics", (4,), 4),
    ):  # fmt: skip
        every(c, fd, *ROUTE[name], range(numbers), around=around)
    for name, number, size in (
        ("link", 7, 96), ("link", 14, 28), ("link", 23, 192), ("link", 23, 200), ("address", 6, 16), ("route", 12, 32),
        ("route", 17, 24), ("neighbour", 3, 16), ("rule", 20, 8), ("rule", 23, 4), ("traffic", 3, 36), ("traffic", 5, 2),
        ("table", 5, 32), ("table", 7, 80), ("statistics", 1, 200), ("next hop", 2, 16), ("next hop", 2, 19),
    ):  # fmt: skip
        for count in (size - 1, size, size + 5):
            kind, header = ROUTE[name]
            send(c, fd, message(kind, header + attribute(number, pattern(count))))
    link, header = ROUTE["link"]
    for number in (1, 2, 54):
        for count in (1, 6, 7, 8, 20, 32, 33):
            send(c, fd, message(link, header + attribute(number, pattern(count))))
    for text in (b"lo\0", b"lo", b"l\0o", b"l\0o\0", b"\0", b"\xff\n\0", b"a" * 40 + b"\0", b"a" * 32 + b"\0", b"a" * 33):
        send(c, fd, message(link, header + attribute(3, text)))


def paths(c, fd):
    """Gateways of another family, several gateways."""
    kind, header = ROUTE["route"]
    for family in (0, 1, 2, 10, 77):
        for count in (0, 3, 4, 16, 18):
            send(c, fd, message(kind, header + attribute(18, struct.pack("<H", family) + pattern(count))))
        for count in (3, 4, 8, 16, 20):
            send(c, fd, message(20, struct.pack("<BBBBI", family, 0, 0, 0, 0) + attribute(1, pattern(count))))
    hop = struct.pack("<HBBi", 8, 0x7F, 2, 1)
    gateway = struct.pack("<HBBi", 16, 1, 2, 1) + attribute(5, bytes([10, 0, 0, 1]))
    for hops in (hop, gateway, gateway * 2, hop * 3, hop[:7], gateway + hop, hop + gateway):
        send(c, fd, message(kind, header + attribute(9, hops)))


def kinds(c):
    """Interfaces by their kind, and the settings of bridges."""
    fd = c.netlink(0)
    link, header = ROUTE["link"]
    bridge = struct.pack("<BBHiII", 7, 0, 1, 1, 0, 0)
    for kind, slave in ((b"bridge", b""), (b"tun", b"bridge"), (b"veth", b"bridge"), (b"bridge", b"bridge"), (b"vlan", b"")):
        values = [pattern(2), b"\xff" * 4, b"\1\0\0\0", bytes(1), pattern(8)]
        data = b"".join(attribute(number, value) for number in range(60) for value in values if (number, len(value)) != (50, 8))
        inner = attribute(1, kind + b"\0") + attribute(2, data)
        inner += attribute(4, slave + b"\0") + attribute(5, data) if slave else b""
        send(c, fd, message(link, header + attribute(18, inner)), v=True, s=40)
    for kind in (b"tun", b"tunx\0", b""):
        send(c, fd, message(link, header + attribute(18, attribute(1, kind) + attribute(2, attribute(1, bytes(4))))))
    send(c, fd, message(link, header + attribute(18, attribute(2, attribute(1, bytes(4))))))
    for number in (12, 26):
        every(c, fd, link, bridge, range(8), skip=(2,), around=(number,))
    every(c, fd, link, struct.pack("<BBHiII", 10, 0, 1, 1, 0, 0), range(10), around=(12,))
    every(c, fd, link, bridge, range(5), around=(26, 3))
    action = attribute(1, b"gact\0") + attribute(2, bytes(4)) + attribute(3, bytes(4)) + attribute(9, bytes(4))
    send(c, fd, message(48, bytes(4) + attribute(1, attribute(1, action) + attribute(2, action))))


# The structures that sock_diag(7) answers with, each with its family first.
SOCKETS = {
    "inet request": (1, struct.pack("<BBBBI", 2, 6, 0xFF, 0, 0xFFFFFFFF) + pattern(40) + struct.pack("<III", 1, 2, 3)[4:]),
    "inet6 request": (1, struct.pack("<BBBBI", 10, 17, 2, 0, 0x1004) + pattern(48)),
    "inet": (2, struct.pack("<BBBB", 2, 1, 2, 3) + pattern(48) + pattern(20)),
    "inet6": (2, struct.pack("<BBBB", 10, 12, 0, 0) + pattern(48) + pattern(20)),
    "unix request": (1, struct.pack("<BBHIIIII", 1, 0, 0, 0xFFFFFFFF, 5, 0xFFFFFFFF, 6, 7)),
    "unix": (2, struct.pack("<BBBBIII", 1, 5, 10, 0, 5, 6, 7)),
    "netlink request": (1, struct.pack("<BBHIIII", 16, 255, 0, 5, 0xFFFFFFFF, 6, 7)),
    "netlink": (2, struct.pack("<BBBBIIIIII", 16, 3, 16, 1, 1, 2, 3, 4, 5, 6)),
    "packet request": (1, struct.pack("<BBHIIII", 17, 0, 0, 5, 0xFFFFFFFF, 6, 7)),
    "packet": (2, struct.pack("<BBHIII", 17, 3, 0x300, 5, 6, 7)),
    "smc request": (1, struct.pack("<BHB", 43, 0, 0x1F) + pattern(48)),
    "smc": (2, struct.pack("<BBBB", 43, 1, 2, 3) + pattern(60)),
}


def sockets(c):
    """sock_diag(7)."""
    fd = c.netlink(4)
    for kind in range(16, 24):
        send(c, fd, message(kind, bytes([99]) + pattern(12), flags=0xFFFF))
    for flags, header in SOCKETS.values():
        for kind in (18, 20, 21):
            for count in (1, 4, len(header) - 1, len(header), len(header) + 4):
                send(c, fd, message(kind, (header + bytes(4))[:count], flags=flags))
    # Not yet described: byte code of filters, bit-fields, arrays of addresses and keys, filter programs.
    for name, numbers in (
        ("inet", (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 21)), ("unix", range(8)), ("netlink", (0, 2, 3, 4)),
        ("packet", (2, 3, 4, 5, 6)), ("smc", (3,)),
    ):  # fmt: skip
        flags, header = SOCKETS[name]
        for value in (pattern(1), pattern(2), b"\xff" * 4, b"\1\0\0\0", pattern(8), pattern(36)):
            data = b"".join(attribute(number, value) for number in numbers if (name, number, len(value)) not in (("smc", 3, 36), ("netlink", 4, 36)))
            send(c, fd, message(20, header + data, flags=flags), v=True, s=40)
    flags, header = SOCKETS["inet"]
    for value in (b"\0\0", b"\1\0", b"\x52\0", b"\xff\7", b"\1"):
        send(c, fd, message(20, header + attribute(22, value), flags=flags))
    counters = bytes(8 * 40)
    send(c, c.netlink(0), message(16, bytes(16) + attribute(26, attribute(10, attribute(3, counters)))), v=True)
    for value in (pattern(2), b"\1\0\0\0", b"\3\3", b"\x33\0", pattern(8)):
        for outer in ((19, 1), (19, 2), (19, 3)):
            data = b"".join(attribute(number, value) for number in range(14))
            for number in reversed(outer[1:] if outer[1] > 1 else ()):
                data = attribute(number, data)
            send(c, fd, message(20, header + attribute(outer[0], data), flags=flags), v=True, s=40)


def others(c):
    """The smaller protocols."""
    generic = c.netlink(16)
    control = struct.pack("<BBH", 1, 2, 0)
    for count in (1, 2, 3, 4):
        for kind in (16, 300):
            send(c, generic, message(kind, control[:count]))
    send(c, generic, message(16, struct.pack("<BBH", 99, 2, 3)))
    send(c, generic, message(300, struct.pack("<BBH", 99, 2, 3) + attribute(1, b"abcd") + attribute(2)))
    for command in range(12):
        send(c, generic, message(16, bytes([command, 1, 0, 0]), flags=0xFFFF))
    every(c, generic, 16, control, range(12))
    for around, numbers in (((6, 1), 4), ((7, 1), 4), ((8, 1, 1), 14), ((9, 1), 4)):
        every(c, generic, 16, control, range(numbers), around=around)
    netfilter = c.netlink(12)
    header = struct.pack("<BBH", 2, 0, 0x0500)
    for subsystem in range(14):
        for kind in range(36):
            send(c, netfilter, message(subsystem << 8 | kind, header, flags=0xF01))
    for kind in (0x10, 0x11, 0x100, 0xA00):
        for rest in (b"\1\2", attribute(1, b"ab\0") + attribute(2, b"c")):
            send(c, netfilter, message(kind, header + rest))
        send(c, netfilter, message(kind, header[:3]))
        send(c, netfilter, message(kind, b"\xff\1\0\0"))
    selinux = c.netlink(7)
    for kind in (15, 16, 17, 18):
        for value in (pattern(1), pattern(3), pattern(4), b"\xff" * 4, pattern(8)):
            send(c, selinux, message(kind, value, flags=0xFFFF))
    audit = c.netlink(9)
    for kind in [*range(998, 1030), *range(1098, 1110), *range(1298, 1345), *range(1398, 1425), *range(1698, 1712),
                 *range(1798, 1812), *range(1998, 2004), *range(2098, 2104)]:  # fmt: skip
        send(c, audit, message(kind, b"audit(1:2): abc\0", flags=0xF05))
    xfrm = c.netlink(6)
    for kind in range(16, 44):
        send(c, xfrm, message(kind, pattern(4), flags=0xF01))
    for protocol in (2, 10, 11):
        send(c, c.netlink(protocol), message(16, pattern(4), flags=0xF01))
    event = c.netlink(15)
    udev = b"libudev\0" + struct.pack(">I", 0xFEEDCAFE) + struct.pack("<7I", 40, 40, 20, 1, 2, 3, 4) + b"ACTION=add\0A=/x\0"
    for data in (udev, udev[:39], udev[:40], b"add@/devices/x\0ACTION=add\0", message(16, bytes(16))):
        send(c, event, data)
