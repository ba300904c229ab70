"""Which nodes memory comes from."""


def calls(c):
    call, pack = c.call, c.pack
    for abi, word in (("x86_64", "8"), ("i386", "4")):
        bits = 8 * int(word)
        mask = pack(word * 3, 1, 2, 1 << (bits - 1))
        for count in (0, 1, 2, bits, bits + 1, bits + 2, 3 * bits + 1, 2049):
            call(abi, "set_mempolicy", 2, c.buf(mask), count)
        call(abi, "set_mempolicy", 2, c.buf(mask, at_end=True), 3 * bits + 1)
        call(abi, "set_mempolicy", 2, c.buf(mask, at_end=True), 1000)
        call(abi, "set_mempolicy", 2, mask * 40, 2100, v=True)
        call(abi, "set_mempolicy", 2, mask, 97, s=1)
        for policy in list(range(10)) + [0x2000, 0x4001, 0x8000, 0x8003, 0xE001, 0x1000, 0x5000, -1]:
            call(abi, "set_mempolicy", policy, 0, 0)
            call(abi, "mbind", 0x1000, 4096, policy, mask, 9, policy)
            call(abi, "get_mempolicy", pack("4", policy), mask, 9, 0x5000, policy)
        call(abi, "get_mempolicy", pack("4", 2), mask, 9, 0x5000, 3, err="EINVAL")
        call(abi, "get_mempolicy", 0, 0, 65, 0, 4)
        for err in (None, "EPERM"):
            call(abi, "migrate_pages", 5, 9, mask, mask, err=err)
        pages, nodes, status = pack(word * 3, 0x1000, 0, 0x3000), pack("444", 1, -1, 0), pack("444", 0, -14, -2)
        for ret in (0, 1):
            call(abi, "move_pages", 5, 3, pages, nodes, status, 2, ret=ret)
        call(abi, "move_pages", 5, 3, pages, nodes, status, 4, err="EINVAL")
        call(abi, "move_pages", 5, 3, pages, 0, 0, 7)
        ends = [c.buf(array, at_end=True) for array in (pages, nodes, status)]
        call(abi, "move_pages", 5, 4, *ends, 2)
        call(abi, "move_pages", 5, 0, pages, nodes, status, 4)
        many = pack("4" * 40, *[3 - 4 * i for i in range(40)])
        for verbose in (False, True):
            call(abi, "move_pages", 5, 40, pages * 14, nodes * 14, many, -1, v=verbose)
        call(abi, "move_pages", 5, 4, pages * 2, nodes * 2, pack("4444", -1000, -(1 << 31), -512, -133), 4)
        call(abi, "move_pages", 5, 3, pages, nodes, status, 4, s=2)
        call(abi, "set_mempolicy_home_node", 0x1000, 4096, 1, 3)
