// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - kduel's agent: /init of a guest, or an ordinary program that serves one connection.
 */
#include "collectors/collector.h"
#include "collectors/tlbmodel/marker.h"
#include "lib/clock.h"
#include "lib/units.h"
#include "runner/agent/alone.h"
#include "runner/agent/handover.h"
#include "runner/agent/init.h"
#include "runner/agent/loop.h"
#include "runner/agent/process_tree.h"
#include "runner/agent/port.h"
#include "version.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define PORT_WAIT_MS 10000
#define DRAIN_MS 50
#define ALLOW_EXEC "--allow-exec"

static const char usage[] =
	"usage: agent --fd N [--allow-exec yes] |\n"
	"       --stdio [--greeting LINE] [--alone FILE] [--disposable yes] [--allow-exec yes]\n"
	"             [--watchdog DEVICE=SECONDS] [--modules DIR]\n"
	"kduel's agent. It speaks kduel's line protocol on descriptor N, or on standard input\n"
	"and output, where LINE is its first line. With --alone it first ends the agent that FILE\n"
	"names, with --disposable workloads may endanger the system, with --allow-exec the\n"
	"workload exec may run its command, with --watchdog it feeds that watchdog, and DIR has\n"
	"modules that modprobe does not know. As process 1 it takes its settings from the kernel\n"
	"command line instead.\n";

/* Wait a moment, as data that a virtio port has not delivered is lost when the guest powers off. The
 * host hangs up when it has seen WIRE_BYE, which ends the wait early. */
static void wait_for_hangup(int fd)
{
	uint64_t end = clock__ns() + DRAIN_MS * NSEC_PER_MSEC;
	struct pollfd p = { .fd = fd };

	while (clock__ns() < end && poll(&p, 1, 1) >= 0 && !(p.revents & POLLHUP))
		nanosleep(&(struct timespec){ .tv_nsec = 1000 * 1000 }, NULL);
}

/* Connect to the host. A one-way agent reads its jobs from a file and uses the port only for
 * results. */
static int connect_host(struct agent *a, const char *port, struct err *err)
{
	int fd = port__open(port, PORT_WAIT_MS, err);

	if (fd < 0)
		return fd;
	if (!a->one_way)
		wire__init(&a->in, fd);
	wire__init(&a->out, fd);
	return 0;
}

