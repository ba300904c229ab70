// futex operations that do not need a second thread.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    static int word = 5, other = 0;
    struct timespec time = {0, 5000000};
    syscall(SYS_futex, &word, FUTEX_WAIT, 4, NULL);
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 5, &time);
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1);
    syscall(SYS_futex, &word, FUTEX_WAKE, 0x7fffffff);
    syscall(SYS_futex, &word, FUTEX_REQUEUE, 1, 2, &other);
    syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE_PRIVATE, 1, 0x7fffffff, &other, 9);
    syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 5, &time, NULL, -1);
    syscall(SYS_futex, &word, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, 0x10);
    syscall(SYS_futex, &word, FUTEX_WAKE_OP, 1, 2, &other, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_GT, 1));
    syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, &time);
    syscall(SYS_futex, &word, FUTEX_UNLOCK_PI);
    syscall(SYS_futex, &word, FUTEX_TRYLOCK_PI);
    syscall(SYS_futex, &word, 99, 1, 2, 3, 4);
    syscall(SYS_futex, 8, FUTEX_WAIT, 0, NULL);
    syscall(SYS_set_robust_list, 0, 24);
    void *head;
    size_t size;
    syscall(SYS_get_robust_list, 0, &head, &size);
    return 0;
}
