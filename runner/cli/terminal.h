/* SPDX-License-Identifier: GPL-2.0-only */
/* terminal.h - what is different if standard output is a terminal. */
#ifndef KDUEL_CLI_TERMINAL_H
#define KDUEL_CLI_TERMINAL_H

#include <stddef.h>

/*
 * If standard output is a terminal, replace control characters in everything written to it from now
 * on, as utf8__clean() does: a guest's log or somebody else's plan could set the window title,
 * overwrite earlier output, or make the terminal send input. Files and pipes get every byte.
 */
void terminal__guard(void);
/* Undo terminal__guard(). Only before anything is written. */
void terminal__unguard(void);

/* After terminal__guard(): colour the verdicts in what is written from now on, unless NO_COLOR is
 * set (no-color.org), or TERM is unset or "dumb". */
void terminal__colour(void);
/* Columns of the terminal; 0 if standard output is not a terminal, or its width is unknown. */
size_t terminal__width(void);

#endif
