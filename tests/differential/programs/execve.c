// Executing programs: what fails, how much of the arguments is shown, what comes after.
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc > 1)
        return 3;
    char *empty[] = {0}, *one[] = {"A=1", 0}, *odd[] = {"a\n\"b", "", (char *)1, 0};
    execve("./missing", argv, empty);
    execve("/", argv, one);
    execve("", argv, one);
    execve(0, argv, one);
    execve("./missing", 0, 0);
    execve("./missing", (char **)8, (char **)16);
    execve("./missing", odd, odd);
    char *many[41];
    for (int i = 0; i < 40; i++)
        many[i] = "argument";
    many[40] = 0;
    execve("./missing", many, many);
    char *longs[] = {"0123456789012345678901234567890123456789", 0};
    execve("./0123456789012345678901234567890123456789", longs, longs);
    close(open("plain", O_CREAT | O_WRONLY, 0644));
    execve("./plain", one, one);
    chmod("plain", 0755);
    execve("./plain", one, one);
    syscall(SYS_execveat, AT_FDCWD, "missing", one, empty, AT_SYMLINK_NOFOLLOW);
    syscall(SYS_execveat, -1, "", one, empty, AT_EMPTY_PATH);
    char *again[] = {argv[0], "again", 0};
    execve(argv[0], again, one);
    return 1;
}
