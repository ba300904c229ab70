"""Names of threads, which the kernel cuts: what is shown of longer ones."""


def calls(c):
    for length in (0, 1, 14, 15, 16, 17, 31, 40):
        name = (b"abcdefghijklmnop" * 3)[:length]
        for abi in ("x86_64", "i386"):
            c.call(abi, "prctl", 15, name + b"\0")
            c.call(abi, "prctl", 16, name + b"\0")
        c.call("x86_64", "prctl", 15, c.buf(name, at_end=True))
        c.call("x86_64", "prctl", 15, name + b"\0", s=8)
