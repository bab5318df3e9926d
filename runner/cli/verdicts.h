/* SPDX-License-Identifier: GPL-2.0-only */
/* verdicts.h - options that decide about the exit code of a comparison: --fail-on and
 * --require-conclusive. */
#ifndef KDUEL_CLI_VERDICTS_H
#define KDUEL_CLI_VERDICTS_H

#include "reports/report/report.h"

/* Exit codes of commands that compare, for their --help. */
#define EXIT_CODES_HELP                                                                    \
	"0 nothing that is watched (--fail-on) got worse, 1 a regression, 2 usage, 3 the " \
	"environment is unfit, 4 not enough data for any verdict, 6 with "                 \
	"--require-conclusive: nothing got worse, but a primary row is undecided."

/* Set r->gate to the gate of the campaign's plan, modified by the command line's gate `line`:
 * --fail-on replaces the plan's list, --require-conclusive is added. */
void verdicts__set_gate(struct report *r, const struct gate *line);
/* -ENOENT if a --fail-on pattern in `line` matches no row; `err` suggests the nearest that would. */
int verdicts__check_gate(const struct report *r, const struct gate *line, struct err *err);

#endif
