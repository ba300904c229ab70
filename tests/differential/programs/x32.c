// x32 calls, which this kernel need not support: a bit of the number marks them.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define X32(number) (0x40000000 | (number))

#ifdef __x86_64__
// x32 pointers are below 4 GB.
static char *low;

static void *at(const void *what, size_t size) {
    void *place = low;
    low += (size + 15) & ~15UL;
    return memcpy(place, what, size);
}

static uint32_t lower(const void *pointer) { return (uint32_t)(uintptr_t)pointer; }

static void with_memory(void) {
    low = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    uint64_t *span = at((uint64_t[]){1, 500}, 16);
    uint64_t *limits = at((uint64_t[]){5, 6}, 16);
    uint32_t *vector = at((uint32_t[]){0x1000, 3, 0, 0}, 16);
    uint32_t *action = at((uint32_t[]){0x1000, 0x10000000, 0x2000, 0, 0x200, 0}, 24);
    uint32_t *header = at((uint32_t[]){0, 0, lower(vector), 2, 0, 0, 0}, 28);
    uint32_t *words = at((uint32_t[]){0}, 4);
    uint32_t *word = at((uint32_t[]){0}, 4);
    const char *file = at("/etc/passwd", 12);
    const char *program = at("/x", 3);
    syscall(X32(2), file, 0, 0);
    syscall(X32(35), span, 0);
    syscall(X32(160), 3, limits);
    syscall(X32(202), word, 0x80, 5, span);
    syscall(X32(516), 1, vector, 2);
    syscall(X32(20), 1, vector, 2);
    syscall(X32(512), 10, action, 0, 8);
    syscall(X32(13), 10, action, 0, 8);
    syscall(X32(518), 1, header, 0);
    syscall(X32(520), program, words, words);
    syscall(X32(59), program, words, words);
    syscall(X32(76), file, 0x500000005ULL);
    syscall(X32(9), 0, 4096, 3, 0x62, -1, 0x123456789000ULL);
    syscall(X32(8), 0, -5LL, 1);
    syscall(X32(12), 0x1ffffffffULL);
    syscall(X32(547), 1, vector, 2, 0x100000005ULL, 0, 0);
}
#endif

int main(void) {
#ifdef __x86_64__
    if (syscall(X32(39)) != -1 || errno != ENOSYS)
        return 1;
    with_memory();
    for (int number = 0; number < 553; number++)
        // The address at which a frame's mask would be read means nothing.
        if (number != 15 && number != 513)
            syscall(X32(number), 0, 0, 0, 0, 0, 0);
    getppid();
    syscall(X32(0x3fffffff), 1, 2, 3, 4, 5, 6);
#endif
    return 0;
}
