// getrandom.
#include <sys/random.h>

int main(void) {
    char buf[64];
    getrandom(buf, 8, 0);
    getrandom(buf, 64, GRND_NONBLOCK);
    getrandom(buf, 1, GRND_RANDOM | GRND_NONBLOCK);
    getrandom((void *)8, 1, 0);
    getrandom(buf, 1, 99);
    return 0;
}
