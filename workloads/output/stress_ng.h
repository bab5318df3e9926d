/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress_ng.h - parses the output of `stress-ng --metrics`, whose lines begin with name and PID:
 *   stress-ng: info:  [6082] dispatching hogs: 2 pipe, 1 fork
 *   stress-ng: metrc: [6082] stressor       bogo ops real time  usr time  sys time   bogo ops/s ...
 *   stress-ng: metrc: [6082]                           (secs)    (secs)    (secs)   (real time) ...
 *   stress-ng: metrc: [6082] pipe              20000      0.88      0.00      0.06     22643.95 ...
 *   stress-ng: info:  [6082] successful run completed in 7.82s
 * Additional metrics of a stressor ("5.73 MB per sec pipe write rate") are skipped.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_STRESS_NG_H
#define KDUEL_WORKLOADS_OUTPUT_STRESS_NG_H

#include "lib/err.h"

#define STRESS_NG_ROWS 512 /* there are some 350 stressors */
#define STRESS_NG_NAME 40

struct stress_ng_row {
	char name[STRESS_NG_NAME]; /* [a-z0-9-]+ */
	uint64_t ops;
	double real_s, user_s, system_s;
	double rate; /* operations per second of real time */
};

/* The results of one call of stress-ng. */
struct stress_ng_run {
	struct stress_ng_row v[STRESS_NG_ROWS];
	size_t n;
};

/* Is this a possible name of a stressor? */
bool stress_ng__is_name(const char *name);
/* The next run in *text (any bytes, NUL-terminated); advances *text. 0; -ENOENT: there is none
 * left; -EPROTO: one is cut off or has no table; -EIO: a stressor failed. With `err`. */
int stress_ng__next(const char **text, struct stress_ng_run *out, struct err *err);

#endif
