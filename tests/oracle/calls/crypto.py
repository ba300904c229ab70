"""Netlink messages about algorithms (NETLINK_CRYPTO), and programs that choose sockets (inet_diag)."""

import struct

import netlink


def algorithms(c):
    pack, fd = c.pack, c.netlink(21)

    def send(kind, payload, flags=1, **options):
        netlink.send(c, fd, netlink.message(kind, payload, flags), **options)

    algorithm = b"".join(name.ljust(64, b"\0") for name in (b"sha256", b"sha256-generic", b"sha256_mod"))
    algorithm += pack("4444", 0xE, 0xF, 3, 0x400)
    for kind in range(14, 24):
        for flags in [1, 0x101, 0x301, 0x501, 0xFFFF] + [1 << bit for bit in range(16)]:
            send(kind, b"", flags)
        for payload in (algorithm, algorithm[:40], algorithm[:207], algorithm + b"ab", b"x"):
            send(kind, payload)
        send(kind, algorithm, s=5)
    send(16, b"\xff" * 208)
    report = b"type".ljust(64, b"\0") + b"geniv".ljust(64, b"\0") + pack("4" * 16, *range(1, 17))
    for kind in list(range(26)) + [0x4001, 0x8003]:
        for data in (report, netlink.pattern(200), b""):
            for size in (3, 4, 8, 63, 64, 67, 68, 71, 72, 75, 76, 139, 140, 144, 192):
                send(16, algorithm + netlink.attribute(kind, data[:size]))
        send(16, algorithm + netlink.attribute(kind, report), s=3)
    send(16, algorithm + netlink.attribute(1, pack("4", 300)) + netlink.attribute(2, report[:64]))


def programs(c):
    fd = c.netlink(4)
    request = struct.pack("<BBBBI", 2, 6, 0, 0, 0xFFF) + bytes(36) + struct.pack("<III", 0, 0xFFFFFFFF, 0xFFFFFFFF)

    def send(program, **options):
        netlink.send(c, fd, netlink.message(20, request + netlink.attribute(1, program), 0x301), **options)

    def step(code, yes=8, no=12):
        return struct.pack("<BBH", code, yes, no)

    def host(family, prefix, port, address):
        return struct.pack("<BBxxi", family, prefix, port) + address

    for code in list(range(16)) + [200]:
        for size in (0, 1, 2, 3, 4, 5, 7, 8, 12, 40):
            send(step(code) + (struct.pack("<II", 7, 0xFF) + bytes(range(32)))[:size])
        send(step(code) + bytes(range(1, 41)), s=3)
        send(step(code, 4, 4) * 20, v=True)
    for code in (7, 8):
        for family, size in ((0, 0), (2, 0), (2, 2), (2, 4), (2, 16), (10, 12), (10, 16), (10, 20), (5, 4), (99, 40)):
            send(step(code) + host(family, 24, 80 if size else -1, bytes(range(size))))
    for size in range(4):
        send(b"abc"[:size])
    send(step(9) + struct.pack("<I", 1))


def calls(c):
    algorithms(c)
    programs(c)
