"""System V's structures, of the ABI whose longs are half of a time too, and masks of futexes."""


def calls(c):
    # Every field another number; no field but the mode is narrower than four bytes, and that has its padding.
    words = [1, 2, 3, 4, 5, 0o640] + [0x10 + i for i in range(34)]
    wide = c.pack("444444" + "4" * 34, *words)
    for abi in ("x86_64", "i386"):
        for name, commands in (("msgctl", (1, 2, 11, 13)), ("shmctl", (1, 2, 13, 15))):
            for command in commands:
                for version in (0, 0x100):
                    c.call(abi, name, 7, command | version, wide)
                    c.call(abi, name, 7, command | version, wide, v=True)
        for command in (1, 2, 18, 20):
            for version in (0, 0x100):
                c.call(abi, "semctl", 7, 0, command | version, wide)
        for mask in (0, 1, 0xFFFFFFFF, -1, 0x7FFFFFFF):
            c.call(abi, "futex_wake", 0x5000, mask, 1, 2)
            c.call(abi, "futex_wait", 0x5000, 1, mask, 2, 0, 0, err="EAGAIN")
