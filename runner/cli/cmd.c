// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cmd.h"

const struct cmd cmd__all[] = {
#define X_NAMED(id, name, summary, hidden) { name, summary, cmd_##id, hidden },
#define X(name, summary, hidden) X_NAMED(name, #name, summary, hidden)
#include "runner/cli/list.h"
#undef X
#undef X_NAMED
	{ NULL, NULL, NULL, false },
};

int cmd__options(int argc, char **argv, const struct option *options,
		 int (*take)(void *arg, int letter), void *arg)
{
	int letter, ret = 0;

	while (!ret && (letter = getopt_long(argc, argv, "h", options, NULL)) != -1)
		ret = take(arg, letter);
	return ret;
}
