// Limits, usage, scheduling.
#define _GNU_SOURCE
#include <sched.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    struct rlimit set = {1000, RLIM_INFINITY};
    syscall(SYS_setrlimit, RLIMIT_STACK, &set);
    syscall(SYS_getrlimit, RLIMIT_STACK, &limit);
    struct rlimit core = {0, 3 << 20};
    prlimit(0, RLIMIT_CORE, &core, &limit);
    prlimit(0, 99, NULL, &limit);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    getrusage(99, &usage);
    struct sysinfo info;
    sysinfo(&info);
    struct utsname name;
    uname(&name);
    struct tms tms;
    times(&tms);
    sched_yield();
    getpriority(PRIO_PROCESS, 0);
    setpriority(PRIO_PROCESS, 0, 5);
    getpriority(99, 0);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    sched_setaffinity(0, 8, &cpus);
    syscall(SYS_sched_getaffinity, 0, 128, &cpus);
    struct sched_param param = {0};
    sched_getparam(0, &param);
    syscall(SYS_sched_getscheduler, 0);
    syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &param);
    sched_get_priority_max(SCHED_FIFO);
    syscall(SYS_getcpu, NULL, NULL, NULL);
    return 0;
}
