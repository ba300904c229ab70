"""ioctl's structures of input devices and perf events."""


def calls(c):
    pack, buf = c.pack, c.buf
    c.device((0x40084503, 0x80084503, 0x40084504, 0x80084504, 0x40284504, 0x80284504, 0x80084502))
    c.device((0x40304580,), abis=("x86_64",))
    c.device((0x402C4580,), abis=("i386",))
    for key in range(0x300):
        c.call("x86_64", "ioctl", 3, 0x40084504, pack("44", 30, key))
    head = pack("22222", -2, 3, 4, 5, 6) + pack("2xx", 7)
    for kind in range(0x4F, 0x61):
        for numbers in (range(11, 26), [-1] * 15):
            data = pack("2", kind) + head[:12] + pack("2", 0) + pack("2" * 9, *numbers[:9])
            c.call("x86_64", "ioctl", 3, 0x40304580, data + pack("2xx4xxxx8"[:-5], 0, 3)[:6] + bytes(20), v=True)
            c.call("i386", "ioctl", 3, 0x402C4580, data + bytes(30), v=True)
    for count in (0, 1, 2, 40):
        for verbose in (False, True):
            for request, abi in ((0xC008240A, "x86_64"), (0xC004240A, "i386")):
                data = pack("44", count, count) + pack("4" * 40, *range(40))
                c.call(abi, "ioctl", 3, request, data, v=verbose)
                c.call(abi, "ioctl", 3, request, data, err="ENOSPC", v=verbose)
                c.call(abi, "ioctl", 3, request, pack("44", 3, count) + data[8:], v=verbose)
    c.call("x86_64", "ioctl", 3, 0xC008240A, buf(pack("444", 3, 3, 7), at_end=True))
    c.call("x86_64", "ioctl", 3, 0xC008240A, buf(pack("44", 3, 3), at_end=True))
    for size in (0, 18, 64, 72, 112, 136, 200):
        for verbose in (False, True):
            data = pack("44", 0, size) + pack("4" * 40, *range(0x13, 0x3B))
            c.call("x86_64", "ioctl", 3, 0x4008240B, data, v=verbose)
            c.call("x86_64", "ioctl", 3, 0x4008240B, data, err="EINVAL", v=verbose)
            c.call("i386", "ioctl", 3, 0x4004240B, data, v=verbose)
    for request, abi in ((0x4008240B, "x86_64"), (0x4004240B, "i386"), (0xC008240A, "x86_64"), (0xC004240A, "i386")):
        c.call(abi, "ioctl", 3, request, 0)
        c.call(abi, "ioctl", 3, request, bytes(200), v=True)
