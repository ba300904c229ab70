"""Requests of ioctl(2) for network interfaces."""

import struct


def calls(c):
    host = struct.pack("<HH", 2, 0x5000) + bytes([10, 0, 0, 1]) + bytes(8)
    native, compat = 40, 32

    def interface(data, size):
        return b"lo".ljust(16, b"\0") + data.ljust(size - 16, b"\0")

    for abi, size in (("x86_64", native), ("i386", compat)):
        pointer = "Q" if abi == "x86_64" else "I"
        for request in (0x8915, 0x8916, 0x8917, 0x8918, 0x8919, 0x891A, 0x891B, 0x891C):
            for address in (host, bytes(16), struct.pack("<H", 1) + b"/tmp/x"):
                c.call(abi, "ioctl", 3, request, interface(address, size))
            c.call(abi, "ioctl", 3, request, interface(host, size), err="ENODEV")
            c.call(abi, "ioctl", 3, request, 0)
        for request in (0x8924, 0x8925, 0x8927, 0x8931, 0x8932):
            for kind in (1, 772, 32, 0x9999):
                address = struct.pack("<H", kind) + bytes(range(0x61, 0x6F))
                c.call(abi, "ioctl", 3, request, interface(address, size))
                c.call(abi, "ioctl", 3, request, interface(address, size), err="EPERM")
            c.call(abi, "ioctl", 3, request, 0x5000)
        entries = c.buf(interface(host, size) * 3)
        for length in (size, 2 * size, size + 1, size - 1, 0):
            for buffer in (entries, 0, 0x5000):
                argument = struct.pack("<i" + ("4x" if abi == "x86_64" else "") + pointer, length, buffer)
                c.call(abi, "ioctl", 3, 0x8912, argument)
                c.call(abi, "ioctl", 3, 0x8912, argument, err="EFAULT")
        c.call(abi, "ioctl", 3, 0x8912, 0)
