/*
 * numbered RATE
 *
 * Makes RATE numbered calls a second, or as many as it can when RATE is 0: lseek(-1, N, SEEK_SET) with N = 0, 1, 2, ...,
 * which fail and change nothing. So a trace of lseek itself shows which calls are missing. About once a second
 * it writes "made N MS", the calls made so far and the monotonic clock.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec clock;

	clock_gettime(CLOCK_MONOTONIC, &clock);
	return clock.tv_sec * 1000000000LL + clock.tv_nsec;
}

int main(int argc, char **argv)
{
	long rate = argc > 1 ? atol(argv[1]) : 0;
	long long start = now(), said = start, time;

	for (off_t made = 0;;) {
		lseek(-1, made++, SEEK_SET);
		/* Reading the clock makes no system call (vdso(7)), but is not free. */
		if (!rate && made % 64)
			continue;
		time = now();
		if (time - said >= 1000000000) {
			printf("made %lld %lld\n", (long long)made, time / 1000000);
			fflush(stdout);
			said = time;
		}
		if (rate) {
			long long due = start + made * (1000000000LL / rate);
			struct timespec left = {.tv_sec = (due - time) / 1000000000, .tv_nsec = (due - time) % 1000000000};

			/* After a delay, catch up, so that there are rate calls for each second. */
			if (due > time)
				nanosleep(&left, NULL);
		}
	}
}
