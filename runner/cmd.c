// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cmd.h"

const struct cmd cmd__all[] = {
#define X_NAMED(id, name, summary, hidden) { name, summary, cmd_##id, hidden },
#define X(name, summary, hidden) X_NAMED(name, #name, summary, hidden)
#include "runner/commands.h"
#undef X
#undef X_NAMED
	{ NULL, NULL, NULL, false },
};
