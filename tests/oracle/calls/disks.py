"""ioctl's structures of disks, flash devices and file systems."""


def calls(c):
    pack, buf = c.pack, c.buf

    def both(request, *data, **options):
        c.both("ioctl", 3, request, *data, **options)

    c.device((0x301, 0x30C, 0x31A, 0x31C, 0x328), 24)
    c.device((0x307, 0x30D), 512, abis=("x86_64",))
    for request in (0x329, 0x32D, 0xAB0A, 0x4D13):
        for number in [0, 2, 3, 5] + [1 << bit for bit in range(64)]:
            both(request, number)
    for command in range(256):
        c.call("x86_64", "ioctl", 3, 0x31F, pack("1111", command, 1, 2, 0))
    for count in (0, 1, 2):
        both(0x31F, pack("1111", 0xEC, 1, 2, count) + bytes(range(256)) * 4)
        for err in ("EINVAL", "EIO"):
            both(0x31F, pack("1111", 0xEC, 1, 2, count) + bytes(range(256)) * 4, err=err)
            both(0x31F, buf(pack("1111", 0xEC, 1, 2, count), at_end=True), err=err)
        both(0x31F, buf(pack("1111", 0xEC, 1, 2, count), at_end=True))
    partition = buf(pack("884xxxx", 1 << 20, 1 << 30, 3)[:20] + b"sda3".ljust(64, b"\0") + b"vol".ljust(68, b"\0"))
    full = buf(b"x" * 152)
    for op in range(5):
        for data in (partition, full, 0):
            for err in (None, "EBUSY"):
                c.call("x86_64", "ioctl", 3, 0x1269, pack("444xxxx8", op, 1, 152, data), err=err)
                c.call("i386", "ioctl", 3, 0x1269, pack("4444", op, 1, 152, data), err=err)
    c.device((0x4C02, 0x4C03), 168, abis=("x86_64",))
    c.device((0x4C02, 0x4C03), 140, abis=("i386",))
    for abi in ("x86_64", "i386"):
        c.call(abi, "ioctl", 3, 0x4C0A, bytes(304))
        c.call(abi, "ioctl", 3, 0x4C0A, bytes(304), v=True)
    c.device((0x8004587D, 0x80111500, 0xC0101502))
    for kind in range(6):
        both(0x8004587D, pack("4", kind))
        both(0xC0101502, pack("42111111111x", 3, 512, 8, 0, 0, 8, 0, kind, 2, 4, 0))
    for length in (0, 5, 9, 16, 127, 128, 129, 255):
        both(0x80111500, bytes([length]) + bytes(range(16)))
        both(0x80111500, bytes([length]) + bytes(range(16)), s=3)
        both(0x80811501, bytes([length]) + b"btrfs/abc".ljust(128, b"\0"))
        both(0x80811501, bytes([length]) + b"q" * 128)
    for length in (0, 4, 8, 400, -4):
        both(0x40085203, pack("44", 8, length) + b"abcdefgh" * 50)
        both(0x40085203, pack("44", -8, length) + b"abcdefgh", err="EPERM")
        both(0x40085203, buf(pack("44", 8, length) + b"abcd", at_end=True))
    c.device((0x40084D02, 0x40084D05, 0x80084D17, 0x400C4D0F, 0x800C4D10, 0x40104D14, 0x80104D12, 0x80044D0D))
    c.device((0x40084D06, 0x80204D01, 0x80C84D0A, 0x81484D11, 0xC0104D08, 0xC0184D15, 0xC0184D16, 0xC0304D18))
    c.device((0xC0104D03, 0xC0104D04), abis=("x86_64",))
    c.device((0xC00C4D03, 0xC00C4D04), abis=("i386",))
    for kind in range(10):
        both(0x80204D01, bytes([kind]) + bytes(31))
        both(0x80C84D0A, bytes([kind]) + bytes(199))
        both(0x80044D0D, pack("4", kind))
        both(0xC0304D18, bytes(40) + bytes([kind]) + bytes(7))
        both(0x40084F03, pack("41xxx", 1, kind))
        both(0x40104F06, bytes([kind]) + bytes(15))
    c.device((0x40044F02, 0x40084F03, 0x40104F06, 0x400C6F02, 0x40186F40), 24)
    c.device((0x40986F00, 0x51106F03))
    for length in (-1, 0, 3, 4, 127, 128, 500):
        for name in (b"abcd".ljust(128, b"\0"), b"n" * 128):
            both(0x40986F00, pack("448112xxxx", 1, 2, 3, 3, 1, length) + name)
    entry = pack("42xx", 7, 4) + b"abcd".ljust(128, b"\0") + pack("42xx", 8, 2) + b"abcd".ljust(128, b"\0")
    for count in (-3, 0, 1, 2, 32, 40):
        both(0x51106F03, pack("4xxxxxxxxxxxx", count) + entry * 16)
    name = b"eth0".ljust(16, b"\0")
    for request in (0x8924, 0x8927, 0x8931, 0x8937, 0x8970, 0x8971):
        both(request, name + bytes(range(1, 25)))
        both(request, name + bytes(range(1, 25)), err="ENODEV")
        both(request, bytes(40))
        both(request, 0)
    # Of kinds that have no address strace tells one that it saw before, if it saw any: these have a strace of their own.
    none = (256, 271, 280, 512, 518, 519, 777, 779, 822, 824, 826)
    for kind in sorted(set(range(1000)) - set(none)):
        c.call("x86_64", "ioctl", 3, 0x8927, name + pack("2", kind) + bytes(range(1, 23)))
    for kind in none:
        both(0x8927, name + pack("2", kind) + bytes(range(1, 23)), s=31)
    for length in (3, 15, 16, 17):
        for request in (0x89A0, 0x89A1):
            for s in (8, 32):
                both(request, b"a" * length + b"\0", s=s)
            both(request, buf(b"a" * length, at_end=True))
