// Control messages of every kind and length, sent nowhere.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char control[256] __attribute__((aligned(16)));

static void send_control(size_t length) {
    struct msghdr message = {.msg_control = control, .msg_controllen = length};
    sendmsg(-1, &message, 0);
}

int main(void) {
    struct cmsghdr *header = (void *)control;
    for (int level = 0; level < 2; level++)
        for (int kind = 0; kind < 60; kind++)
            for (int size = 16; size < 70; size += size < 18 ? 1 : 10) {
                for (int i = 0; i < 64; i++)
                    control[16 + i] = 0x80 + i;
                // An address that can be read.
                if (level == 0 && kind == 20)
                    control[16] = 2, control[17] = 0;
                header->cmsg_level = level, header->cmsg_type = kind, header->cmsg_len = size;
                send_control(size);
            }
    memset(control, 0, sizeof control);
    *header = (struct cmsghdr){.cmsg_len = 24, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    struct cmsghdr *second = (void *)(control + 24);
    *second = (struct cmsghdr){.cmsg_len = 16, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    for (int length = 0; length < 60; length++)
        send_control(length);
    // SCM_PIDFD
    header->cmsg_type = 4;
    send_control(24);
    long page = sysconf(_SC_PAGESIZE);
    char *room = mmap(0, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(room + page, page);
    for (int length = 12; length < 44; length += 4) {
        memcpy(room + page - length, control, length);
        struct msghdr message = {.msg_control = room + page - length, .msg_controllen = length + 5};
        sendmsg(-1, &message, 0);
    }
    fd_set set;
    FD_ZERO(&set);
    struct timeval none = {0, 0};
    select(0, &set, &set, &set, &none);
    return 0;
}
