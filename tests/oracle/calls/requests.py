"""ioctl's requests: the name of each, and those whose number holds more than a name."""

import pathlib

NAMES = pathlib.Path(__file__).resolve().parents[3] / "tracer-image/syscalls/src/names/requests.txt"


def calls(c):
    for line in NAMES.read_text().splitlines():
        number, abis, name = line.split(" ", 2)
        # strace takes its argument for an address twice where it is not readable.
        if name == "BTRFS_IOC_BALANCE_V2":
            continue
        for abi, letter, other in (("x86_64", "x", ""), ("i386", "i", "x")):
            if letter in abis and (other not in abis or not other):
                c.call(abi, "ioctl", -1, int(number, 16), 0x5000)
    given = c.buf(bytes(range(64)))
    for direction in range(4):
        for kind in (0x45, 0x48, 0x4D, 0x55, 0x6A, 0x6B, 0xF1):
            for number in (0, 1, 4, 0x0A, 0x13, 0x18, 0x20, 0x21, 0x2C, 0x34, 0x40, 0x4B, 0x7F, 0xC0, 0xFF):
                c.call("x86_64", "ioctl", -1, direction << 30 | 37 << 16 | kind << 8 | number, 0x5000)
        for size in (0, 4, 33):
            request = direction << 30 | size << 16 | 0xF101
            for arg in (0, 0x5000, given, c.buf(bytes(20), at_end=True)):
                for verbose in (False, True):
                    c.both("ioctl", -1, request, arg, v=verbose)
                    c.both("ioctl", -1, request, arg, v=verbose, err="EINVAL")
            c.both("ioctl", -1, request, given, v=True, s=3)
    for kind in range(256):
        for direction in (0, 1):
            c.call("x86_64", "ioctl", -1, direction << 30 | 5 << 16 | kind << 8 | 0xEE, given, v=True)
            if (kind, direction) != (0x45, 0):
                c.call("x86_64", "ioctl", -1, direction << 30 | 5 << 16 | kind << 8 | 0xEE, 0)
