/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_csv.h - `kduel compare --csv FILE`: verdicts on samples from other tools. */
#ifndef KDUEL_CLI_COMPARE_CSV_H
#define KDUEL_CLI_COMPARE_CSV_H

#include <stdbool.h>

/* Is `--csv` among the arguments of `kduel compare`? Then compare_csv__run() is to parse them. */
bool compare_csv__is_asked_for(int argc, char **argv);
/* Parse the options, judge the samples in the file and print the verdicts; returns an exit code. */
int compare_csv__run(int argc, char **argv);

#endif
