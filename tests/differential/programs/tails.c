// Structures that are longer or shorter than known, pointers inside structures, and values beyond an argument's width.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char *end;

// Extended states of the processor, and what is no pointer although it may look like one.
static void states(void) {
#ifdef SYS_arch_prctl
    uint64_t state = 0x8000000000060305;
    for (int operation = 0x1021; operation <= 0x1025; operation++) {
        syscall(SYS_arch_prctl, operation, 0);
        syscall(SYS_arch_prctl, operation, end - 4);
        syscall(SYS_arch_prctl, operation, &state);
        for (int number = 0; number < 20; number++)
            syscall(SYS_arch_prctl, operation, number);
    }
    syscall(SYS_arch_prctl, 0x1001, 0);
    syscall(SYS_arch_prctl, 0x1003, 0);
    syscall(SYS_arch_prctl, 0x4004, &state);
#endif
}

// Operations of other processors: vector lengths with flags, and tagged addresses.
static void processors(void) {
    const long values[] = {0, 1, 17, 0x10000, 0x20001, 0x40000, 0x60010, -1};
    for (int operation = 50; operation < 64; operation += 13)
        for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
            syscall(SYS_prctl, operation, values[i]);
    for (int option = 0; option < 8; option++)
        syscall(SYS_prctl, 55, option, 1, 2, 3);
}

static void sequences(void) {
    static struct {
        int first, id;
        uint64_t section;
        unsigned char rest[112];
    } area __attribute__((aligned(64)));
    for (int flags = 1; flags < 5; flags += 3)
        for (int size = 28; size < 70; size += size < 34 ? 1 : 12) {
            memset(&area, size & 1 ? 0xff : 0, sizeof area);
            syscall(SYS_rseq, &area, size, flags, 0xfacefed0);
        }
    memset(&area, 0, sizeof area);
    memset(end - 32, 0x81, 32);
    for (int shift = 0; shift < 3; shift++) {
        area.section = (uintptr_t)end - 32 + shift * 16;
        area.first = area.id = -1 - shift;
        syscall(SYS_rseq, &area, 32, 1, 7);
    }
}

static void clones(void) {
    uint64_t args[16];
    // No signal has this number, so that none of them makes a process.
    for (int size = 56; size < 129; size += size > 63 && size < 92 ? 1 : 8) {
        memset(args, 0xff, sizeof args);
#ifdef __arm__
        // A tracer of 32 bits shows half of it (tls), one of 64 bits all of it.
        args[7] = 0xffffffff;
#endif
        syscall(435, args, size);
        memset(args, 0, sizeof args);
        args[0] = 1, args[4] = 17 | 1 << 20, args[15] = 3;
        syscall(435, args, size);
    }
    memcpy(end - 88, args, 88);
    syscall(435, end - 88, 88);
    syscall(435, end - 88, 96);
    memset(args, 0, sizeof args);
    args[0] = 1;
    for (int count = 0; count < 36; count += count < 3 ? 1 : 30) {
        args[8] = 0, args[9] = count;
        syscall(435, args, 80);
        args[8] = (uintptr_t)end - 8;
        syscall(435, args, 80);
    }
    args[0] = 0x200000001, args[4] = 0x100000011;
    syscall(435, args, 88);
}

static void numbers(void) {
    struct sigevent *event = (void *)(end - 32);
    int id;
    for (int notify = 0; notify < 6; notify++) {
        memset(event, 1, 32);
        event->sigev_notify = notify, event->sigev_signo = 17;
        syscall(SYS_timer_create, CLOCK_REALTIME, event, &id);
    }
    int commands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_SETLEASE, F_NOTIFY, F_ADD_SEALS};
    for (unsigned i = 0; i < sizeof commands / sizeof *commands; i++) {
        syscall(SYS_fcntl, -1, commands[i], -1l);
        syscall(SYS_fcntl, -1, commands[i], 0x7ace00000003l);
    }
    struct {
        unsigned epoll, target, offset;
    } *slot = (void *)(end - 12);
    *slot = (typeof(*slot)){3, 4, -1};
    for (int kind = -1; kind < 9; kind++) {
        syscall(SYS_kcmp, -1, -1, kind, 0xdeadbeef, 0xfacefeed);
        syscall(SYS_kcmp, -1, -1, kind, 1, slot);
        syscall(SYS_kcmp, -1, -1, kind, 2718281828u, 0);
    }
    syscall(SYS_syslog, 8, 1, 99);
    syscall(SYS_syslog, 8, 1, -2);
    // More than is written must be readable to say that there is more.
    memset(end - 40, 'x', 40);
    for (int length = 30; length < 35; length++)
        for (int more = 0; more < 3; more++) {
            write(-1, end - length, length + more);
            syscall(SYS_setxattr, "/nowhere", "user.x", end - length, length + more, 0);
        }
    end[-3] = 0;
    syscall(SYS_setxattr, "/nowhere", "user.x", end - 34, 34, 0);
}

static void policies(void) {
    struct {
        unsigned size, policy;
        uint64_t flags;
        int nice;
        unsigned priority;
        uint64_t runtime, deadline, period;
        unsigned least, most;
        uint64_t more[2];
    } given;
    for (unsigned size = 0; size < 80; size += size > 44 && size < 60 ? 1 : 8) {
        memset(&given, 0xff, sizeof given);
        given.size = size;
        syscall(SYS_sched_setattr, -1, &given, 0);
        given.size = size, given.policy = 0, given.flags = 0x7f;
        syscall(SYS_sched_setattr, -1, &given, size);
        memset(&given, 0, sizeof given);
        given.size = size, given.policy = 6, given.more[1] = 3;
        syscall(SYS_sched_setattr, -1, &given, -1);
    }
}

static void mounts(void) {
    uint64_t given[6] = {0xffffffff001f00f5, -1, 0x140000, 9, 1, 0};
    for (int size = 24; size < 49; size += 4)
        syscall(442, -1, "/dev/full", size * 0x100, given, size);
    given[0] = 0x10, given[1] = 0x70, given[2] = 1 << 17, given[3] = -1;
    memcpy(end - 32, given, 32);
    syscall(442, -1, "/dev/full", 0, end - 32, 40);
    given[0] = 0x100000;
    syscall(442, -1, "/dev/full", 0, given, 32);
    struct {
        uint64_t value;
        unsigned size, flags;
        uint64_t more;
    } args = {(uintptr_t)end - 5, 5, 3, 7};
    memset(end - 5, 5, 5);
    for (int call = 463; call < 465; call++) {
        for (int size = 8; size < 33; size += size == 16 ? 1 : 8)
            syscall(call, -1, "/dev/full", 0x1000, "user.n", &args, size);
        memset(end - 16, 0, 16);
        syscall(call, -1, "/dev/full", 0x1000, "user.n", end - 16, 24);
    }
    struct {
        unsigned size;
        int type;
    } *handle = (void *)(end - 8);
    for (int size = 0; size < 260; size += 1 + size * 2) {
        *handle = (typeof(*handle)){size, -1};
        syscall(SYS_open_by_handle_at, -1, handle, size);
        syscall(SYS_name_to_handle_at, AT_FDCWD, "/nowhere", (char *)handle + size % 2 * 4, end - 4, 0);
    }
}

int main(void) {
    long page = sysconf(_SC_PAGESIZE);
    char *room = mmap(0, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(room + page, page);
    end = room + page;
    states();
    processors();
    sequences();
    clones();
    numbers();
    policies();
    mounts();
    return 0;
}
