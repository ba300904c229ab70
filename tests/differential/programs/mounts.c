// Mounting, as far as it is refused.
#include <sys/mount.h>
#include <unistd.h>

int main(void) {
    mount("none", "missing", "tmpfs", MS_NOSUID | MS_NODEV, "size=1k");
    mount("/missing", "/missing", 0, MS_BIND | MS_REC, 0);
    mount(0, "missing", 0, MS_REMOUNT | MS_RDONLY, 0);
    umount("missing");
    umount2("missing", MNT_DETACH | UMOUNT_NOFOLLOW);
    return 0;
}
