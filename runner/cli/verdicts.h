/* SPDX-License-Identifier: GPL-2.0-only */
/* verdicts.h - what a command line says about the exit code of a comparison. */
#ifndef KDUEL_CLI_VERDICTS_H
#define KDUEL_CLI_VERDICTS_H

#include "reports/report/report.h"

/* Exit codes of commands that compare, for their --help. */
#define EXIT_CODES_HELP                                                                    \
	"0 nothing that is watched (--fail-on) got worse, 1 a regression, 2 usage, 3 the " \
	"environment is unfit, 4 not enough data for any verdict, 6 with "                 \
	"--require-conclusive: nothing got worse, but a primary row is undecided."

/* The gate of the candidate's plan, with what the command line says beside it. */
void verdicts__set_gate(struct report *r, const struct gate *line);
/* Patterns of the command line that fit no row: -ENOENT, with the nearest that does. */
int verdicts__check_gate(const struct report *r, const struct gate *line, struct err *err);

#endif
