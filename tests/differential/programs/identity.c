// Who a process is.
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    getuid(), geteuid(), getgid(), getegid(), getppid();
    syscall(SYS_getpid);
    syscall(SYS_gettid);
    uid_t r, e, s;
    getresuid(&r, &e, &s);
    getresgid(&r, &e, &s);
    syscall(SYS_setresuid, -1, -1, -1);
    syscall(SYS_setreuid, -1, -1);
    syscall(SYS_setregid, -1, -1);
    syscall(SYS_setuid, -1);
    syscall(SYS_setfsuid, -1);
    gid_t groups[64];
    getgroups(64, groups);
    getgroups(0, 0);
    gid_t two[] = {1, 2};
    syscall(SYS_setgroups, 2, two);
    getgroups(64, groups);
    getpgid(0);
    getpgrp();
    setpgid(0, 0);
    getsid(0);
    setsid();
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    syscall(SYS_capget, &head, data);
    syscall(SYS_capset, &head, 0);
    head.version = 0;
    syscall(SYS_capget, &head, 0);
    return 0;
}
