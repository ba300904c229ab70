// Does nothing but what the dynamic loader does for it, and writes a line. (Linked dynamically.)
#include <stdio.h>

int main(void) {
    puts("hello");
    return 0;
}
