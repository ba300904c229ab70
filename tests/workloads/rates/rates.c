/*
 * rates KIND
 *
 * Does work of one kind, and writes "work N MS" ten times a second: how much it has done so far, and the monotonic clock.
 * So what a tracer costs can be read from outside: the rate traced by the rate untraced.
 *
 * calls      opens, reads and closes a file, again and again
 * bare       asks for its parent, which costs next to nothing
 * computing  computes for a millisecond or so between two calls
 * idle       makes a few calls, then sleeps for 5 ms
 * threads    four threads that do what "calls" does
 * server     answers a client (a process of its own, one request at a time); an answer takes some computing
 * crowd      the same with four clients, so that it is busy all the time
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A cache line each, so that counting costs nothing. */
static struct {
	volatile unsigned long work;
	char rest[120];
} counts[4];

static volatile unsigned long sink;

static void compute(unsigned long rounds)
{
	for (unsigned long i = 0; i < rounds; i++)
		sink += i * i;
}

static void file(void)
{
	char text[128];
	int fd = open("/proc/sys/kernel/ostype", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof text) <= 0)
		exit(1);
	close(fd);
}

static void *calls(void *count)
{
	volatile unsigned long *work = count;

	for (;;) {
		file();
		(*work)++;
	}
	return NULL;
}

static void *bare(void *count)
{
	volatile unsigned long *work = count;

	for (;;) {
		syscall(SYS_getppid);
		(*work)++;
	}
	return NULL;
}

static void *computing(void *count)
{
	volatile unsigned long *work = count;

	for (;;) {
		compute(1000000);
		syscall(SYS_getppid);
		(*work)++;
	}
	return NULL;
}

static void *idle(void *count)
{
	volatile unsigned long *work = count;
	struct timespec pause = {.tv_nsec = 5000000};

	for (;;) {
		file();
		compute(20000);
		nanosleep(&pause, NULL);
		(*work)++;
	}
	return NULL;
}

/* Serves so many clients, each of which waits for its answer before it asks again. */
static void serve(int clients, volatile unsigned long *work)
{
	int polled = epoll_create1(0);

	for (int i = 0; i < clients; i++) {
		int ends[2];
		struct epoll_event event = {.events = EPOLLIN};

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
			exit(1);
		if (!fork()) {
			char byte = 'x';

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			prctl(PR_SET_NAME, "client");
			while (write(ends[0], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1)
				;
			_exit(0);
		}
		close(ends[0]);
		event.data.fd = ends[1];
		if (epoll_ctl(polled, EPOLL_CTL_ADD, ends[1], &event))
			exit(1);
	}
	for (;;) {
		struct epoll_event event[8];
		int ready = epoll_wait(polled, event, 8, -1);

		for (int i = 0; i < ready; i++) {
			char byte;

			if (read(event[i].data.fd, &byte, 1) != 1)
				exit(1);
			compute(30000);
			if (write(event[i].data.fd, &byte, 1) != 1)
				exit(1);
			(*work)++;
		}
	}
}

static void *server(void *count)
{
	serve(1, count);
	return NULL;
}

static void *crowd(void *count)
{
	serve(4, count);
	return NULL;
}

static void *report(void *nothing)
{
	struct timespec pause = {.tv_nsec = 100000000};

	(void)nothing;
	for (;;) {
		struct timespec clock;
		unsigned long work = 0;

		nanosleep(&pause, NULL);
		for (int i = 0; i < 4; i++)
			work += counts[i].work;
		clock_gettime(CLOCK_MONOTONIC, &clock);
		printf("work %lu %lu\n", work, clock.tv_sec * 1000 + clock.tv_nsec / 1000000);
		fflush(stdout);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void *(*run)(void *);
		int threads;
	} kinds[] = {
		{"calls", calls, 1}, {"bare", bare, 1}, {"computing", computing, 1}, {"idle", idle, 1},
		{"threads", calls, 4}, {"server", server, 1}, {"crowd", crowd, 1},
	};
	pthread_t thread;

	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (argc != 2 || strcmp(argv[1], kinds[i].name))
			continue;
		for (int j = 0; j < kinds[i].threads; j++)
			pthread_create(&thread, NULL, kinds[i].run, (void *)&counts[j].work);
		report(NULL);
	}
	fprintf(stderr, "rates: which of calls, bare, computing, idle, threads, server, crowd?\n");
	return 2;
}
