// The stat family.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int main(void) {
    struct stat st;
    struct statfs fs;
    struct statx stx;
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    write(fd, "12345", 5);
    symlink("file", "soft");
    mkdir("dir", 01777);
#ifdef SYS_stat
    syscall(SYS_stat, "file", &st);
    syscall(SYS_lstat, "soft", &st);
    syscall(SYS_stat, "missing", &st);
    syscall(SYS_stat, "dir", &st);
    syscall(SYS_stat, "/dev/null", &st);
    syscall(SYS_stat, "file", 0);
#endif
    syscall(SYS_fstat, fd, &st);
    syscall(SYS_fstat, -1, &st);
    fstatat(AT_FDCWD, "soft", &st, AT_SYMLINK_NOFOLLOW);
    fstatat(AT_FDCWD, "missing", &st, 0);
    fstatat(fd, "", &st, AT_EMPTY_PATH);
    statfs("/proc", &fs);
    statfs("missing", &fs);
    int proc = open("/proc", O_RDONLY);
    fstatfs(proc, &fs);
    fstatfs(-1, &fs);
    statx(AT_FDCWD, "file", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &stx);
    statx(AT_FDCWD, "soft", AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_ALL, &stx);
    statx(AT_FDCWD, "/dev/null", 0, STATX_TYPE | STATX_MODE, &stx);
    statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &stx);
    statx(AT_FDCWD, "missing", 0, 0, &stx);
    statx(AT_FDCWD, "file", 0x40000000, 0x80000000, &stx);
    return 0;
}
