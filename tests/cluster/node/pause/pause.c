/* The pause program of the node's pods: holds the pod's namespaces, and where the pod shares its
 * process namespace it is PID 1 there, so it must reap orphans and obey SIGTERM (PID 1 has no
 * default action for signals, pid_namespaces(7)). */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int signal_number) {
	(void)signal_number;
	_exit(0);
}

static void reap(int signal_number) {
	(void)signal_number;
	while (waitpid(-1, 0, WNOHANG) > 0) {
	}
}

int main(void) {
	struct sigaction on_end = {.sa_handler = leave};
	struct sigaction on_child = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};
	sigaction(SIGTERM, &on_end, 0);
	sigaction(SIGINT, &on_end, 0);
	sigaction(SIGCHLD, &on_child, 0);
	for (;;)
		pause();
}
