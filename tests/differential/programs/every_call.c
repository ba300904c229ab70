// Makes every system call by its number, without any of them being done: a seccomp filter answers all of them with an
// error of the caller's choice (0: success). every_call ARGUMENTS ERRNO: what stands in all six argument registers.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *arguments = argc > 1 ? argv[1] : "zero";
    int error = argc > 2 ? atoi(argv[2]) : 38;
    // The page behind it cannot be read: what strace would read of a neighbour must not decide.
    char *blank = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(blank, 4096, PROT_READ | PROT_WRITE);
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
        // uretprobe and uprobe kill whoever calls them from elsewhere; then nothing up to 424.
        if (number >= 335 && number < 424)
            continue;
#endif
        long a = 0;
        if (!strcmp(arguments, "ones"))
            a = -1;
        else if (!strcmp(arguments, "blank"))
            a = (long)blank;
        else if (!strcmp(arguments, "two"))
            a = 2;
        else if (!strcmp(arguments, "many"))
            a = 0x5a5a5a5a5a5a5a5a;
        syscall(number, a, a, a, a, a, a);
    }
    return 0;
}
