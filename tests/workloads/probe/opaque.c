/* Makes itself undumpable, as programs with secrets do, and then keeps making calls. Only a tracer with CAP_SYS_PTRACE
 * may attach to it (prctl(2), PR_SET_DUMPABLE). */
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

int main(void)
{
	const struct timespec tick = {0, 50 * 1000 * 1000};

	if (prctl(PR_SET_DUMPABLE, 0) < 0) {
		perror("opaque: prctl");
		return 1;
	}
	for (;;)
		nanosleep(&tick, NULL);
}
