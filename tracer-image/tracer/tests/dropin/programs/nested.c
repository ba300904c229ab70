// nested: zombies of a PID namespace whose parent, outside of it, ends without having waited for them; then its PID 1 ends.
// nested reaper COMMAND...: becomes a subreaper, and then the command.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc > 2 && !strcmp(argv[1], "reaper")) {
        if (prctl(PR_SET_CHILD_SUBREAPER, 1)) return 2;
        execv(argv[2], argv + 2);
        return 3;
    }
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID)) {
        perror("unshare");
        return 1;
    }
    if (!fork()) {
        // PID 1 of the new namespace.
        usleep(400000);
        _exit(0);
    }
    for (int i = 0; i < 3; i++)
        if (!fork()) _exit(0);
    usleep(150000);
    _exit(0);
}
