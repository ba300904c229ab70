"""Mounting."""

import struct


def calls(c):
    for flags in (0, 1, 0x1000, 0x1020, 0x20, 0x2000, 0x44000, 0x100000, 0x20000, 0x80000, 0x200000, 0x10000):
        c.both("mount", "/dev/x", "/mnt", "ext4", flags, "data=ordered")
        c.both("mount", "s" * 40, "t" * 40, "k" * 40, flags | 0xC0ED0000, "d" * 40)
    c.both("mount", 0, "/mnt", 0, 0x40000, 0, err="EPERM")
    for flags in (0, 2, 8, 0xF, 0x10):
        c.both("umount2", "/mnt", flags)
    c.call("i386", "umount", "/mnt")
    c.both("swapon", "/swap", 0)
    c.both("open_tree", -100, "x", 0x80001 | 0x8000, ret=3)
    c.both("move_mount", 3, "", -100, "/mnt", 4)
    c.both("fsopen", "ext4", 1, ret=3)
    for cmd, key, value, aux in (
        (0, "ro", 0, 0),
        (1, "source", "/dev/x", 0),
        (2, "blob", b"\x01\x02a", 3),
        (3, "path", "/p", -100),
        (4, "path", "", 5),
        (5, "fd", 0, 5),
        (6, 0, 0, 0),
        (9, 5, 6, 7),
    ):
        c.both("fsconfig", 3, cmd, key, value, aux)
    c.both("fsmount", 3, 1, 0x7F, ret=4)
    c.both("fsmount", 3, 1, 0x20, ret=4)
    c.both("fspick", -100, "/", 0xF, ret=3)
    for propagation in (0, 0x40000, 5):
        attr = struct.pack("<QQQQ", 0x11, 0x70, propagation, 4)
        c.both("mount_setattr", 3, "", 0x9000, attr, 32)
        c.both("open_tree_attr", 3, "", 0x1000, attr, 32, ret=5)
