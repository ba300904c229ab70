// Makes every system call by number, but none of them is executed: a seccomp filter returns the given error for all of them
// (0: success). every_call ARGUMENTS ERRNO: a character for each of the six argument registers, 0 or 2 for that number,
// - for -1, p for a pointer to an empty page.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *arguments = argc > 1 ? argv[1] : "000000";
    int error = argc > 2 ? atoi(argv[2]) : 38;
    // The page after it is unreadable, so that strace cannot read random data there.
    // Its address is low, so that it is the same number in every width.
    char *blank = mmap((void *)0x10000000, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    mprotect(blank, 4096, PROT_READ | PROT_WRITE);
    long a[6] = {0};
    for (int i = 0; i < 6 && arguments[i]; i++)
        a[i] = arguments[i] == 'p' ? (long)blank : arguments[i] == '-' ? -1 : arguments[i] - '0';
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    for (long number = 0; number < 480; number++) {
        if (number == SYS_exit || number == SYS_exit_group)
            continue;
#ifdef __x86_64__
        // uretprobe and uprobe kill a caller outside their trampoline; then there is nothing up to 424.
        if (number >= 335 && number < 424)
            continue;
#endif
        syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
#ifdef __arm__
    // arm's private calls, from __ARM_NR_BASE on.
    for (long number = 0xf0001; number <= 0xf0006; number++)
        syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
#endif
    return 0;
}
