"""ioctl: video devices."""

import pathlib

NAMES = pathlib.Path(__file__).resolve().parents[3] / "tracer-image/syscalls/src/names/controls.txt"


def calls(c):
    pack = c.pack

    def ask(request, data, **options):
        data = c.buf(data) if isinstance(data, bytes) else data
        c.call("x86_64", "ioctl", 3, request, data, **options)

    plain = [0x40045612, 0x40045613, 0x4014563C, 0xC014563B, 0x4054561E, 0xC054561D, 0x80685600, 0xC008561B, 0xC008561C]
    plain += [0xC0145608, 0xC02C5625, 0xC02C563A, 0xC02C564A, 0xC034564B, 0xC0405602, 0xC0405610, 0xC0445624, 0xC0E85667]
    plain += [0xC0CC5615, 0xC0CC5616]
    c.device(plain)
    c.device([0x4030560B, 0x8030560A, 0xC0485619, 0xC0585609, 0xC058560F, 0xC0585611, 0xC050561A], abis=("x86_64",))
    c.device([0x402C560B, 0x802C560A, 0xC0405619, 0xC0445609, 0xC044560F, 0xC0445611, 0xC04C561A], abis=("i386",))
    formats = [0xC0D05604, 0xC0D05605, 0xC0D05640]
    c.device(formats + [0xC100565C], abis=("x86_64",))
    c.device([request - 0x40000 for request in formats] + [0xC0F8565C], abis=("i386",))
    numbers = pack("4" * 60, *range(0x20, 0x5C))
    clips = c.buf(pack("4444", 1, 2, 3, 4) + pack("8", 0) + pack("4444", 5, 6, 7, 8) + pack("8", 0x77))
    for kind in range(16):
        for request in formats:
            for options in ({}, {"err": "EINVAL"}, {"v": True}):
                ask(request, pack("44", kind, 0) + numbers, **options)
            ask(request, pack("44", kind, 0) + bytes(240))
        for request in (0xC0CC5615, 0xC0CC5616):
            for options in ({}, {"err": "EINVAL"}):
                ask(request, pack("4", kind) + numbers, **options)
        ask(0xC100565C, pack("444444", 2, 3, 1, 0, kind, 0) + numbers)
        for planes in (0, 1, 3, 8, 9):
            ask(0xC0D05604, pack("44", kind, 0) + bytes(180) + bytes([planes]) + bytes(60))
        for memory in range(6):
            for request in (0xC0585609, 0xC058560F, 0xC0585611):
                data = pack("4444448844", 1, kind, 3, 1 << kind, 5, 0, 22, 23, 9, 9) + bytes(8)
                ask(request, data + pack("44844444", 33, memory, 0x5566, 2, 0, 77, 0, 0))
        ask(0xC02C564A, pack("444", 1, 0x56595559, kind) + numbers)
        ask(0xC034564B, pack("44444", 1, 0x56595559, 640, 480, kind) + numbers)
        ask(0xC0445624, pack("44", 0x980900 + kind, kind) + b"x" * 32 + numbers, v=True)
    for bit in range(32):
        for request in (0xC0585609, 0xC0585611):
            ask(request, pack("4444", 1, 1, 3, 1 << bit) + bytes(80))
        ask(0xC0D05604, pack("444", 6, 0, 1 << bit) + bytes(200))
        ask(0xC0CC5616, pack("444", 1, 1 << bit, 1 << bit) + bytes(200))
        ask(0x80685600, bytes(80) + pack("444", 1 << bit, 1 << bit, 1 << bit) + bytes(12))
        ask(0xC0445624, pack("44", 0x980900, bit) + bytes(48) + pack("4", 1 << bit) + bytes(8), v=True)
        ask(0xC050561A, pack("4", 1) + bytes(32) + pack("4448", bit, 1, 1, 1 << bit) + pack("44", 1 << bit, 1 << bit) + bytes(16))
        ask(0xC054561E, pack("4", 1) + bytes(32) + pack("4" * 8, bit, 1 << bit, 1, 2, 1 << bit, bit, 1, 2) + bytes(16))
        ask(0xC0405602, pack("444", bit, 1, 1 << bit) + bytes(60))
        ask(0xC0405610, pack("44444", 1, 2, 3, 1 << bit, 7) + bytes(60))
    ask(0xC0D05604, pack("44444444", 3, 0, 1, 2, 3, 4, 1, 5) + pack("8448", clips, 2, 0, clips) + bytes(200))
    for name in (b"YUYV", b"GREY", b"CU08", b"UVCH", b"a'\\\0", b"\x7f\x80\xff ", b"Y16 \x80"[1:]):
        for kind in (1, 4, 11, 13):
            place = {1: 8, 4: 12}.get(kind, 0)
            ask(0xC0D05604, pack("44", kind, 0) + bytes(place) + name[:4] + bytes(200))
    text = c.buf(b"hello\0")
    controls = pack("4444444444", 0x980900, 0, 0, 7, 0, 0x980901, 6, 0, text, 0) + pack("44444", 0x980902, 0, 0, -3, 0)
    controls = c.buf(controls + pack("44444", 0x99, 4, 0, 0x5000, 0))
    for count in range(5):
        ask(0xC0205647, pack("444444", 0x980000, count, 1, 0, 0, 0) + pack("8", controls))
        ask(0xC0205647, pack("444444", 0x980000, count, 1, 0, 0, 0) + pack("8", controls), err="EINVAL")
        for request in (0xC0205648, 0xC0205649):
            ask(request, pack("444444", 0xF010000, count, 1, 0, 0, 0) + pack("8", controls))
            for err, refused in (("EINVAL", 0), ("EINVAL", count), ("EIO", 1), ("EBUSY", -1)):
                data = pack("444444", 0xF010000, count, refused, 0, 0, 0)
                ask(request, data + pack("8", controls), err=err)
                ask(request, data + pack("8", 0x5000), err=err)
    for request in (0xC0205648, 0xC0205649):
        for at in (0, 0x5000):
            ask(request, pack("444444", 0, 2, 1, 0, 0, 0) + pack("8", at))
            ask(request, pack("444444", 0, 2, 1, 0, 0, 0) + pack("8", at), err="EINVAL")
    for request in (0xC0185648, 0xC0185649):
        for err in (None, "EINVAL"):
            small = c.buf(pack("44444", 0x980900, 0, 0, 7, 0) + pack("44444", 0x980902, 0, 0, -3, 0))
            c.call("i386", "ioctl", 3, request, pack("444444", 0x980000, 2, 1, 0, 0, small), err=err)
    for line in NAMES.read_text().splitlines():
        ask(0xC008561B, pack("44", int(line.split()[0], 16), 7))
    for number in (0x980000, 0x980002, 0x9808FF, 0x98FFFF, 0x990000, 0x97FFFF, 0xA60900, 0xF0980904, 0x10980904, 0x80980000):
        for request in (0xC008561B, 0xC0445624):
            ask(request, pack("44", number, 7) + bytes(64))
            ask(request, pack("44", number, 7) + bytes(64), err="EINVAL")
