// prctl's many meanings.
#define _GNU_SOURCE
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Operations of every processor, with arguments that name nothing. Those that would change how the rest of the program runs
// are left out.
static void every_operation(void) {
    const int left_out[] = {1, 4, 8, 15, 22, 24, 26, 28, 33, 36, 38, 39, 41, 43, 59};
    const long values[] = {0, 1, 2, 3, 4, 5, 8, 17, 0x20, 0x20001, 0x40000, -1};
    const int count = sizeof values / sizeof *values;
    for (int operation = 3; operation < 85; operation++) {
        int skipped = operation == 50 || operation == 55 || operation == 63 || operation == 69;
        for (unsigned i = 0; i < sizeof left_out / sizeof *left_out; i++)
            skipped |= operation == left_out[i];
        for (int i = 0; i < count && !skipped; i++)
            prctl(operation, values[i], values[i * 7 % count], values[i * 5 % count], 6);
        if (!skipped)
            prctl(operation, 0xfacefeeddeadbeef, 0xfacefeeddeadbef0, 0xfacefeeddeadbef1, 0xfacefeeddeadbef2);
    }
    for (int feature = 0; feature < 4; feature++)
        for (int setting = 0; setting < 4; setting++)
            prctl(PR_SET_SPECULATION_CTRL, feature, setting == 2 ? 6 : setting, 0, 0);
    prctl(PR_SET_VMA, 0xdefacedface1fed, 1, 2, "x");
    prctl(PR_SET_PDEATHSIG, -1l, 0, 0, 0);
    prctl(PR_SET_SECCOMP, 0x100000002, 1, 0, 0);
}

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
    every_operation();
    return 0;
}
