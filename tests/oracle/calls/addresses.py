"""Socket addresses of every family that strace takes apart, whole, short and long."""

import struct


def bind(c, data, count=None):
    for call in ("bind", "connect"):
        c.both(call, 3, data, len(data) if count is None else count)


def calls(c):
    pattern = bytes(0x41 + index % 20 for index in range(126))
    # Not yet described: amateur radio, TIPC, RxRPC, IEEE 802.15.4, algorithms and NFC of other lengths, L2CAP.
    for family in range(47):
        if family not in (3, 9, 30, 33, 36, 38):
            for count in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 23, 24, 28, 32, 88, 110, 128):
                if (family, count) not in ((31, 12), (31, 14)) and not (family == 39 and count > 16):
                    data = struct.pack("<H", family) + pattern[: count - 2]
                    c.call("x86_64", "bind", 3, data, count)
    for index in (1, -1, 0):
        bind(c, struct.pack("<HHiHBB", 17, 8, index, 1, 0, 6) + bytes([1, 0, 16, 0, 0, 255, 0, 0]))
    for head, last in ((b"\xfe\x80", 1), (b"", 1), (b"\xff\2", 1), (b"\xff\1", 1), (b"\xfe\xc0", 1), (b"\xfe\xbf", 99)):
        for scope in (1, 0, 0xFFFFFFFF):
            host = head + bytes(15 - len(head)) + bytes([last])
            bind(c, struct.pack("<HHI", 10, 8, 0) + host + struct.pack("<I", scope))
    for flags in (0, 1, 0xFFFF):
        bind(c, struct.pack("<HHIII", 44, flags, 1, 0xFFFFFFFF, 2))
    for port in (0, 1, 0xFFFFFFFE, 0xFFFFFFFF):
        bind(c, struct.pack("<HHII", 42, 0, 1, port))
    bind(c, struct.pack("<H14sII64s", 38, b"skcipher", 0, 0, b"cbc(aes)"))
    bind(c, struct.pack("<H14sII64s", 38, b"a" * 14, 0, 0, b"b" * 64))
    for count in (17, 18, 19):
        c.call("x86_64", "bind", 3, (struct.pack("<H", 9) + b"12345").ljust(count, b"\0"), count)
    for host in (0, 2, 255):
        bind(c, struct.pack("<HHIBBBB", 45, 0, 1, host, 3, 4, 0))
    bind(c, struct.pack("<HHIBBBB", 45, 0, 0xFFFFFFFF, 1, 3, 4, 1) + bytes(8))
    bind(c, struct.pack("<HHI6sBB", 4, 0x100, 0x1000000, b"abcdef", 4, 0))
    for protocol in range(9):
        bind(c, struct.pack("<HxxIII", 39, 1, 2, protocol))
    for channel in range(6):
        bind(c, struct.pack("<HHH", 31, 0xFFFF, channel))
    for head in (struct.pack("<HHiHBB", 17, 8, 1, 1, 0, 6) + bytes(8), struct.pack("<HHI", 2, 80, 1)):
        c.call("x86_64", "bind", 3, c.buf(head[:10], at_end=True), 20)
        c.call("x86_64", "bind", 3, head, -1)
        c.call("x86_64", "bind", 3, head, 1)
