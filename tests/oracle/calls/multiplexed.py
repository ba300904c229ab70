"""Calls of i386 that stand behind `socketcall` and `ipc`."""


def calls(c):
    pack = c.pack

    def socketcall(number, *words, at_end=False, **options):
        c.call("i386", "socketcall", number, c.buf(pack("4" * len(words), *words), at_end=at_end), **options)

    def ipc(call, *args, version=0, **options):
        c.call("i386", "ipc", call | version << 16, *args, **options)

    def words(*values):
        return c.buf(pack("4" * len(values), *values))

    # Which call it is, how many words it takes, and what is written where they are not readable.
    for number in [*range(23), 0x10001, 0x7FFFFFFF, -1]:
        c.call("i386", "socketcall", number, 0)
        c.call("i386", "socketcall", number, 1, 2, 3, 4, 5, err="EFAULT")
        socketcall(number, 0, 0, 0, 0, 0, 0)
        socketcall(number, 1, 2, 3, 4, 5, 6, err="EINVAL")
        for count in range(1, 7):
            socketcall(number, *range(1, count + 1), at_end=True)
    address = c.buf(pack("22448", 2, 0x5000, 0x0100007F, 0, 0))
    length, text, room = words(16), c.buf("hello"), c.buf(bytes(64))
    vector = words(text, 5)
    message = words(address, 16, vector, 1, 0, 0, 0x40)
    socketcall(1, 2, 1, 6, ret=3)
    socketcall(2, 3, address, 16)
    socketcall(3, 3, address, 16, err="EINPROGRESS")
    for number in (5, 6, 7):
        socketcall(number, 3, address, length, ret=4)
    socketcall(8, 1, 2, 0, words(5, 6))
    socketcall(9, 3, text, 5, 0x4000, ret=5)
    socketcall(10, 3, text, 6, 2, ret=5)
    socketcall(11, 3, text, 5, 0x4000, address, 16, ret=5)
    socketcall(12, 3, text, 6, 0x40, address, length, ret=5)
    socketcall(14, 3, 1, 2, length, 4)
    socketcall(15, 3, 1, 4, length, words(4))
    for number in (16, 17):
        socketcall(number, 3, message, 0x40, ret=5)
    socketcall(18, 3, address, length, 0x80800, ret=4)
    for number in (19, 20):
        socketcall(number, 3, c.buf(pack("4" * 8, address, 16, vector, 1, 0, 0, 0x40, 5)), 1, 0, words(1, 2), ret=1)

    for version in (0, 1, 2, 0xFFFF):
        for call in range(28):
            ipc(call, 1, 2, 3, 4, 5, version=version)
            ipc(call, -1, -2, -3, -4, -5, version=version, err="EINVAL")
    ipc(99, 0, 0, 0, 0, 0, ret=-5)
    for call in (1, 4):
        ipc(call, 1, 2, 0, pack("222222", 1, -1, 0x1000, 2, 5, 0x800), pack("44", 5, 6))
    for call, key in ((2, 0), (2, -5), (13, 0), (13, 0x1234), (23, 0), (23, 7)):
        ipc(call, key, 0x3B6, 0x3B6)
        ipc(call, key, 0x7B6, 0x9B6)
    state = c.buf(pack("4" * 24, *range(1, 25)))
    for op in (0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 0x101, 0x102, 0x10D):
        for arg in (0, 4, state):
            ipc(3, 1, 2, op, words(arg))
            ipc(3, 1, 2, op, words(arg), err="EPERM")
        ipc(3, 1, 2, op, c.buf(b"12", at_end=True))
        ipc(3, 1, 2, op, words(state), v=True)
        c.call("i386", "semctl", 1, 2, op, state)
        for call, name in ((14, "msgctl"), (24, "shmctl")):
            ipc(call, 1, op, 0, state)
            c.call("i386", name, 1, op, state)
            ipc(call, 1, op, 0, state, err="EPERM")
    queued = c.buf(pack("4", 5) + b"text")
    for size, flags in ((4, 0), (0, 0x800), (-3, -1)):
        ipc(11, 1, size, flags, queued)
        ipc(12, 1, size, flags, words(queued, 7), ret=4)
        ipc(12, 1, size, flags, words(queued, -7), err="EAGAIN")
        ipc(12, 1, size, flags, queued, -7, version=1, ret=4)
    ipc(12, 1, 4, 0, c.buf(pack("4", queued), at_end=True))
    for version in (0, 1):
        for third in (0, 1, words(0), words(0xABCDE000)):
            ipc(21, 1, 0x1000, third, 0xABCDE000, version=version)
            ipc(21, 1, 0x1000, third, 0, version=version, err="EINVAL")
