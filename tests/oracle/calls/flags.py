"""Sets of bits and lists of constants: nothing, everything, and every bit by itself."""

FLAGS = (
    ("open", 1), ("openat", 2), ("pipe2", 1), ("dup3", 2), ("access", 1), ("unlinkat", 2), ("faccessat2", 3),
    ("fchmodat2", 3), ("statx", 2), ("statx", 3), ("renameat2", 4), ("flock", 1), ("fallocate", 1),
    ("close_range", 2), ("setxattr", 4), ("setxattrat", 2), ("name_to_handle_at", 4),
    ("splice", 5), ("inotify_add_watch", 2), ("inotify_init1", 0), ("fanotify_mark", 1), ("fanotify_mark", 2),
    ("fanotify_init", 0), ("fanotify_init", 1), ("eventfd2", 1), ("timerfd_create", 1), ("timerfd_settime", 1),
    ("epoll_create1", 0), ("memfd_create", 1), ("memfd_secret", 0), ("mmap", 2), ("mmap", 3), ("mprotect", 2),
    ("mremap", 3), ("msync", 2), ("mlockall", 0), ("mlock2", 2), ("pkey_alloc", 1), ("map_shadow_stack", 2),
    ("mount", 3), ("umount2", 1), ("open_tree", 2), ("move_mount", 4), ("fsopen", 1), ("fsmount", 1),
    ("fsmount", 2), ("fspick", 2), ("mount_setattr", 2), ("timer_settime", 1), ("getrandom", 2),
    ("landlock_create_ruleset", 2), ("landlock_add_rule", 3), ("io_uring_enter", 3), ("userfaultfd", 0),
    ("finit_module", 2), ("perf_event_open", 4), ("kexec_file_load", 4),
)
SYMBOLS = (
    ("lseek", 2, 8), ("madvise", 2, 110), ("clock_gettime", 0, 16), ("fadvise64", 3, 8), ("epoll_ctl", 1, 5),
    ("landlock_add_rule", 1, 5), ("io_uring_register", 1, 45), ("fsconfig", 1, 12), ("getitimer", 0, 5), ("bpf", 0, 45),
)


def calls(c):
    for name, index in FLAGS:
        for value in [0, (1 << 64) - 1] + [1 << bit for bit in range(33)]:
            args = [0] * 6
            args[index] = value
            c.call("x86_64", name, *args, err="EINVAL")
    for name, index, end in SYMBOLS:
        for value in range(end):
            args = [0] * 6
            args[index] = value
            c.call("x86_64", name, *args, err="EINVAL")
    for command in list(range(45)) + list(range(1020, 1045)):
        c.call("x86_64", "fcntl", 3, command, 0, err="EINVAL")
