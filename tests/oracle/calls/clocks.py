"""ioctl's structures of clocks (RTC, PTP), watchdogs and epoll."""


def calls(c):
    pack = c.pack
    both = (0x40187013, 0x40187014, 0x40247007, 0x4024700A, 0x4028700F, 0x80047013, 0x80247008, 0x80247009, 0x80287010)
    c.device(both)
    c.device((0x40207012, 0x80207011), abis=("x86_64",))
    c.device((0x401C7012, 0x801C7011), abis=("i386",))
    for parameter in range(5):
        for value in (0, 1, 3, -5, 1 << 40):
            for request in (0x40187013, 0x40187014):
                c.both("ioctl", 3, request, pack("8844", parameter, value, 7, 0))
    c.device((0x40103D02, 0x40103D0B, 0x40383D03, 0x40383D0C, 0x40603D07, 0x40603D10, 0xC0603D06, 0xC0603D0F))
    c.device((0x43403D05, 0x80503D01, 0xC0403D08, 0xC4C03D09), abis=("x86_64",))
    c.device((0xC0403D15,), abis=("i386",))
    stamps = pack("844" * 75, *(number for i in range(75) for number in (1600000000 + i, i * 13333333, 0)))
    for samples in (0, 1, 2, 20, 25, 26, 1000):
        for v in (False, True):
            c.call("x86_64", "ioctl", 3, 0x43403D05, pack("4xxxxxxxxxxxx", samples) + stamps[:816], v=v)
            c.call("x86_64", "ioctl", 3, 0xC4C03D09, pack("44xxxxxxxx", samples, 1) + stamps, v=v)
    for request in (0x43403D0E, 0x80503D0A, 0xC0403D11, 0xC4C03D12, 0xC4C03D16):
        c.both("ioctl", 3, request, stamps + stamps[:40])
    for flags in range(8):
        for request in (0x40383D03, 0x40383D0C):
            c.both("ioctl", 3, request, pack("844844444444", 1600000000, 6, 0, 7, 8, 0, 1, flags, 2, 3, 4, 5))
    for time in (1, 999, 1000000, 1999999, 999999999, 1000000000, -1, -25, 0x7FFFFFFF, 0x80000000):
        c.both("ioctl", 3, 0x80503D01, bytes(32) + pack("4", time) + bytes(44))
        c.both("ioctl", 3, 0x40088A01, pack("4211", time, 1, 2, 0))
    c.device((0x80045704, 0x80285700, 0x40088A01, 0x80088A02))
    for bit in range(32):
        c.both("ioctl", 3, 0x40103D02, pack("44", 0, 1 << bit) + bytes(8))
        c.both("ioctl", 3, 0x80045704, pack("4", 1 << bit))
        c.both("ioctl", 3, 0x80285700, pack("4", 1 << bit) + bytes(36))
