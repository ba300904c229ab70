// Files by name: open, create, link, rename, change mode, owner and times, remove.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

int main(void) {
    int fd = open("file", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0640);
    write(fd, "hello, world\n", 13);
    lseek(fd, 0, SEEK_SET);
    char buf[64];
    read(fd, buf, sizeof buf);
    read(fd, buf, sizeof buf);
    lseek(fd, -3, SEEK_END);
    lseek(fd, 0, SEEK_HOLE);
    lseek(fd, 0, 99);
    ftruncate(fd, 5);
    fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 4096);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    fsync(fd);
    fdatasync(fd);
    fchmod(fd, 0600);
    fchown(fd, -1, -1);
    close(fd);
    close(fd);
    open("file", O_CREAT | O_EXCL, 0644);
    open("missing/file", O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    creat("made", 0);
    truncate("file", 7);
    link("file", "hard");
    linkat(AT_FDCWD, "file", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW);
    symlink("file", "soft");
    symlinkat("nowhere", AT_FDCWD, "dangling");
    readlink("soft", buf, sizeof buf);
    readlink("file", buf, sizeof buf);
    readlinkat(AT_FDCWD, "dangling", buf, 3);
    rename("hard", "renamed");
    renameat(AT_FDCWD, "renamed", AT_FDCWD, "again");
    renameat2(AT_FDCWD, "again", AT_FDCWD, "file", RENAME_EXCHANGE);
    renameat2(AT_FDCWD, "again", AT_FDCWD, "file", RENAME_NOREPLACE);
    access("file", R_OK | W_OK);
    access("missing", F_OK);
    faccessat(AT_FDCWD, "file", X_OK, 0);
    syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
    chmod("file", 0755);
    chmod("file", 04755);
    fchmodat(AT_FDCWD, "file", 0, 0);
    lchown("soft", 0, 0);
    fchownat(AT_FDCWD, "file", -1, -1, AT_SYMLINK_NOFOLLOW);
    chown("missing", 1, 2);
    struct timespec times[2] = {{1, 2}, {0, UTIME_OMIT}};
    utimensat(AT_FDCWD, "file", times, 0);
    utimensat(AT_FDCWD, "soft", 0, AT_SYMLINK_NOFOLLOW);
    futimens(fd, 0);
    struct utimbuf old = {1, 2};
    utime("file", &old);
    struct timeval both[2] = {{1, 2}, {3, 4}};
    utimes("file", both);
    umask(022);
    umask(0);
    mknod("fifo", S_IFIFO | 0600, 0);
    mknod("null", S_IFCHR | 0666, 0x103);
    unlink("hard2");
    unlink("missing");
    unlinkat(AT_FDCWD, "soft", 0);
    unlinkat(AT_FDCWD, "file", AT_REMOVEDIR);
    sync();
    return 0;
}
