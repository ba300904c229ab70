"""Asynchronous input and output."""


def calls(c):
    call, pack = c.call, c.pack

    def operation(data=1, key=2, flags=0, op=0, priority=0, fd=3, buf=0x5000, count=4, offset=8, how=0, result=0):
        return pack("844224888844", data, key, flags, op, priority, fd, buf, count, offset, 0, how, result)

    for abi, word in (("x86_64", "8"), ("i386", "4")):

        def submit(*operations, **options):
            pointers = [c.buf(one) if isinstance(one, bytes) else one for one in operations]
            call(abi, "io_submit", 0x7000, len(pointers), pack(word * len(pointers), *pointers), ret=len(pointers), **options)

        data = c.buf("hello world")
        vector = c.buf(pack(word * 4, data, 5, data, 11))
        for op in list(range(12)) + [99, -1]:
            submit(operation(op=op, buf=data, count=5))
            submit(operation(op=op, buf=data, count=5, priority=5, flags=3, how=3, result=9))
            submit(operation(op=op, buf=data, count=5, priority=5, how=1))
            call(abi, "io_cancel", 0x7000, operation(op=op, priority=5, flags=3, how=3, result=9), 0)
        for op in (0, 1, 7, 8):
            submit(operation(op=op, buf=vector, count=2))
            submit(operation(op=op, buf=0, count=5))
            submit(operation(op=op, buf=0, count=0))
            submit(operation(op=op, buf=0x5000, count=0))
            submit(operation(op=op, buf=0x5000, count=1))
        submit(operation(op=1, buf=data, count=500))
        submit(operation(op=1, buf=data, count=5, how=-1, flags=-1))
        submit(operation(how=2, priority=-5))
        submit(operation(how=2, priority=0x4003))
        submit(operation(how=4))
        submit(operation(offset=-3, count=-1, fd=-1))
        for events in (0, 0x19, 0x10019, 1 << 40 | 1):
            submit(operation(op=5, buf=events, count=0))
        submit(operation(data=0, key=0, op=2))
        submit(operation(), operation(op=1, buf=data, count=5), 0, 0x5000)
        submit(*[operation(op=2)] * 34)
        submit(*[operation(op=2)] * 34, v=True)
        submit(*[operation()] * 3, s=2)
        one = pack(word, c.buf(operation()))
        call(abi, "io_submit", 0x7000, 2, c.buf(one, at_end=True))
        for count in (0, -1):
            call(abi, "io_submit", 0x7000, count, one)
        call(abi, "io_submit", 0x7000, 1, 0, err="EFAULT")
        event = pack("8888", 1, 0x5000, -2, 3)
        call(abi, "io_cancel", 0x7000, operation(), event)
        call(abi, "io_cancel", 0x7000, operation(), event, err="EINVAL")
        call(abi, "io_cancel", 0x7000, c.buf(operation()[:60], at_end=True), c.buf(event[:20], at_end=True))
        call(abi, "io_cancel", 0, 0, 0)
        time = pack(word * 2, 1, 5)
        for ret in (0, 1, 2):
            call(abi, "io_getevents", 0x7000, 1, 2, event * 2, time, ret=ret)
        call(abi, "io_getevents", 0x7000, 1, 2, event * 2, time, err="EINTR")
        call(abi, "io_getevents", 0x7000, 1, 40, event * 40, 0, ret=40)
        call(abi, "io_getevents", 0x7000, 1, 40, event * 40, 0, ret=40, v=True)
        call(abi, "io_getevents", 0x7000, 1, 2, c.buf(event, at_end=True), 0, ret=2)
        call(abi, "io_getevents", 0x7000, -1, -2, 0, 0, ret=2)
        mask = c.buf(pack("8", 0x10002))
        for address, size in ((mask, 8), (mask, 4), (0, 8), (0x5000, 8)):
            signals = pack(word * 2, address, size)
            call(abi, "io_pgetevents", 0x7000, 1, 2, event, time, signals, ret=1)
            call(abi, "io_pgetevents", 0x7000, 1, 2, event, time, signals, err="EINTR")
        call(abi, "io_pgetevents", 0x7000, 1, 2, event, time, 0, ret=1)
        call(abi, "io_pgetevents", 0x7000, 1, 2, event, time, c.buf(pack(word, mask), at_end=True), ret=1)
        if abi == "i386":
            call(abi, "io_pgetevents_time64", 0x7000, 1, 2, event, pack("88", 1, 5), pack("44", mask, 8), ret=1)
        call(abi, "io_setup", 5, pack(word, 0x7777))
        call(abi, "io_setup", 5, pack(word, 0x7777), err="EINVAL")
        call(abi, "io_setup", -1, 0)
        call(abi, "io_destroy", 0x7777)
