// Processes, signals, credentials, scheduling, futexes, System V objects.
#include "record.h"
#include <linux/futex.h>
#include <linux/prctl.h>
#include <sys/resource.h>
#include <linux/capability.h>
#include <sys/personality.h>

static void si(int signo, int code, int er, int a, int b, int c, int d, long e, long f) {
    clear();
    put4(0, signo);
    put4(4, er);
    put4(8, code);
    put4(16, a);
    put4(20, b);
    put4(24, c);
    put4(28, d);
    put8(32, e);
    put8(40, f);
}

int main(int argc, char **argv) {
    begin(argv);
    int i, j;
    signal(SIGUSR1, SIG_IGN);
    // siginfo of every kind
    int sg[] = {4, 5, 7, 8, 10, 11, 15, 17, 29, 31, 34};
    int cd[] = {0, 0x80, -1, -2, -3, -4, -5, -6, -7, -60, 1, 2, 3, 4, 5, 6, 7, 10};
    for (i = 0; i < 11; i++)for (j = 0; j < 18; j++) {
        si(sg[i], cd[j], 0, 1001, 1002, 1003, 17, 0x200000003e8, 1007);
        CALL(rt_sigqueueinfo, -1, sg[i], AT(0));
    }
    si(10, -1, 2, 0, 0, 0, 0, 0, 0);
    CALL(rt_sigqueueinfo, -1, 10, AT(0));
    si(10, -1, 999, -1, -1, -5, -1, 0, 0);
    CALL(rt_sigqueueinfo, -1, 77, AT(0));
    si(0, 1, 0, 0, 0, 0, 0, 0, 0);
    CALL(rt_sigqueueinfo, -1, 0, AT(0));
    si(17, 1, 0, 5, 6, -3, 0, 100, 1);
    CALL(rt_sigqueueinfo, -1, 17, AT(0));
    si(17, 2, 0, 5, 6, 9, 0, 0, -1);
    CALL(rt_tgsigqueueinfo, -1, -1, 17, AT(0));
    si(31, 1, 0, 0x1234, 0, 59, 0xc000003e, 0, 0);
    CALL(rt_sigqueueinfo, -1, 31, AT(0));
    si(31, 1, 0, 0x1234, 0, 3, 0x40000003, 0, 0);
    CALL(rt_sigqueueinfo, -1, 31, AT(0));
    si(14, 0x80, 0, 0, 0, 0, 0, 0, 0);
    CALL(pidfd_send_signal, -1, 14, AT(0), 2);
    CALL(rt_sigqueueinfo, -1, 10, 16);
    // actions and masks
    clear();
    CALL(rt_sigaction, 10, 0, AT(0), 8);
    put8(0, 0x401000);
    put8(8, 0x14000004 | 0x8000000);
    put8(16, 0x402000);
    put8(24, 0x10002);
    CALL(rt_sigaction, 10, AT(0), 0, 8);
    CALL(rt_sigaction, 10, 0, AT(64), 8);
    put8(0, 1);
    put8(8, 0);
    put8(24, ~0ul);
    CALL(rt_sigaction, 12, AT(0), 0, 8);
    put8(0, 0);
    put8(8, ~0ul);
    put8(24, 0xfffffffe7ffbfeff);
    CALL(rt_sigaction, 99, AT(0), 0, 8);
    put8(0, -1);
    put8(8, 8);
    CALL(rt_sigaction, 9, AT(0), AT(0), 8);
    CALL(rt_sigaction, 2, 8, 9, 4);
    unsigned long ms[] = {0, 1, 5, 0x1f00000001, ~0ul, ~0x1f00000001ul, (1ul<<41)-1, (1ul<<42)-1, 0x7ffffffe};
    for (i = 0; i < 9; i++) {
        clear();
        put8(0, ms[i]);
        CALL(rt_sigprocmask, 77, AT(0), 0, 8);
        CALL(rt_sigsuspend, AT(0), 4);
    }
    CALL(rt_sigprocmask, 0, AT(0), AT(8), 4);
    CALL(rt_sigprocmask, 1, 0, AT(8), 8);
    CALL(rt_sigpending, AT(16), 8);
    CALL(rt_sigprocmask, 2, 16, 0, 8);
    clear();
    put8(0, 0x200);
    put8(64, 0);
    put8(72, 5);
    CALL(rt_sigtimedwait, AT(0), 0, AT(64), 8);
    sigset_t m;
    sigemptyset(&m);
    sigaddset(&m, SIGUSR1);
    sigprocmask(0, &m, 0);
    raise(SIGUSR1);
    CALL(rt_sigtimedwait, AT(0), AT(128), 0, 8);
    clear();
    CALL(sigaltstack, 0, AT(64));
    put8(0, 0x1000);
    put4(8, 2);
    CALL(sigaltstack, AT(0), 0);
    put4(8, 0x80000001);
    put8(16, 8);
    CALL(sigaltstack, AT(0), 0);
    CALL(kill, 0, 0);
    CALL(kill, -1234567, 15);
    CALL(kill, getpid(), 99);
    CALL(tkill, -1, 34);
    CALL(tgkill, -1, 1, 64);
    CALL(signalfd4, -1, AT(0), 8, 02000000);
    CALL(signalfd4, -1, AT(0), 4, 5);
    // ids
    CALL(getuid);
    CALL(geteuid);
    CALL(getgid);
    CALL(getegid);
    CALL(getpgid, -1);
    CALL(getsid, -1);
    CALL(setpgid, -1, 0);
    CALL(setreuid, -1, -1);
    CALL(setresgid, -1, -1, -1);
    clear();
    CALL(getresuid, AT(0), AT(4), AT(8));
    CALL(getresuid, 1, 2, 3);
    CALL(getgroups, -1, AT(0));
    put4(4, 5);
    put4(8, -1);
    CALL(setgroups, 3, 16);
    clear();
    put4(0, 0x20080522);
    CALL(capget, AT(0), 0);
    CALL(capget, AT(0), AT(16));
    clear();
    put4(0, 0x19980330);
    put4(4, -5);
    put4(16, 0x201);
    put4(20, 1<<21);
    CALL(capset, AT(0), AT(16));
    put4(0, 0x20080522);
    put4(28, 0x100);
    CALL(capset, AT(0), AT(16));
    CALL(capset, 16, 16);
    // limits and use
    for (i = 0; i < 17; i++) {
        clear();
        CALL(getrlimit, i, AT(0));
    }
    clear();
    put8(0, 5000);
    put8(8, -1);
    CALL(prlimit64, -1, 7, AT(0), 0);
    put8(0, 1024*1024);
    put8(8, 2048);
    CALL(setrlimit, 99, AT(0));
    CALL(getrlimit, 3, 16);
    clear();
    CALL(getrusage, 5, AT(0));
    CALL(getpriority, 7, 0);
    CALL(setpriority, 7, -1, -5);
    // scheduling
    CALL(sched_yield);
    CALL(sched_getscheduler, 0);
    clear();
    put4(0, 5);
    CALL(sched_setscheduler, -1, 2 | 0x40000000, AT(0));
    CALL(sched_setscheduler, -1, 77, AT(0));
    CALL(sched_setparam, -1, AT(0));
    CALL(sched_getparam, 0, AT(64));
    CALL(sched_get_priority_max, 1);
    CALL(sched_get_priority_min, 6);
    clear();
    CALL(sched_rr_get_interval, 0, AT(0));
    put8(0, 5);
    put8(8, 2);
    CALL(sched_setaffinity, -1, 16, AT(0));
    CALL(sched_setaffinity, -1, 5, AT(0));
    CALL(sched_setaffinity, -1, 0, AT(0));
    CALL(sched_setaffinity, -1, 8, 16);
    clear();
    CALL(sched_getaffinity, 0, 128, AT(0));
    CALL(sched_getaffinity, 0, 4, AT(0));
    clear();
    CALL(sched_getattr, 0, AT(0), 48, 0);
    clear();
    CALL(sched_getattr, 0, AT(0), 56, 0);
    CALL(sched_getattr, 0, AT(0), 10, 1);
    clear();
    put4(0, 56);
    put4(4, 6);
    put8(8, 1);
    CALL(sched_setattr, -1, AT(0), 1);
    put8(8, 0x18);
    CALL(sched_setattr, -1, AT(0), 1);
    CALL(ioprio_get, 1, 0);
    CALL(ioprio_get, 9, 0);
    CALL(ioprio_set, 2, -1, (2<<13) | 4);
    CALL(ioprio_set, 2, -1, (7<<13) | 4);
    // futexes
    clear();
    put4(0, 1);
    put8(64, 0);
    put8(72, 1000);
    int fo[] = {0, 1, 3, 4, 7, 9, 10, 128, 129, 131, 132, 135, 137, 138, 0x189, 0x100, 14};
    for (i = 0; i < 17; i++) {
        int o = fo[i]&127;
        CALL(futex, AT(0), fo[i], 7, (o == 0 || o == 9)?AT(64):3, AT(8), i&1?-1:5);
    }
    CALL(futex, 0, 0x89, -1, 0, 0, -1);
    CALL(futex, 0, 0x80, 1, 16, 0, 0);
    clear();
    put8(0, 1);
    put8(8, AT(100));
    put4(16, 0x82);
    put8(24, 2);
    put8(32, AT(104));
    put4(40, 2);
    put4(44, 5);
    CALL(futex_waitv, AT(0), 2, 1, 0, 1);
    CALL(futex_waitv, 16, 2, 0, 0, 7);
    CALL(set_robust_list, 0x1234, 3);
    CALL(get_robust_list, -1, AT(0), AT(8));
    clear();
    put4(4, -1);
    CALL(rseq, AT(0), 31, 0, 1);
    CALL(rseq, AT(0), 32, 1, 0x53053053);
    put4(4, 5);
    put8(8, 16);
    put4(16, 7);
    PAGE[28] = 1;
    put2(30, 3);
    CALL(rseq, AT(0), 32, 0, 1);
    PAGE[32] = 9;
    CALL(rseq, AT(0), 64, 2, 1);
    CALL(rseq, 0, 0, 3, 1);
    CALL(membarrier, 0, 0, 0);
    CALL(membarrier, 128, 1, 2);
    CALL(membarrier, 999, 0, 0);
    // making and waiting
    CALL(clone, 0x10000, 0, 0, 0, 0);
    CALL(clone, 0x100811, 0, AT(0), 0, 0);
    CALL(clone, 0x4010000000 | 0x80800, 64, 0, 0, 77);
    clear();
    put8(0, 0x1101000);
    put8(8, AT(256));
    put8(16, AT(260));
    put8(24, AT(264));
    put8(32, 17);
    put8(40, 1);
    CALL(clone3, AT(0), 64);
    CALL(clone3, AT(0), 4);
    CALL(clone3, 16, 64);
    put8(0, 0);
    put8(32, 99);
    put8(64, AT(300));
    put8(72, 2);
    put4(300, 5);
    put4(304, 6);
    put8(80, 3);
    CALL(clone3, AT(0), 88);
    CALL(wait4, -1, AT(0), 0, AT(64));
    CALL(wait4, -1, 0, 0x80000012, 0);
    CALL(waitid, 1, 5, AT(0), 4, 0);
    CALL(waitid, 77, 5, 0, 0x10000000, 0);
    int st[] = {0, 0x4200, 9, 0x86, 0x137f, 0xffff, 0x857f, 0x8057f, 0x80137f, 0x40};
    for (i = 0; i < 3; i++) {
        pid_t p = fork();
        if (!p) {
            if (i == 1)kill(getpid(), 9);
            _exit(i*33);
        }
        clear();
        if (i < 2) {
            CALL(wait4, p, AT(0), 0, 0);
        }
        else {
            CALL(waitid, 1, p, AT(0), 4, 0);
        }
    }
    clear();
    text(0, "/nonexistent");
    text(64, "arg with\ttab");
    text(128, "1234567890123456789012345678901234567890");
    put8(200, AT(0));
    put8(208, AT(64));
    put8(216, AT(128));
    CALL(execve, AT(0), AT(200), AT(200));
    CALL(execve, AT(0), 0, 0);
    CALL(execve, AT(0), AT(224), AT(224));
    CALL(execve, 0, AT(200), 16);
    CALL(execveat, -100, AT(0), AT(200), AT(216), 0x1000);
    CALL(execveat, -1, AT(300), AT(200), AT(208), 0x1100);
    for (i = 0; i < 60; i++)put8(400+8*i, AT(64));
    CALL(execve, AT(0), AT(400), AT(400));
    put8(4088, AT(64));
    CALL(execve, AT(0), AT(4088), AT(4088));
    clear();
    CALL(pidfd_open, -1, 0x80);
    CALL(pidfd_open, -1, 1);
    CALL(pidfd_getfd, -1, 1, 0);
    CALL(unshare, 0x10000001);
    CALL(unshare, 0x80);
    CALL(setns, -1, 0x20000);
    CALL(kcmp, -1, 1, 1, 0, 0);
    CALL(kcmp, -1, 1, 0, 1, 2);
    CALL(kcmp, -1, 1, 77, 1, 2);
    CALL(personality, -1);
    CALL(personality, 0x0040000);
    CALL(personality, 8);
    CALL(personality, 0);
    CALL(process_mrelease, -1, 1);
    CALL(arch_prctl, 0x1003, AT(0));
    CALL(arch_prctl, 0x5001, 1);
    CALL(ptrace, 7, -1, 1, 11);
    CALL(ptrace, 16, -1, 0, 0);
    CALL(ptrace, 0x4206, -1, 0, 0x1ff);
    CALL(ptrace, 0x4204, -1, 1, AT(0));
    CALL(ptrace, 77, -1, 1, 2);
    CALL(seccomp, 9, 1, 0);
    CALL(seccomp, 1, 0x80000001, 0);
    clear();
    put4(0, 0x7fff0000);
    CALL(seccomp, 2, 0, AT(0));
    clear();
    CALL(seccomp, 3, 0, AT(0));
    clear();
    put8(0, AT(100));
    put8(8, 5);
    put8(16, AT(100));
    put8(24, 3);
    text(100, "hello");
    CALL(process_vm_writev, -1, AT(0), 2, AT(0), 1, 0);
    CALL(process_vm_readv, -1, AT(0), 2, AT(0), 1, 0);
    // prctl
    int po[] = {1, 2, 3, 4, 7, 8, 15, 16, 22, 23, 24, 25, 26, 27, 28, 29, 30, 33, 34, 35, 36, 37, 38, 39, 40, 41, 47, 52, 59, 62, 65, 66, 80, 99};
    for (i = 0; i < 34; i++) {
        if (po[i] == 1 || po[i] == 22 || po[i] == 24 || po[i] == 28 || po[i] == 15)continue;
        CALL(prctl, po[i], 16, 2, 3, 4);
    }
    clear();
    text(0, "a name");
    CALL(prctl, 15, AT(0));
    clear();
    CALL(prctl, 16, AT(0));
    CALL(prctl, 2, AT(64));
    CALL(prctl, 22, 2, AT(0));
    CALL(prctl, 22, 9, 1);
    CALL(prctl, 0x53564d41, 0, 0x1000, 4096, AT(0));
    CALL(prctl, 0x59616d61, -1);
    CALL(prctl, 0x59616d61, 33333);
    CALL(prctl, 23, 21);
    CALL(prctl, 47, 1, 3, 0, 0);
    CALL(prctl, 27);
    CALL(prctl, 39, 0, 0, 0, 0);
    CALL(prctl, 53, 1, 2, 0, 0);
    CALL(prctl, 37, AT(0));
    // System V
    {
        long id = CALL(shmget, 0, 4096, 0600 | 512 | 1024);
        CALL(shmctl, id, 0, 0);
    }
    CALL(shmget, 77, 1, 05);
    CALL(shmat, -1, 0, 0x1000);
    CALL(shmdt, 1);
    CALL(shmctl, -1, 2, AT(0));
    CALL(shmctl, -1, 0x102, 0);
    clear();
    put4(0, 0);
    put2(4, 1);
    put2(6, 0x1000 | 0x800);
    CALL(semop, -1, AT(0), 1);
    CALL(semop, -1, AT(0), 0);
    CALL(semget, 5, 1, 0);
    CALL(semctl, -1, 0, 16, 5);
    CALL(msgget, 77, 05);
    clear();
    put8(0, 5);
    text(8, "message");
    CALL(msgsnd, -1, AT(0), 7, 0x800);
    CALL(msgrcv, -1, AT(0), 7, -1, 0x1800);
    CALL(msgctl, -1, 1, 16);
}
