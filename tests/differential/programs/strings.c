// Strings: every byte, long ones, cut ones.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    char all[512], big[5000];
    int fd = open("/dev/null", O_WRONLY);
    for (int i = 0; i < 256; i++)
        all[2 * i] = (char)i, all[2 * i + 1] = (char)('0' + i % 10);
    for (int i = 0; i < 512; i += 32)
        write(fd, all + i, 32);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    for (int i = 0; i < 256; i += 32)
        write(fd, all + i, 32);
    write(fd, "", 0);
    write(fd, "\0", 1);
    write(fd, "exactly thirty-two bytes here, !", 32);
    write(fd, "exactly thirty-three bytes here !", 33);
    write(fd, "12345678", 8);
    write(fd, "123456789", 9);
    write(fd, "a\tb\nc\vd\fe\rf", 11);
    write(fd, "caf\303\251 \"quoted\" back\\slash 'single'", 37);
    write(fd, "0123456789012345678901234567890\1" "7", 33);
    memset(big, 'x', sizeof big);
    write(fd, big, 5000);
    big[4095] = 0;
    open(big, O_RDONLY);
    big[4095] = 'x';
    big[4999] = 0;
    open(big, O_RDONLY);
    open("odd\n\"<name>\\\t\1\303\251", O_CREAT | O_RDONLY, 0600);
    open("", O_RDONLY);
    mkdir("deleted", 0700);
    int dir = open("deleted", O_RDONLY);
    rmdir("deleted");
    fsync(dir);
    int named = open("x (deleted) y", O_CREAT | O_RDWR, 0600);
    fsync(named);
    unlink("x (deleted) y");
    fsync(named);
    return 0;
}
