// served DIRECTORY: mounts a file system on the directory, in a mount namespace of its own. One process serves it through
// /dev/fuse, another one reads its only file. Exit status 77: this cannot be had here.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char text[] = "text of a served file\n";

static void answer(int device, uint64_t unique, int error, const void *body, size_t length) {
    char buffer[4096];
    struct fuse_out_header head = {.len = sizeof head + length, .error = -error, .unique = unique};
    memcpy(buffer, &head, sizeof head);
    memcpy(buffer + sizeof head, body, length);
    if (write(device, buffer, sizeof head + length) < 0 && errno != ENOENT) _exit(4);
}

static struct fuse_attr attributes(uint64_t node) {
    struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = 4096};
    attr.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
    attr.size = node == 1 ? 0 : sizeof text - 1;
    return attr;
}

// Nothing that it says may be remembered, so that the kernel asks for everything.
static void serve(int device) {
    static char buffer[FUSE_MIN_READ_BUFFER + 65536];
    while (read(device, buffer, sizeof buffer) > 0) {
        struct fuse_in_header *head = (void *)buffer;
        switch (head->opcode) {
        case FUSE_INIT: {
            struct fuse_init_out out = {.major = 7, .minor = 31, .max_write = 65536};
            answer(device, head->unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_LOOKUP: {
            struct fuse_entry_out out = {.nodeid = 2, .attr = attributes(2)};
            answer(device, head->unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_GETATTR: {
            struct fuse_attr_out out = {.attr = attributes(head->nodeid)};
            answer(device, head->unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_OPEN: {
            struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_DIRECT_IO};
            answer(device, head->unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_READ: {
            struct fuse_read_in *in = (void *)(head + 1);
            size_t left = in->offset < sizeof text - 1 ? sizeof text - 1 - in->offset : 0;
            answer(device, head->unique, 0, text + in->offset, left < in->size ? left : in->size);
            break;
        }
        case FUSE_FLUSH:
        case FUSE_RELEASE:
            answer(device, head->unique, 0, NULL, 0);
            break;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
        case FUSE_INTERRUPT:
            break;
        default:
            answer(device, head->unique, ENOSYS, NULL, 0);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 77;
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[64], path[4096];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (device < 0 || mount("served", argv[1], "fuse", 0, options)) return 77;
    snprintf(path, sizeof path, "%s/file", argv[1]);
    pid_t server = fork();
    if (server == 0) {
        serve(device);
        _exit(0);
    }
    close(device);
    int file = open(path, O_RDONLY), status = 0;
    char buffer[64];
    ssize_t length = pread(file, buffer, sizeof buffer, 0);
    for (int i = 0; i < 20; i++)
        if (pread(file, buffer, sizeof buffer, 0) != length) status = 5;
    if (length != sizeof text - 1 || memcmp(buffer, text, length)) status = 6;
    close(file);
    umount2(argv[1], MNT_DETACH);
    waitpid(server, NULL, 0);
    return status;
}
