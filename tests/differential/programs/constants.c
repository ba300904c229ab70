// Constants that consist of parts, or have no name: flags of statx, futex operations, capabilities, terminal settings and
// perf events. None of the calls has an effect.
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int word;

static void files(void) {
    static const int flags[] = {0,      0x100,  0x800,  0x1000, 0x2000, 0x4000,   0x6000,
                                0x2100, 0x6900, 0x8000, 0x8100, 0x1100, 0x100000, 0x106100};
    char buffer[256];
    for (unsigned i = 0; i < COUNT(flags); i++) syscall(SYS_statx, -100, "nowhere", flags[i], 1 << i, buffer);
}

static void futexes(void) {
    static const int commands[] = {0,  1,   2,   6,   7,   8,   9,   13,  14,    128,   129,
                                   130, 256, 384, 393, 400, 512, 511, 257, 0x182, 0x489};
    static const unsigned operations[] = {0,          0x10000000, 0x21001002, 0x80000000,
                                          0xf0000000, 0xa5fff001, 0x3f123456, 0x7000000};
    struct { long seconds, nanoseconds; } soon = {0, 1};
    // Not aligned: refused before anything is done.
    char *nowhere = (char *)&word + 1;
    for (unsigned i = 0; i < COUNT(commands); i++)
        syscall(SYS_futex, nowhere, commands[i], 7, &soon, 0x1234, 0x2000001);
    for (unsigned i = 0; i < COUNT(operations); i++)
        syscall(SYS_futex, nowhere, 133, 1, 0, nowhere, operations[i]);
    syscall(SYS_futex, nowhere, 9, 1, &soon, 0, 0xffffffff);
    syscall(SYS_futex, nowhere, 9, 1, &soon, 0, 3);
}

static void capabilities(void) {
    static const unsigned sets[][6] = {
        {0, 0, 0, 0, 0, 0}, {1, 3, 0, 0xfffff000, 0x80000001, 0x80000001}, {0, 1, 0x80000001, 0xfffff000, 0x101, 0}};
    // The capabilities of another process cannot be set.
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 1};
    for (unsigned i = 0; i < COUNT(sets); i++) syscall(SYS_capset, &header, sets[i]);
    header.version = _LINUX_CAPABILITY_VERSION_1;
    syscall(SYS_capset, &header, sets[1]);
    header.version = 0;
    syscall(SYS_capget, &header, NULL);
}

static void terminals(void) {
    static const unsigned input[] = {0, 1, 0x7fff, 0x10000, 0x10001};
    static const unsigned output[] = {0, 5, 0x105, 0xffff, 0x10000, 0x4};
    static const unsigned control[] = {0,       0xf,        0x1cb2, 0xbf,       0x100000,
                                       0xd00bf, 0x80000030, 0x1000, 0xffffffff, 0x100f1000};
    static const unsigned local[] = {0, 0x8a3b, 0x80000000, 0x80000001};
    unsigned short old[9] = {0x500, 5, 0xbf, 0x8a3b};
    for (unsigned i = 0; i < COUNT(control); i++) {
        struct termios2 settings = {.c_iflag = input[i % COUNT(input)],
                                    .c_oflag = output[i % COUNT(output)],
                                    .c_cflag = control[i],
                                    .c_lflag = local[i % COUNT(local)],
                                    .c_line = i,
                                    .c_cc = {3, 28},
                                    .c_ispeed = 9600};
        syscall(SYS_ioctl, -1, TCSETS, &settings);
        syscall(SYS_ioctl, -1, TCSETS2, &settings);
    }
    syscall(SYS_ioctl, -1, TCSETA, old);
}

static void events(void) {
    static const uint64_t configurations[] = {0x10102, 0x90909, 0, 0x500000003};
    struct perf_event_attr attributes = {.size = sizeof(attributes), .sample_type = ~0ull};
    for (unsigned i = 0; i < COUNT(configurations); i++) {
        for (attributes.type = 0; attributes.type < 5; attributes.type++) {
            attributes.config = configurations[i];
            syscall(SYS_perf_event_open, &attributes, -1, -1, -1, 0);
        }
    }
}

int main(void) {
    files();
    futexes();
    capabilities();
    terminals();
    events();
    return 0;
}
