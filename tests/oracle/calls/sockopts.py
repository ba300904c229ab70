"""Options of sockets: every level and number."""

import struct

# Not yet described: groups with a source, importance, rings and memberships of packet sockets, ICMP filters, ranges of ports.
STRUCTURES = {
    0: (42, 45, 51),
    1: (74,),
    6: (38,),
    41: (42, 45),
    255: (1,),
    271: (127, 135),
    263: (1, 2, 5, 13),
}


def calls(c):
    controls(c)
    group = bytes([0xFF, 2]) + bytes(13) + b"\1" + struct.pack("<i", 1)
    for option in (20, 21, 27, 28):
        for count in (16, 19, 20, 24):
            c.call("x86_64", "setsockopt", 3, 41, option, group + bytes(4), count)
    number = c.buf(struct.pack("<i", 5))
    length = c.buf(struct.pack("<i", 4))
    for level in (*range(0, 9), 17, 41, 58, 132, 136, 255, *range(256, 290), 0xFFFFFFFF):
        known = (17, 255, 256, 257, 263, 266, 268, 269, 270, *range(272, 284))
        most = 140 if level in (0, 1, 6, 41, 132, 271, 278) else 30 if level in known else 3
        for option in (*range(0, most), 0xFFFFFFFF):
            if option not in STRUCTURES.get(level, ()):
                c.call("x86_64", "setsockopt", 3, level, option, number, 4)
                if (level, option) not in READ_STRUCTURES:
                    c.call("x86_64", "getsockopt", 3, level, option, number, length)


# What is read is cut short in the middle of a structure, or a symbol.
READ_STRUCTURES = {(0, 52), (1, 13), (1, 17), (1, 26), (263, 6)}


def control(level, kind, data, word="Q", length=None):
    """A control message."""
    header = struct.pack(f"<{word}II", (struct.calcsize(f"<{word}") + 8 + len(data)) if length is None else length, level, kind)
    return header + data + bytes(-len(data) % struct.calcsize(f"<{word}"))


def send(c, controls):
    c.call("x86_64", "sendmsg", 3, struct.pack("<7Q", 0, 0, 0, 0, c.buf(controls), len(controls), 0), 0)


def controls(c):
    times = struct.pack("<6Q", 1, 2, 3, 4, 5, 6)
    for kind in (29, 35, 37, 63, 64, 65):
        for count in (8, 15, 16, 24, 47, 48):
            send(c, control(1, kind, times[:count]))
    for index in (0, 1, -1):
        send(c, control(0, 8, struct.pack("<i", index) + bytes([127, 0, 0, 1, 10, 0, 0, 1])))
    send(c, control(0, 8, bytes(11)))
    for address in (bytes(16), struct.pack("<HH", 2, 0x5000) + bytes([10, 0, 0, 1]) + bytes(8)):
        send(c, control(0, 20, address))
    for level, kind, count in ((41, 50, 20), (41, 67, 4), (41, 52, 4), (263, 8, 20), (279, 3, 4), (282, 2, 1), (17, 104, 4)):
        send(c, control(level, kind, bytes(count)))
    rights = control(1, 1, struct.pack("<3i", 3, 4, -1))
    send(c, rights + control(1, 2, struct.pack("<3i", 7, 0, -1)) + control(1, 4, struct.pack("<i", 5)))
    for length in (0, 15, 16, 17, 100):
        send(c, control(1, 1, struct.pack("<2i", 3, 4), length=length) + rights)
