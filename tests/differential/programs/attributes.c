// Extended attributes.
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

int main(void) {
    char buf[64];
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    setxattr("file", "user.one", "value\n", 6, XATTR_CREATE);
    getxattr("file", "user.one", buf, sizeof buf);
    getxattr("file", "user.missing", buf, sizeof buf);
    fsetxattr(fd, "user.two", 0, 0, 0);
    fgetxattr(fd, "user.one", 0, 0);
    listxattr("file", buf, sizeof buf);
    flistxattr(fd, 0, 0);
    removexattr("file", "user.one");
    lremovexattr("missing", "user.one");
    return 0;
}
