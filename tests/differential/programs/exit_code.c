// Ends with a code of its own.
#include <unistd.h>

int main(void) {
    getppid();
    _exit(300);
}
