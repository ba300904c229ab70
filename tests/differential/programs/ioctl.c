// Terminals and other devices.
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

int ioctl(int, unsigned long, ...);
struct winsize { unsigned short rows, columns, x, y; };

int main(void) {
    struct termios tio;
    struct winsize size = {24, 80, 0, 0};
    int n = 1;
    ioctl(0, TCGETS, &tio);
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    int zero = 0;
    ioctl(master, TIOCSPTLCK, &zero);
    ioctl(master, TIOCGPTN, &n);
    ioctl(master, TIOCSWINSZ, &size);
    ioctl(master, TIOCGWINSZ, &size);
    ioctl(master, TCGETS, &tio);
    tio.c_lflag &= ~ECHO;
    ioctl(master, TCSETS, &tio);
    ioctl(master, TCSETSW, &tio);
    ioctl(master, FIONREAD, &n);
    n = 1;
    ioctl(master, FIONBIO, &n);
    ioctl(master, FIOCLEX, 0);
    ioctl(master, TIOCGPGRP, &n);
    ioctl(master, TIOCOUTQ, &n);
    ioctl(master, TCFLSH, 2);
    ioctl(-1, TCGETS, &tio);
    ioctl(-1, 0x12345678, 5);
    ioctl(-1, 0x5413, 0);
    ioctl(-1, 0x80045430, 8);
    return 0;
}
