/*
 * busy CALLING COMPUTING
 *
 * CALLING threads make system calls as fast as they can, and COMPUTING threads compute without any. About once a second
 * it writes "calls N MS", the total number of calls so far and the monotonic clock, so that the cost of a tracer can be
 * measured from outside.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* One cache line per thread, so that counting costs nothing. */
static struct {
	volatile unsigned long calls;
	char rest[120];
} counts[64];

static void *call(void *count)
{
	volatile unsigned long *calls = count;

	for (;;) {
		syscall(SYS_getppid);
		(*calls)++;
	}
	return NULL;
}

static void *compute(void *count)
{
	volatile unsigned long *n = count;

	for (;;)
		(*n)++;
	return NULL;
}

int main(int argc, char **argv)
{
	int calling = argc > 1 ? atoi(argv[1]) : 1, computing = argc > 2 ? atoi(argv[2]) : 0;
	struct timespec second = {.tv_sec = 1};
	struct timespec clock;
	pthread_t thread;

	/* The last one is for the computing threads. */
	if (calling > 63)
		calling = 63;
	for (int i = 0; i < calling; i++)
		pthread_create(&thread, NULL, call, (void *)&counts[i].calls);
	for (int i = 0; i < computing; i++)
		pthread_create(&thread, NULL, compute, (void *)&counts[63].calls);
	for (;;) {
		unsigned long now = 0;

		nanosleep(&second, NULL);
		for (int i = 0; i < calling; i++)
			now += counts[i].calls;
		clock_gettime(CLOCK_MONOTONIC, &clock);
		printf("calls %lu %lu\n", now, clock.tv_sec * 1000 + clock.tv_nsec / 1000000);
		fflush(stdout);
	}
}
