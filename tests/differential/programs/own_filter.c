// A program with its own seccomp filters: what they refuse, and what they leave to a tracer.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void filter(unsigned number, unsigned action) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof steps / sizeof *steps, .filter = steps};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(void) {
    filter(__NR_getppid, SECCOMP_RET_ERRNO | 7);
    syscall(__NR_getppid);
    syscall(__NR_getpgid, 0);
    filter(__NR_getpgid, SECCOMP_RET_TRACE | 77);
    syscall(__NR_getpgid, 0);
    syscall(__NR_getsid, 0);
    return 0;
}
