/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_options.h - the options of `kduel compare`. */
#ifndef KDUEL_CLI_COMPARE_OPTIONS_H
#define KDUEL_CLI_COMPARE_OPTIONS_H

#include "reports/report/view.h"

/* A side as it was named; `campaign` is owned and never NULL once `variant` is set. */
struct compare_side {
	char *campaign;
	const char *variant; /* NULL: not given */
};

struct compare_opts {
	const char *campaign; /* whose declared comparisons are shown, unless there are sides */
	struct compare_side candidate, baseline;
	const char *db, *format, *output; /* output: NULL is standard output */
	bool published;
	bool force; /* although the environments differ */
	struct report_filter filter;
};

/* 0; an exit code, after the mistake was said; or -1 when help was asked for. The caller
 * releases in any case. */
int compare_opts__parse(struct compare_opts *o, int argc, char **argv);
void compare_opts__release(struct compare_opts *o);
/* Print what the options are. */
void compare_opts__help(void);

#endif
