"""ioctl."""

import struct

TERMIOS = struct.pack("<IIIIB", 0x4500, 5, 0xBF, 0x8A3B, 0) + bytes([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22])


def calls(c):
    number = struct.pack("<i", 5)
    wide = struct.pack("<QQ", 1 << 40, 7)
    for v in (False, True):
        for request in (0x5401, 0x5402, 0x5403, 0x5404, 0x5456, 0x5457):
            c.both("ioctl", 0, request, TERMIOS + bytes(10), v=v)
        for request in (0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D):
            c.both("ioctl", 0, request, TERMIOS + bytes(3) + struct.pack("<II", 38400, 9600), v=v)
        for request in (0x5405, 0x5406):
            c.both("ioctl", 0, request, struct.pack("<HHHHB8B", 0x4500, 5, 0xBF, 0x8A3B, 0, *range(8)), v=v)
        c.both("ioctl", 0, 0x5401, struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + bytes(40), v=v)
        c.both("ioctl", 0, 0x5401, bytes(60), v=v)
    c.both("ioctl", 0, 0x5401, bytes(60), err="ENOTTY")
    for request in (0x540E, 0x5425, 0x5409, 0x540A, 0x540B, 0x5441, 0xB703, 0x5451, 0x5450, 0x540C, 0x5422):
        for arg in (0, 1, 2, 9):
            c.both("ioctl", 0, request, arg)
    for request in (0x540F, 0x5410, 0x5411, 0x541B, 0x5420, 0x5421, 0x5423, 0x5424, 0x5429, 0x5452, 0x80045430, 0x40045431):
        c.both("ioctl", 0, request, number)
        c.both("ioctl", 0, request, number, err="EIO")
        c.both("ioctl", 0, request, 0)
    for request in (0x5415, 0x5416, 0x5418):
        c.both("ioctl", 0, request, struct.pack("<I", 0x1FF))
    c.both("ioctl", 0, 0x5412, b"\n")
    for request in (0x5413, 0x5414):
        c.both("ioctl", 0, request, struct.pack("<HHHH", 24, 80, 0, 0))
        c.both("ioctl", 0, request, struct.pack("<HHHH", 24, 80, 0, 0), err="ENOTTY")
    interface = b"eth0".ljust(16, b"\0") + struct.pack("<i", 0x1043) + bytes(20)
    for request in (0x8913, 0x8914, 0x891D, 0x8921, 0x8922, 0x8933, 0x8942, 0x8943):
        c.both("ioctl", 3, request, interface)
        c.both("ioctl", 3, request, interface, err="ENODEV")
        c.both("ioctl", 3, request, 0)
    c.both("ioctl", 3, 0x8923, b"eth0".ljust(16, b"\0") + b"lan".ljust(16, b"\0") + bytes(8))
    for request in (0x8901, 0x8902, 0x8903, 0x8904, 0x8905, 0x894B):
        c.both("ioctl", 3, request, number)
    c.both("ioctl", 3, 0x40049409, 4)
    c.both("ioctl", 3, 0x4020940D, struct.pack("<qQQQ", 4, 1, 2, 3))
    for request in (0x80086601, 0x40086602):
        c.call("x86_64", "ioctl", 3, request, struct.pack("<II", 0x80010, 0))
    for request in (0x80046601, 0x40046602):
        c.call("i386", "ioctl", 3, request, struct.pack("<I", 0x80010))
    for request in (0x801C581F, 0x401C5820):
        c.both("ioctl", 3, request, struct.pack("<IIIII8x", 0x80000001, 1, 2, 3, 4))
    c.both("ioctl", 3, 0xC0185879, struct.pack("<QQQ", 0, 1 << 40, 0))
    c.call("x86_64", "ioctl", 3, 0x80081272, wide)
    for request in (0x125E, 0x1267, 0x1268, 0x1278, 0x4C01, 0x4C82, 0x1277, 0xC0045877):
        c.both("ioctl", 3, request, wide)
    c.both("ioctl", 3, 0x4C00, 5)
    for request in (0x80045200, 0xB704, 0x8008B705, 0x8010AA01):
        c.both("ioctl", 3, request, wide)
    for request in (0, 0x1234, 0x8004CAFE, 0x4004CAFE, 0xC018CAFE, 0xFFFFFFFF):
        c.both("ioctl", 3, request, 0)
        c.both("ioctl", 3, request, 0x5000, err="ENOTTY")
    # Numbers in the argument itself: some are an int, some all of it.
    for request in (0x1262, 0x1264, 0x4C08, 0x4C09, 0x540A, 0x540B, 0x2400, 0x2401, 0x2403, 0x40042409, 0x5409, 0x5425):
        for number in (0xFFFFFFFF80000005, 0x100000001, 2):
            c.call("x86_64", "ioctl", 3, request, number)
            c.call("i386", "ioctl", 3, request, number & 0xFFFFFFFF)
