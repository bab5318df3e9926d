/* SPDX-License-Identifier: GPL-2.0-only */
/* reports/csv/nights.h - `kduel history --csv`: change points of foreign nights. */
#ifndef KDUEL_CLI_HISTORY_CSV_H
#define KDUEL_CLI_HISTORY_CSV_H

#include "lib/base.h"

struct history_csv_opts {
	const char *path; /* "-": standard input */
	bool online; /* night by night instead of all at once */
	double guard; /* smallest step that counts: 0.02 = 2 % */
};

/* Read, find, print to standard output; messages go to standard error. An exit code. */
int history_csv__run(const struct history_csv_opts *o);

#endif
