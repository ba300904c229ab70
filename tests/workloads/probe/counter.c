/*
 * counter [--quiet] [--spawn]
 *
 * A PID 1 that counts what it should never see because of a tracer: signals, children that it did
 * not start, and blocking calls that fail with EINTR. It has no signal handler (every signal is
 * blocked and read from a signalfd), so by signal(7), "Interruption of system calls and library
 * functions by stop signals", an EINTR can only come from being stopped.
 *
 * On stdout: "tick N MS" every 10 ms (MS is the monotonic clock; not with --quiet), so that a gap
 * in its service can be measured from outside, and once a second one line of JSON with the counts.
 * With --spawn it starts a child every second and checks that it gets its exit status.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EPOLL_WAIT, READ, FUTEX, NANOSLEEP, POLL, TICK, CALLS };
static const char *const call_names[CALLS] = {"epoll_wait", "read", "futex", "nanosleep", "poll", "tick"};

static atomic_ulong eintr[CALLS];
/* Returns of the blocking calls other than completion and EINTR; there should be none. */
static atomic_ulong odd_returns;
static atomic_ulong sigchld, other_signals, last_other_signal;
static atomic_ulong spawned, reaped, reaped_unknown, wrong_status;
static atomic_ulong seq;
static atomic_long longest_gap_us, longest_gap_ever_us;

#define CHILD_STATUS 7
#define OWN_CHILDREN 64
static pthread_mutex_t children_lock = PTHREAD_MUTEX_INITIALIZER;
static pid_t own_children[OWN_CHILDREN];

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* End if nobody reads any more: SIGPIPE is blocked like every other signal. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	if (ferror(stdout))
		_exit(2);
}

static void count(int call, long result)
{
	if (result < 0 && errno == EINTR)
		atomic_fetch_add(&eintr[call], 1);
	else
		atomic_fetch_add(&odd_returns, 1);
}

static void *block_in_epoll_wait(void *unused)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), never = eventfd(0, EFD_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN};

	if (epoll < 0 || never < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, never, &event) < 0)
		die("epoll");
	for (;;)
		count(EPOLL_WAIT, epoll_wait(epoll, &event, 1, -1));
	return unused;
}

static void *block_in_read(void *unused)
{
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		die("pipe");
	for (;;)
		count(READ, read(ends[0], &byte, 1));
	return unused;
}

static void *block_in_futex(void *unused)
{
	static atomic_uint word;

	for (;;)
		count(FUTEX, syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0));
	return unused;
}

static void *block_in_nanosleep(void *unused)
{
	for (;;) {
		struct timespec hours = {.tv_sec = 360000};
		count(NANOSLEEP, nanosleep(&hours, NULL));
	}
	return unused;
}

static void *block_in_poll(void *unused)
{
	struct pollfd never = {.fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN};

	if (never.fd < 0)
		die("eventfd");
	for (;;)
		count(POLL, poll(&never, 1, -1));
	return unused;
}

static bool forget_child(pid_t pid)
{
	for (int i = 0; i < OWN_CHILDREN; i++) {
		if (own_children[i] == pid) {
			own_children[i] = 0;
			return true;
		}
	}
	return false;
}

static void reap(void)
{
	int status;
	pid_t pid;

	/* The lock makes sure that a child is in the list before it is looked for there. */
	pthread_mutex_lock(&children_lock);
	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		atomic_fetch_add(&reaped, 1);
		if (!forget_child(pid))
			atomic_fetch_add(&reaped_unknown, 1);
		else if (!WIFEXITED(status) || WEXITSTATUS(status) != CHILD_STATUS)
			atomic_fetch_add(&wrong_status, 1);
	}
	pthread_mutex_unlock(&children_lock);
}

static void spawn(void)
{
	pid_t pid;

	pthread_mutex_lock(&children_lock);
	pid = fork();
	if (pid == 0)
		_exit(CHILD_STATUS);
	if (pid < 0)
		die("fork");
	for (int i = 0; i < OWN_CHILDREN; i++) {
		if (own_children[i] == 0) {
			own_children[i] = pid;
			break;
		}
	}
	atomic_fetch_add(&spawned, 1);
	pthread_mutex_unlock(&children_lock);
}

