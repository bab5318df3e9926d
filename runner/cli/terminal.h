/* SPDX-License-Identifier: GPL-2.0-only */
/* terminal.h - standard output that may be a terminal. */
#ifndef KDUEL_CLI_TERMINAL_H
#define KDUEL_CLI_TERMINAL_H

#include <stddef.h>

/*
 * Where standard output is a terminal, replace control characters in all that is written to it from
 * now on, as utf8__clean() does: a guest's log or a plan from elsewhere could retitle the window,
 * overwrite what was printed, or answer as if somebody had typed. Files and pipes get every byte.
 */
void terminal__guard(void);
/* Pass every byte on after all. Before anything was written. */
void terminal__unguard(void);

/* From now on colour verdicts that are written to a terminal, unless NO_COLOR is set or TERM is none
 * or "dumb". After terminal__guard(). */
void terminal__colour(void);
/* Columns of the terminal that standard output is; 0: it is none, or does not say. */
size_t terminal__width(void);

#endif
