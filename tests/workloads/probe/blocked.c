/*
 * blocked connect|read|futex|epoll_wait
 *
 * Its only thread stays in that call for ever. If the call returns all the same (epoll_wait does,
 * with EINTR, when a stopped process is continued: signal(7)), it says so and calls it again.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/futex.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/*
 * A server that accepts no connection. Once its queue of established connections is full, the
 * kernel drops further ones (net/ipv4/tcp_input.c, tcp_conn_request), and the client repeats its
 * SYN for many hours if told to (tcp(7), TCP_SYNCNT; 127 is the maximum).
 */
static struct sockaddr_in full_server(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(5432),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(server, 0) < 0)
		die("server");
	for (int i = 0; i < 3; i++) {
		int filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (filler < 0 ||
		    (connect(filler, (struct sockaddr *)&address, sizeof(address)) < 0 && errno != EINPROGRESS))
			die("filling the queue");
	}
	/* The handshakes on loopback are complete now, or will be in a moment. */
	usleep(100 * 1000);
	return address;
}

int main(int argc, char **argv)
{
	const char *call = argc == 2 ? argv[1] : "";
	struct sockaddr_in address;
	struct epoll_event event = {.events = EPOLLIN};
	static unsigned word;
	int fd = -1, ends[2];
	char buffer[16];

	if (!strcmp(call, "connect")) {
		int most = 127;

		address = full_server();
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &most, sizeof(most)) < 0)
			die("socket");
	} else if (!strcmp(call, "read")) {
		if (pipe(ends) < 0)
			die("pipe");
	} else if (!strcmp(call, "epoll_wait")) {
		int never = eventfd(0, EFD_CLOEXEC);

		fd = epoll_create1(EPOLL_CLOEXEC);
		if (never < 0 || fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, never, &event) < 0)
			die("epoll");
	} else if (strcmp(call, "futex")) {
		fprintf(stderr, "usage: blocked connect|read|futex|epoll_wait\n");
		return 2;
	}
	printf("entering %s\n", call);
	fflush(stdout);
	for (unsigned long returned = 1;; returned++) {
		long result;

		switch (call[0]) {
		case 'c':
			result = connect(fd, (struct sockaddr *)&address, sizeof(address));
			break;
		case 'r':
			result = read(ends[0], buffer, sizeof(buffer));
			break;
		case 'e':
			result = epoll_wait(fd, &event, 1, -1);
			break;
		default:
			result = syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
		}
		printf("%s returned %ld (%s), time %lu\n", call, result,
		       result < 0 ? strerrorname_np(errno) : "no error", returned);
		fflush(stdout);
	}
}
