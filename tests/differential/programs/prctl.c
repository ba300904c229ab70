// prctl's many meanings.
#define _GNU_SOURCE
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    char name[16];
    int n;
    prctl(PR_SET_NAME, "new name", 0, 0, 0);
    prctl(PR_GET_NAME, name, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    prctl(PR_GET_PDEATHSIG, &n, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_GET_CHILD_SUBREAPER, &n, 0, 0, 0);
    prctl(PR_CAPBSET_READ, CAP_SYS_PTRACE, 0, 0, 0);
    prctl(PR_CAPBSET_DROP, 99, 0, 0, 0);
    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0);
    prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0, 0, "x");
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0);
    prctl(PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0);
    prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
    prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    prctl(9999, 1, 2, 3, 4);
    prctl(0, 0, 0, 0, 0);
    prctl(PR_SET_NAME, 8, 0, 0, 0);
    return 0;
}
