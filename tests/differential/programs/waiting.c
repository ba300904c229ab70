// Writes its id to a file, and waits until somebody ends it or its tracer.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    FILE *file = fopen("pid.new", "w");
    fprintf(file, "%d\n", getpid());
    fclose(file);
    rename("pid.new", "pid");
    sleep(20);
    return 0;
}
