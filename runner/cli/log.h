/* SPDX-License-Identifier: GPL-2.0-only */
/* log.h - messages for people: to standard error, one line each, never data. */
#ifndef KDUEL_CLI_LOG_H
#define KDUEL_CLI_LOG_H

#include "lib/strvec.h"

void log__error(const char *fmt, ...) __printf(1, 2);
/* Each of several, as plans have them. */
void log__errors(const struct strvec *messages);
void log__warn(const char *fmt, ...) __printf(1, 2);
void log__info(const char *fmt, ...) __printf(1, 2); /* silent with --quiet */
/* One status line that replaces itself; only when standard error is a terminal. */
void log__progress(const char *fmt, ...) __printf(1, 2);
void log__progress_end(void); /* also done by the next message */
void log__set_quiet(bool quiet);

#endif
