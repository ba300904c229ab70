"""ioctl's structures of the console."""


def calls(c):
    pack, buf = c.pack, c.buf

    def both(request, *data, **options):
        c.both("ioctl", 3, request, *data, **options)

    words = (0x4B2F, 0x4B30, 0x4B32, 0x4B3A, 0x4B45, 0x4B63, 0x4B65)
    for request in words:
        for number in list(range(10)) + [1 << bit for bit in range(32)] + [1193, 0x10007, 0x50400, 0xFFFFFFFF]:
            both(request, number)
    for request in (0x4B31, 0x4B33, 0x4B64):
        for number in range(10):
            both(request, bytes([1 << number & 255 if request != 0x4B33 else number]))
    for request in (0x4B3B, 0x4B44, 0x4B62):
        for number in range(-2, 7):
            both(request, pack("4", number))
    c.device((0x4B31, 0x4B33, 0x4B46, 0x4B47, 0x4B3B, 0x4B44, 0x4B62, 0x4B64, 0x4B4C, 0x4B4D, 0x4B52))
    c.device((0x4B40, 0x4B41, 0x4B69, 0x4B6A), 512)
    c.device((0x4B60, 0x4B61), 40)
    c.device((0x4B70, 0x4B71), 48)
    c.device((0x4B66, 0x4B67, 0x4B68, 0x4B6B, 0x4B6C, 0x4B72), 32)
    both(0x4B6A, pack("2" * 8, 0xF000, 0xF001, 0xF1FF, 0xF200, 0xEFFF, 0, 1, 2) + bytes(496))
    for value in list(range(0x400)) + [kind << 8 | number for kind in range(4, 18) for number in (0, 1, 5, 9, 27, 255)]:
        c.call("x86_64", "ioctl", 3, 0x4B47, pack("112", value & 255, 1, value))
    for number in range(256):
        c.call("x86_64", "ioctl", 3, 0x4B47, pack("112", 0, 1, number))
        c.call("x86_64", "ioctl", 3, 0x4B49, pack("1", number) + b"ls\n\0")
    for text in (b"", b"hello\n", b"x" * 31, b"x" * 32, b"x" * 33, b"x" * 600):
        for request in (0x4B48, 0x4B49):
            both(request, b"\7" + text + b"\0" * 520)
            both(request, b"\7" + text + b"\0" * 520, err="EINVAL")
            both(request, buf(b"\7" + text, at_end=True))
    for count in (0, 1, 2, 40, 256, 300):
        for v in (False, True):
            for request in (0x4B4A, 0x4B4B):
                both(request, pack("4", count) + bytes([65, 39, 92, 233, 7, 10]) + b"abc" * 254, v=v)
            for request in (0x4BFA, 0x4BFB):
                c.call("x86_64", "ioctl", 3, request, pack("4", count) + pack("444", 233, 39, 101) * 256, v=v)
    both(0x4B4A, pack("4", 1) + b"abc", err="EINVAL")
    c.device((0x4BFA, 0x4BFB), 4, abis=("i386",))
    pairs = buf(pack("2" * 8, *range(0x41, 0x49)))
    for count in (0, 1, 2, 40):
        for request in (0x4B66, 0x4B67):
            for err in (None, "EINVAL"):
                c.call("x86_64", "ioctl", 3, request, pack("2xxxxxx8", count, pairs), err=err, v=count == 40)
                c.call("i386", "ioctl", 3, request, pack("2xx4", count, pairs), err=err)
    glyphs = buf(bytes(range(0x30, 0x70)) * 40)
    for count in (0, 1, 2, 600):
        for request in (0x4B6B, 0x4B6C):
            for err in (None, "EINVAL"):
                c.call("x86_64", "ioctl", 3, request, pack("22xxxx8", count, 8, glyphs), err=err)
                c.call("i386", "ioctl", 3, request, pack("224", count, 8, glyphs), err=err)
    for op in range(5):
        for width, height, count in ((8, 16, 0), (8, 16, 2), (33, 8, 512), (0, 0, 0), (9, 1, 1)):
            font = (op, 1, width, height, count)
            for err in (None, "EINVAL"):
                c.call("x86_64", "ioctl", 3, 0x4B72, pack("44444xxxx8", *font, glyphs), err=err)
                c.call("i386", "ioctl", 3, 0x4B72, pack("444444", *font, glyphs), err=err)
            c.call("x86_64", "ioctl", 3, 0x4B72, pack("44444xxxx8", *font, buf("font")))
            c.call("x86_64", "ioctl", 3, 0x4B72, pack("44444xxxx8", *font, 0))
            c.call("x86_64", "ioctl", 3, 0x4B72, pack("44444xxxx8", *font, glyphs), s=100)
