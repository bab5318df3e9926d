// SPDX-License-Identifier: GPL-2.0-only
/* main.c - find the subcommand and run it. */
#include "collectors/collector.h"
#include "lib/units.h"
#include "runner/cli/cmd.h"
#include "version.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static void print_help(FILE *f)
{
	fputs("kduel sets two Linux kernels against each other and says with statistics what "
	      "changed.\n\nusage: kduel COMMAND [OPTIONS]\n\n",
	      f);
	for (const struct cmd *c = cmd__all; c->name; c++)
		if (!c->hidden)
			fprintf(f, "  %-10s %s\n", c->name, c->summary);
	fputs("\n`kduel COMMAND --help` says more. Exit codes: 0 no regression, 1 regression,\n"
	      "2 usage or configuration, 3 environment unfit, 4 insufficient data, 5 internal.\n",
	      f);
}

static int unknown(const char *name)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (const struct cmd *c = cmd__all; c->name && n < ARRAY_SIZE(names); c++)
		names[n++] = c->name;
	near = units__nearest(name, names, n);
	log__error("unknown command '%s'%s%s%s; `kduel --help` lists them", name,
		   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	return EXIT_USAGE;
}

/* A daemon's child may come without standard streams; their numbers must not go to files. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* What was printed may still be on its way. Whoever closed the pipe has seen enough. */
static int finish(int ret)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	int e = fflush(stdout) ? errno : 0;

	if (!e && !ferror(stdout))
		return ret;
	if (ret == EXIT_USAGE || ret == EXIT_UNFIT || ret == EXIT_INTERNAL)
		return ret; /* told already, or not what matters */
	if (poll(&out, 1, 0) <= 0 || !(out.revents & POLLERR))
		log__error("standard output: not all could be written%s%s", e ? ": " : "",
			   e ? strerror(e) : "");
	return EXIT_UNFIT;
}

int main(int argc, char **argv)
{
	open_standard_streams();
	signal(SIGPIPE, SIG_IGN);
	workload__validate_all();
	collector__validate_all();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h") || streq(argv[1], "help")) {
		print_help(stdout);
		return EXIT_NO_REGRESSION;
	}
	if (streq(argv[1], "--version")) {
		printf("kduel %s\n", KDUEL_VERSION);
		return EXIT_NO_REGRESSION;
	}
	for (const struct cmd *c = cmd__all; c->name; c++)
		if (streq(argv[1], c->name))
			return finish(c->fn(argc - 1, argv + 1));
	return unknown(argv[1]);
}
