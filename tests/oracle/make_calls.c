// make_calls FILE: maps memory and then makes the system calls in record.py's FILE. strace attaches in between and prevents
// all of them from happening (strace(1), --inject). x86_64 only; 32-bit calls by int $0x80.
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// 0: wait; 1: go; 2: done. record.py writes and reads it in our memory.
static volatile int state;

struct call {
    int compat;
    long number;
    unsigned long args[6];
};

long call64(long number, unsigned long *args);
long call32(long number, unsigned long *args);
__asm__(".globl call64\ncall64: push %rbx; mov %rdi, %rax; mov %rsi, %rbx\n"
        "mov 0(%rbx), %rdi; mov 8(%rbx), %rsi; mov 16(%rbx), %rdx\n"
        "mov 24(%rbx), %r10; mov 32(%rbx), %r8; mov 40(%rbx), %r9\n"
        "syscall; pop %rbx; ret\n"
        ".globl call32\ncall32: push %rbx; push %rbp; mov %rdi, %rax; mov %rsi, %r11\n"
        "mov 0(%r11), %rbx; mov 8(%r11), %rcx; mov 16(%r11), %rdx\n"
        "mov 24(%r11), %rsi; mov 32(%r11), %rdi; mov 40(%r11), %rbp\n"
        "int $0x80; pop %rbp; pop %rbx; ret\n");

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int object(const char *kind) {
    union bpf_attr attr = {0};
    if (!strcmp(kind, "map")) {
        attr.map_type = BPF_MAP_TYPE_ARRAY;
        attr.key_size = attr.value_size = attr.max_entries = 4;
        return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
    }
    if (!strcmp(kind, "prog") || !strcmp(kind, "link")) {
        struct bpf_insn nothing[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
        attr.prog_type = kind[0] == 'p' ? BPF_PROG_TYPE_SOCKET_FILTER : BPF_PROG_TYPE_RAW_TRACEPOINT;
        attr.insns = (unsigned long)nothing;
        attr.insn_cnt = 2;
        attr.license = (unsigned long)"GPL";
        int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
        if (kind[0] == 'p' || program < 0)
            return program;
        union bpf_attr link = {.raw_tracepoint = {.name = (unsigned long)"sys_enter", .prog_fd = (__u32)program}};
        return (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &link, sizeof link);
    }
    // One type: int.
    static const struct {
        struct btf_header header;
        struct btf_type type;
        __u32 integer;
        char names[5];
    } types = {{BTF_MAGIC, BTF_VERSION, 0, sizeof types.header, 0, 16, 16, 5},
               {1, BTF_KIND_INT << 24, {4}},
               BTF_INT_SIGNED << 24 | 32,
               "\0int"};
    attr.btf = (unsigned long)&types;
    attr.btf_size = sizeof types.header + 16 + 5;
    return (int)syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof attr);
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    struct call *calls = NULL;
    size_t count = 0, room = 0, size = 0;
    char *line = NULL;
    if (!file)
        fail("make_calls");
    while (getline(&line, &size, file) > 0) {
        if (line[0] == 'M') {
            // M ADDRESS HEX: bytes; whole pages around them are mapped.
            char *hex;
            unsigned long address = strtoul(line + 2, &hex, 16), page = address & ~4095ul;
            char *byte = (char *)address;
            size_t length = 0;
            unsigned value;
            for (char *digit = ++hex; sscanf(digit, "%2x", &value) == 1; digit += 2)
                length++;
            size_t whole = (address + length + 4095 & ~4095ul) - page;
            void *wanted = (void *)page;
            if (mmap(wanted, whole ? whole : 4096, PROT_READ | PROT_WRITE,
                     MAP_FIXED_NOREPLACE | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != wanted)
                fail("mmap");
            for (size_t i = 0; i < length; i++) {
                sscanf(hex + 2 * i, "%2x", &value);
                byte[i] = value;
            }
        } else if (line[0] == 'S') {
            // S DESCRIPTOR PROTOCOL: an AF_NETLINK socket with that number, bound, because the kernel lists only bound ones.
            int descriptor, protocol;
            struct sockaddr_nl any = {AF_NETLINK};
            if (sscanf(line + 2, "%d %d", &descriptor, &protocol) != 2)
                fail("sscanf");
            int made = socket(AF_NETLINK, SOCK_RAW, protocol);
            // If this kernel lacks the protocol, protocol.c makes strace believe that the socket has it.
            if (made < 0)
                made = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
            if (made < 0 || bind(made, (struct sockaddr *)&any, sizeof any) || dup2(made, descriptor) < 0)
                fail("socket");
            close(made);
        } else if (line[0] == 'B') {
            // B DESCRIPTOR KIND: a BPF map, program or BTF with that number: strace looks at what it is open on.
            int descriptor;
            char kind[16];
            if (sscanf(line + 2, "%d %15s", &descriptor, kind) != 2)
                fail("sscanf");
            int made = object(kind);
            if (made < 0 || dup2(made, descriptor) < 0)
                fail("bpf");
            close(made);
        } else if (line[0] == 'C') {
            // C COMPAT NUMBER ARGUMENT*6
            if (count == room && !(calls = realloc(calls, (room = room ? 2 * room : 1024) * sizeof *calls)))
                fail("realloc");
            struct call *call = &calls[count++];
            unsigned long *args = call->args;
            if (sscanf(line + 2, "%d %ld %lx %lx %lx %lx %lx %lx", &call->compat, &call->number, args, args + 1,
                       args + 2, args + 3, args + 4, args + 5) != 8)
                fail("sscanf");
        }
    }
    fclose(file);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    printf("%p\n", (void *)&state);
    fflush(stdout);
    // From here on, only the wanted calls may be made, so do not sleep.
    while (state != 1)
        __asm__ volatile("pause");
    for (size_t i = 0; i < count; i++)
        (calls[i].compat ? call32 : call64)(calls[i].number, calls[i].args);
    state = 2;
    for (;;)
        __asm__ volatile("pause");
}
