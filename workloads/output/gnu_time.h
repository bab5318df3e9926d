/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gnu_time.h - read what GNU time writes about a program, in its default format:
 *   12.34user 5.67system 1:02.03elapsed 28%CPU (0avgtext+...)
 * The elapsed time is [hours:]minutes:seconds, without a fraction from an hour on.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_GNU_TIME_H
#define KDUEL_WORKLOADS_OUTPUT_GNU_TIME_H

#include "lib/err.h"

struct gnu_time {
	double user, system, elapsed; /* seconds */
};

/* The next such line of *text, which is moved behind it. 0; -ENOENT: there is none left; -EIO: the
 * program that was timed failed; -EPROTO: a line that reads almost like that (a comma in a number);
 * `err` says so. Works on any bytes. */
int gnu_time__next(const char **text, struct gnu_time *out, struct err *err);

#endif
