/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gnu_time.h - parses the default output format of GNU time:
 *   12.34user 5.67system 1:02.03elapsed 28%CPU (0avgtext+...)
 * Elapsed time is [hours:]minutes:seconds, without a fraction if there are hours.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_GNU_TIME_H
#define KDUEL_WORKLOADS_OUTPUT_GNU_TIME_H

#include "lib/err.h"

struct gnu_time {
	double user, system, elapsed; /* seconds */
};

/* The next such line in *text; advances *text. 0; -ENOENT: there is none left; -EIO: the timed
 * program failed; -EPROTO: a line that is almost in this format (such as a decimal comma). With
 * `err`. Works on any bytes. */
int gnu_time__next(const char **text, struct gnu_time *out, struct err *err);

#endif
