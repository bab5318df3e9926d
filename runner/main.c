// SPDX-License-Identifier: GPL-2.0-only
/* main.c - find the subcommand and run it. */
#include "collectors/collector.h"
#include "lib/fs.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/terminal.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "version.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const struct cmd commands[] = {
#define X_NAMED(id, name, summary, hidden) { name, summary, cmd_##id, hidden },
#define X(name, summary, hidden) X_NAMED(name, #name, summary, hidden)
#include "runner/cli/list.h"
#undef X
#undef X_NAMED
	{ 0 },
};

/* Subcommands print their own help, with argp. */
static void print_help(FILE *f)
{
	fputs("kduel compares two Linux kernels on the same machine and says with statistics\n"
	      "what changed.\n\n"
	      "Usage: kduel COMMAND [OPTION...]\n\n",
	      f);
	cmd__print_list(commands, f);
	fputs("\n`kduel COMMAND --help` says more. Exit codes: 0 no regression, 1 regression,\n"
	      "2 usage or configuration, 3 environment unfit, 4 insufficient data, 5 internal,\n"
	      "6 undecided (with --require-conclusive), 130 interrupted.\n",
	      f);
}

/* Open the standard streams on /dev/null if a daemon starts kduel without them, so that no other
 * file gets their descriptors. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Report output that could not be written, except to a pipe whose reader closed it. */
static int finish(int ret)
{
	if (!fs__is_short(stdout))
		return ret;
	if (ret == EXIT_USAGE || ret == EXIT_UNFIT || ret == EXIT_INTERNAL)
		return ret; /* the error that was reported already counts */
	log__error("standard output: not all could be written%s%s", errno ? ": " : "",
		   errno ? strerror(errno) : "");
	return EXIT_UNFIT;
}

/* Ignore SIGPIPE, so that a closed pipe makes write() fail with EPIPE, which finish() handles. */
int main(int argc, char **argv)
{
	static char help[] = "--help";
	const struct cmd *c;
	int ret;

	open_standard_streams();
	signal(SIGPIPE, SIG_IGN);
	seal__on_damage(log__warn);
	terminal__guard();
	workload__validate_all();
	collector__validate_all();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h") ||
	    (streq(argv[1], "help") && argc == 2)) {
		print_help(stdout);
		return finish(EXIT_NO_REGRESSION);
	}
	if (streq(argv[1], "help")) {
		/* `help compare` is `compare --help`, `help kernel build` likewise. */
		for (int i = 1; i + 1 < argc; i++)
			argv[i] = argv[i + 1];
		argv[argc - 1] = help;
	}
	if (streq(argv[1], "--version") || streq(argv[1], "-V") || streq(argv[1], "version")) {
		printf("kduel %s\n", KDUEL_VERSION);
		return finish(EXIT_NO_REGRESSION);
	}
	c = cmd__find(commands, argv[1]);
	if (!c)
		return cmd__unknown(commands, "", argv[1]);
	ret = finish(c->fn(argc - 1, argv + 1));
	cache__end();
	return ret;
}
