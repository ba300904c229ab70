// Crashes with a bad address; before that, its child aborts.
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (fork() == 0) {
        usleep(30000);
        abort();
    }
    wait(0);
    *(volatile int *)16 = 1;
    return 0;
}