/* Open the list of jobs, a file of QEMU's fw_cfg device (driver qemu_fw_cfg). */
static int open_job_list(struct agent *a, const char *name, struct err *err)
{
	_free_ char *path = xasprintf("/sys/firmware/qemu_fw_cfg/by_name/%s/raw", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err__set(err, -errno, "cannot open the list of jobs, %s: %s", path,
				strerror(errno));
	wire__init(&a->in, fd);
	a->one_way = true;
	a->settle_s = AGENT_SETTLE_S;
	return 0;
}

/* The system could not be set up: send the reason to the host, if possible, in place of WIRE_HELLO. */
static void report_unfit(struct agent *a, const char *port, const char *why)
{
	if (!port || connect_host(a, port, NULL))
		return;
	agent__send(a, WIRE_MSG(.type = WIRE_DONE, .status = WIRE_FAILED, .text = (char *)why));
	wait_for_hangup(a->out.fd);
}

/* Process 1: set the system up, serve the host on the virtio port, power off. */
static void __noreturn run_as_init(struct agent *a)
{
	struct cmdline cl = { 0 };
	struct err err = { "" };
	int ret;

	marker__hit(MARK_AGENT, 0, 0);
	a->env.agent_start_ns = clock__read(CLOCK_BOOTTIME);
	ret = init__system(&cl, &a->modules, &err);
	if (!ret && cl.job)
		ret = open_job_list(a, cl.job, &err);
	/* To test the host's timeouts: never send anything. */
	while (!ret && cl.hang)
		pause();
	a->init = true;
	a->inject = cl.inject;
	a->env.scratch = true;
	a->env.modprobe = modules__load;
	a->env.module_file = modules__file;
	a->env.arg = &a->modules;
	if (ret) {
		report_unfit(a, cl.port, err.msg);
	} else if (!cl.oneshot) {
		ret = connect_host(a, cl.port, &err);
		if (!ret)
			ret = loop__serve(a, &err);
		if (!ret)
			wait_for_hangup(a->out.fd);
	}
	if (ret)
		fprintf(stderr, "kduel agent: %s; power off\n", err.msg);
	init__power_off();
}

/* Use standard input and output for the connection. Replace them, so that workloads' output goes to
 * stderr. */
static void use_stdio(struct agent *a)
{
	int in = fcntl(0, F_DUPFD_CLOEXEC, 3), out = fcntl(1, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(null, 0);
	dup2(2, 1);
	close(null);
	wire__init(&a->in, in);
	wire__init(&a->out, out);
}

/* --fd N [--allow-exec yes]: use a descriptor that the parent has opened. Make it close-on-exec, so that
 * workloads' programs do not inherit it. */
static int use_fd(struct agent *a, int argc, char **argv)
{
	bool exec = argc == 5 && streq(argv[3], ALLOW_EXEC);
	uint64_t fd;

	if ((argc != 3 && !exec) || !streq(argv[1], "--fd"))
		return -EINVAL;
	a->env.commands = exec && streq(argv[4], "yes");
	if (units__u64(argv[2], &fd) || fd > INT32_MAX || fcntl((int)fd, F_GETFD) < 0)
		return -EBADF;
	fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	wire__init(&a->in, (int)fd);
	wire__init(&a->out, (int)fd);
	return 0;
}

/* --stdio with its options. 0; -EINVAL: these are not valid options; or another -errno, after reporting
 * the failure to the host in place of WIRE_HELLO. */
static int use_options(struct agent *a, int argc, char **argv, struct err *err)
{
	const char *greeting = NULL, *alone = NULL, *watchdog = NULL;
	int ret = 0;

	if (argc < 2 || !streq(argv[1], "--stdio") || argc % 2)
		return -EINVAL;
	for (int i = 2; i < argc; i += 2) {
		if (streq(argv[i], "--greeting"))
			greeting = argv[i + 1];
		else if (streq(argv[i], "--alone"))
			alone = argv[i + 1];
		else if (streq(argv[i], "--disposable"))
			a->env.scratch = streq(argv[i + 1], "yes");
		else if (streq(argv[i], "--modules"))
			modules__open(&a->modules, argv[i + 1]);
		else if (streq(argv[i], ALLOW_EXEC))
			a->env.commands = streq(argv[i + 1], "yes");
		else if (streq(argv[i], "--watchdog"))
			watchdog = argv[i + 1];
		else
			return -EINVAL;
	}
	use_stdio(a);
	alone__heed_term(a->in.fd);
	if (greeting)
		dprintf(a->out.fd, "%s\n", greeting);
	if (a->env.scratch) {
		a->env.modprobe = modules__load_there;
		a->env.arg = &a->modules;
	}
	if (alone)
		ret = alone__claim(alone, err);
	/* After ending an older agent, which may have the watchdog open. */
	if (!ret && watchdog)
		ret = watchdog__open(&a->watchdog, watchdog, err);
	if (!ret)
		return 0;
	agent__send(a, WIRE_MSG(.type = WIRE_DONE, .status = WIRE_FAILED, .text = err->msg));
	return ret == -EINVAL ? -EIO : ret;
}

int main(int argc, char **argv)
{
	struct agent a = { .modules.dirfd = -1 };
	struct err err = { "" };
	int ret;

	signal(SIGPIPE, SIG_IGN);
	workload__validate_all();
	collector__validate_all();
	if (argc == 2 && streq(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && streq(argv[1], "--version")) {
		printf("kduel agent %s, protocol %d\n", KDUEL_VERSION, WIRE_PROTO);
		return 0;
	}
	ret = use_options(&a, argc, argv, &err);
	if (ret && ret != -EINVAL) {
		fprintf(stderr, "kduel agent: %s\n", err.msg);
		return 1;
	}
	if (!ret || !use_fd(&a, argc, argv)) {
		/* connected */
	} else if (getpid() == 1 && handover__wanted()) {
		handover__run(argv);
		return 1;
	} else if (getpid() == 1) {
		run_as_init(&a); /* ignores argv: unknown words of the kernel command line */
	} else {
		fputs(usage, stderr);
		return 2;
	}
	process_tree__adopt();
	ret = loop__serve(&a, &err);
	watchdog__close(&a.watchdog);
	/* A host may hang up instead of sending quit. */
	if (ret && ret != -ECONNRESET)
		fprintf(stderr, "kduel agent: %s\n", err.msg);
	wire__release(&a.in);
	wire__release(&a.out);
	return ret ? 1 : 0;
}
