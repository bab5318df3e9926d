// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cmd.h"

const struct cmd cmd__all[] = {
#define X(name, summary, hidden) { #name, summary, cmd_##name, hidden },
#include "runner/commands.h"
#undef X
	{ NULL, NULL, NULL, false },
};
