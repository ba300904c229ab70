/*
 * full [MARGIN_KIB [BLOCKS [TICKS]]]   wait for SIGUSR1, then fill the container's memory limit up to a margin (1024),
 *                                      with so many blocks of 256 KiB (16) every so many ticks (1)
 * full now                             send SIGUSR1 to PID 1 (for kubectl exec)
 *
 * A PID 1 that lives at its memory limit, takes whatever others free, and checks that its memory
 * still holds what it wrote. On stdout: "tick N MS" every 10 ms, "full USED LIMIT" once (bytes), and "wrong N"
 * if a page has changed. Between the ticks it makes calls, so that there is something to trace.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 256 << 10, MOST = 1 << 14, CALLS = 200 };

static volatile sig_atomic_t wanted;
static unsigned long *blocks[MOST];

static void want(int signal)
{
	(void)signal;
	wanted = 1;
}

/* The first of these files that exists: cgroups version 2, then version 1. */
static unsigned long number(const char *v2, const char *v1)
{
	unsigned long value = 0;
	FILE *file = fopen(v2, "r");

	if (!file)
		file = fopen(v1, "r");
	if (!file || fscanf(file, "%lu", &value) != 1) {
		fprintf(stderr, "full: no memory limit to be seen\n");
		exit(2);
	}
	fclose(file);
	return value;
}

static unsigned long used(void)
{
	return number("/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes");
}

static unsigned long pattern(unsigned long block, unsigned long word)
{
	return (block << 32 | word) * 0x9e3779b97f4a7c15UL;
}

static bool fill(unsigned long index)
{
	unsigned long *block = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		return false;
	for (unsigned long word = 0; word < BLOCK / sizeof *block; word++)
		block[word] = pattern(index, word);
	blocks[index] = block;
	return true;
}

static unsigned long wrong(unsigned long index)
{
	unsigned long words = 0;

	for (unsigned long word = 0; word < BLOCK / sizeof **blocks; word++)
		words += blocks[index][word] != pattern(index, word);
	return words;
}

int main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	unsigned long margin = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1024) << 10;
	unsigned long each = argc > 2 ? strtoul(argv[2], NULL, 10) : 16;
	unsigned long every = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
	unsigned long limit, count = 0;
	bool told = false;

	if (argc > 1 && !strcmp(argv[1], "now"))
		return kill(1, SIGUSR1) < 0;
	signal(SIGUSR1, want);
	signal(SIGTERM, _exit);
	setlinebuf(stdout);
	limit = number("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes");
	for (unsigned long tick = 0;; tick++) {
		struct timespec now;

		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		printf("tick %lu %.3f\n", tick, now.tv_sec * 1e3 + now.tv_nsec / 1e6);
		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		if (count && wrong(tick % count))
			printf("wrong %lu\n", tick % count);
		for (unsigned long i = 0; wanted && tick % every == 0 && i < each && count < MOST; i++) {
			if (used() + margin + BLOCK > limit) {
				if (!told)
					printf("full %lu %lu\n", used(), limit);
				told = true;
				break;
			}
			if (!fill(count))
				break;
			count++;
		}
	}
}
