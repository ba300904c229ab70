// For programs that make calls and write down registers, memory and result of each (see ../record.py).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The page that all pointers of recorded calls point into. The next one is not mapped.
#define PAGE ((char *)0x10000000)
#define SIZE 4096
#define AT(offset) ((long)(PAGE + (offset)))

static FILE *out;

static void begin(char **argv)
{
    mmap(PAGE, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    out = fopen(argv[1], "w");
    // Never written out between two calls: strace would see that.
    setvbuf(out, malloc(1 << 22), _IOFBF, 1 << 22);
}

static void clear(void) { memset(PAGE, 0, SIZE); }
static void put(int offset, const void *bytes, int size) { memcpy(PAGE + offset, bytes, size); }
static void text(int offset, const char *string) { strcpy(PAGE + offset, string); }
static void put2(int offset, uint16_t value) { put(offset, &value, 2); }
static void put4(int offset, uint32_t value) { put(offset, &value, 4); }
static void put8(int offset, uint64_t value) { put(offset, &value, 8); }

static void write_memory(void)
{
    for (int at = 0; at < SIZE; at += 64) {
        int size = 64;
        while (size > 0 && !PAGE[at + size - 1])
            size--;
        if (size == 0 && at > 0)
            continue;
        fprintf(out, "mem %#lx ", AT(at));
        for (int i = 0; i < (size ? size : 1); i++)
            fprintf(out, "%02x", (unsigned char)PAGE[at + i]);
        fprintf(out, "\n");
    }
}

static long call(int number, const long *args)
{
    errno = 0;
    long result = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
    int error = errno, used = 0;
    fprintf(out, "call x86_64 %d\nargs", number);
    for (int i = 0; i < 6; i++) {
        fprintf(out, " %#lx", args[i]);
        used |= args[i] >= AT(0) && args[i] < AT(SIZE);
    }
    fprintf(out, "\n");
    if (used)
        write_memory();
    if (result == -1 && error)
        fprintf(out, "err %d\n", error);
    else
        fprintf(out, "ret %#lx\n", result);
    return result;
}

// CALL(kill, 0, 0): arguments that are left out are 0.
#define CALL(name, ...) call(SYS_##name, (const long[6]){ARGUMENTS(__VA_ARGS__)})
#define ARGUMENTS(...) ARGUMENTS_(__VA_ARGS__ __VA_OPT__(,) 0, 0, 0, 0, 0, 0)
#define ARGUMENTS_(a, b, c, d, e, f, ...) (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