/* Processes whose parent we are, dead or alive, as /proc shows them. */
static unsigned children(void)
{
	unsigned found = 0;
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		die("/proc");
	while ((entry = readdir(proc))) {
		char path[300], line[512], *after_name;
		int parent;
		FILE *stat;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		stat = fopen(path, "re");
		if (!stat)
			continue; /* gone since */
		/* proc_pid_stat(5): the name, in parentheses, may contain anything. */
		if (fgets(line, sizeof(line), stat) && (after_name = strrchr(line, ')')) &&
		    sscanf(after_name + 1, " %*c %d", &parent) == 1 && parent == getpid())
			found++;
		fclose(stat);
	}
	closedir(proc);
	return found;
}

static void report(void)
{
	long gap = atomic_exchange(&longest_gap_us, 0);
	char line[1024];
	int length = snprintf(line, sizeof(line),
			      "{\"seq\":%lu,\"gap_ms\":%.3f,\"longest_gap_ms\":%.3f,\"sigchld\":%lu,"
			      "\"other_signals\":%lu,\"last_other_signal\":%lu,\"spawned\":%lu,\"reaped\":%lu,"
			      "\"reaped_unknown\":%lu,\"wrong_status\":%lu,\"children\":%u,\"odd_returns\":%lu,\"eintr\":{",
			      seq, gap / 1e3, longest_gap_ever_us / 1e3, sigchld, other_signals,
			      last_other_signal, spawned, reaped, reaped_unknown, wrong_status, children(),
			      odd_returns);

	for (int i = 0; i < CALLS; i++)
		length += snprintf(line + length, sizeof(line) - length, "%s\"%s\":%lu", i ? "," : "",
				   call_names[i], eintr[i]);
	snprintf(line + length, sizeof(line) - length, "}}");
	say("%s\n", line);
}

static void *read_signals(void *mask)
{
	int fd = signalfd(-1, mask, SFD_CLOEXEC);
	struct signalfd_siginfo info;

	if (fd < 0)
		die("signalfd");
	for (;;) {
		if (read(fd, &info, sizeof(info)) != sizeof(info)) {
			atomic_fetch_add(&odd_returns, 1);
			continue;
		}
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
			report();
			exit(0);
		}
		if (info.ssi_signo == SIGCHLD) {
			atomic_fetch_add(&sigchld, 1);
			reap();
		} else {
			atomic_fetch_add(&other_signals, 1);
			last_other_signal = info.ssi_signo;
		}
	}
	return NULL;
}

static void *report_every_second(void *with_children)
{
	for (;;) {
		struct timespec second = {.tv_sec = 1};

		while (nanosleep(&second, &second) < 0 && errno == EINTR)
			atomic_fetch_add(&eintr[NANOSLEEP], 1);
		if (with_children)
			spawn();
		report();
	}
	return NULL;
}

static void start(void *(*thread)(void *), void *argument)
{
	pthread_t id;

	errno = pthread_create(&id, NULL, thread, argument);
	if (errno)
		die("pthread_create");
}

static int64_t microseconds(const struct timespec *t)
{
	return t->tv_sec * 1000000LL + t->tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	bool quiet = false, with_children = false;
	struct timespec next, now, last;
	sigset_t all;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--quiet"))
			quiet = true;
		else if (!strcmp(argv[i], "--spawn"))
			with_children = true;
		else {
			fprintf(stderr, "usage: counter [--quiet] [--spawn]\n");
			return 2;
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	start(read_signals, &all);
	start(block_in_epoll_wait, NULL);
	start(block_in_read, NULL);
	start(block_in_futex, NULL);
	start(block_in_nanosleep, NULL);
	start(block_in_poll, NULL);
	start(report_every_second, with_children ? &all : NULL);

	clock_gettime(CLOCK_MONOTONIC, &next);
	last = next;
	for (;;) {
		next.tv_nsec += 10 * 1000 * 1000;
		if (next.tv_nsec >= 1000 * 1000 * 1000) {
			next.tv_nsec -= 1000 * 1000 * 1000;
			next.tv_sec++;
		}
		/* clock_nanosleep returns the error number. */
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
			atomic_fetch_add(&eintr[TICK], 1);
		clock_gettime(CLOCK_MONOTONIC, &now);
		long gap = microseconds(&now) - microseconds(&last);
		if (gap > longest_gap_us)
			longest_gap_us = gap;
		if (gap > longest_gap_ever_us)
			longest_gap_ever_us = gap;
		last = now;
		unsigned long n = atomic_fetch_add(&seq, 1) + 1;
		if (!quiet)
			say("tick %lu %.3f\n", n, microseconds(&now) / 1e3);
		/* After a gap, continue from now: catching up would hide the gap. */
		if (microseconds(&now) - microseconds(&next) > 10000)
			next = now;
	}
}
