// Numbers that no call has.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    syscall(999, 1, 2, 3, 4, 5, 6);
    syscall(1023, 0, -1, 0x7fffffff, 0, 0, 0);
    syscall(4095, 0, 0, 0, 0, 0, 0);
    syscall(5000, 0, 0, 0, 0, 0, 0);
    syscall(70000, 0, 0, 0, 0, 0, 0);
    syscall(-1, 0, 0, 0, 0, 0, 0);
    return 0;
}
