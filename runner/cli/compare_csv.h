/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_csv.h - `kduel compare --csv FILE`: verdicts on samples from other tools. */
#ifndef KDUEL_CLI_COMPARE_CSV_H
#define KDUEL_CLI_COMPARE_CSV_H

#include <stdbool.h>

/* Is `--csv` among the options of `kduel compare`? Then the rest of them is read here. */
bool compare_csv__is_asked_for(int argc, char **argv);
/* Read the options and the file, judge, print; returns an exit code. */
int compare_csv__run(int argc, char **argv);

#endif
