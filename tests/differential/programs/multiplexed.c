// i386 calls that share one number: those of socketcall and ipc. Nothing is created that has a different name each time.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#ifdef __x86_64__
long call32(long number, unsigned long *args);
__asm__(".globl call32\ncall32: push %rbx; push %rbp; mov %rdi, %rax; mov %rsi, %r11\n"
        "mov 0(%r11), %rbx; mov 8(%r11), %rcx; mov 16(%r11), %rdx\n"
        "mov 24(%r11), %rsi; mov 32(%r11), %rdi; mov 40(%r11), %rbp\n"
        "int $0x80; pop %rbp; pop %rbx; ret\n");

static unsigned *memory;

static long call(long number, unsigned a, unsigned b, unsigned c, unsigned d, unsigned e, unsigned f) {
    unsigned long args[6] = {a, b, c, d, e, f};
    return call32(number, args);
}

static unsigned at(unsigned word) {
    return (unsigned)(unsigned long)(memory + word);
}

static long socketcall(unsigned which, unsigned a, unsigned b, unsigned c, unsigned d, unsigned e, unsigned f) {
    unsigned words[6] = {a, b, c, d, e, f};
    memcpy(memory, words, sizeof words);
    return call(102, which, at(0), 7, 8, 9, 10);
}

int main(void) {
    unsigned char name[8] = {1, 0, 'n', 'o', 'n', 'e', 0, 0};
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    memcpy(memory + 20, "hello, you", 11);
    memcpy(memory + 40, name, sizeof name);
    socketcall(1, 1, 1, 0, 0, 0, 0);
    socketcall(3, 3, at(40), 8, 0, 0, 0);
    socketcall(5, 3, 0, 0, 0, 0, 0);
    socketcall(8, 1, 2, 0, at(60), 0, 0);
    socketcall(9, 4, at(20), 10, 0x4000, 0, 0);
    socketcall(10, 5, at(80), 20, 0x40, 0, 0);
    socketcall(11, 4, at(20), 10, 0x4000, 0, 0);
    socketcall(12, 5, at(80), 5, 0x40, 0, 0);
    memory[100] = 4;
    socketcall(15, 4, 1, 3, at(101), at(100), 0);
    memory[110] = at(20), memory[111] = 5, memory[122] = at(110), memory[123] = 1;
    socketcall(16, 4, at(120), 0x40, 0, 0, 0);
    socketcall(17, 5, at(120), 0x40, 0, 0, 0);
    socketcall(13, 4, 1, 0, 0, 0, 0);
    socketcall(0, 1, 2, 3, 4, 5, 6);
    socketcall(21, 1, 2, 3, 4, 5, 6);
    call(102, 1, 0, 1, 2, 3, 4);
    call(117, 2, 0, 0, 0x1c0, 0, 0);
    memory[130] = 0x20002;
    call(117, 1, -1, 2, 0, at(130), 0);
    memory[140] = 5;
    call(117, 3, -1, 1, 16, at(140), 0);
    call(117, 11, -1, 10, 0x800, at(140), 0);
    memory[150] = at(160), memory[151] = 3;
    call(117, 12, -1, 10, 0x800, at(150), 0);
    call(117, 12, -1, 10, 0x800, 1, 0);
    call(117, 12 | 1 << 16, -1, 10, 0x800, at(160), 3);
    call(117, 13, 0xfffffffe, 0, 0, 0, 0);
    call(117, 14, -1, 2, 0, at(160), 0);
    call(117, 21, -1, 0x1000, at(160), 0, 0);
    call(117, 22, 0, 0, 0, 0x1000, 0);
    call(117, 24, -1, 0, 0, 0, 0);
    call(117, 15 | 3 << 16, 1, 2, 3, 4, 5);
    return 0;
}
#else
int main(void) {
    return 0;
}
#endif
