/*
 * die exit3|segv|kill|oom [SECONDS]     wait for SIGUSR1, or so long, then die in that way
 * die now                               send SIGUSR1 to PID 1 (for kubectl exec)
 *
 * The last call before the end is openat(AT_FDCWD, "/last-call", O_RDONLY); after it there is only
 * exit_group(3), or no call at all.
 *
 * PID 1 cannot kill itself with kill(2): signals from its own processes are ignored (pid_namespaces(7)).
 * But signals from the kernel are not: SIGKILL at the hard limit of RLIMIT_CPU (setrlimit(2)), SIGSEGV
 * for a fault, SIGKILL from the OOM killer (the container needs a memory limit below 512 MiB).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define APPETITE (512UL << 20)

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void wait_for_the_signal(long seconds)
{
	sigset_t awaited;
	struct timespec end, now;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGUSR1);
	sigaddset(&awaited, SIGTERM);
	sigprocmask(SIG_BLOCK, &awaited, NULL);
	printf("waiting for SIGUSR1\n");
	fflush(stdout);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	for (;;) {
		int signal;

		if (seconds) {
			clock_gettime(CLOCK_MONOTONIC, &now);
			struct timespec left = {.tv_sec = end.tv_sec - now.tv_sec};
			if (left.tv_sec <= 0)
				return;
			signal = sigtimedwait(&awaited, NULL, &left);
		} else {
			signal = sigwaitinfo(&awaited, NULL);
		}
		if (signal == SIGUSR1)
			return;
		if (signal == SIGTERM)
			exit(0);
		if (errno != EINTR && errno != EAGAIN)
			die("sigtimedwait");
	}
}

static void last_call(void)
{
	(void)!openat(AT_FDCWD, "/last-call", O_RDONLY);
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";
	long seconds = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	const struct rlimit no_core = {0, 0};

	if (!strcmp(way, "now")) {
		if (kill(1, SIGUSR1) < 0)
			die("kill");
		return 0;
	}
	if (strcmp(way, "exit3") && strcmp(way, "segv") && strcmp(way, "kill") && strcmp(way, "oom")) {
		fprintf(stderr, "usage: die exit3|segv|kill|oom [SECONDS]\n       die now\n");
		return 2;
	}
	setrlimit(RLIMIT_CORE, &no_core);
	wait_for_the_signal(seconds);

	if (!strcmp(way, "exit3")) {
		last_call();
		_exit(3);
	} else if (!strcmp(way, "segv")) {
		last_call();
		volatile int *volatile nowhere = NULL;

		*nowhere = 1;
	} else if (!strcmp(way, "kill")) {
		const struct rlimit one_second = {1, 1};

		if (setrlimit(RLIMIT_CPU, &one_second) < 0)
			die("setrlimit");
		last_call();
		for (;;)
			__asm__ volatile("");
	} else {
		char *memory = mmap(NULL, APPETITE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (memory == MAP_FAILED)
			die("mmap");
		last_call();
		for (size_t at = 0; at < APPETITE; at += 4096)
			((volatile char *)memory)[at] = 1;
	}
	fprintf(stderr, "still alive: has the container a memory limit?\n");
	return 4;
}
