/* SPDX-License-Identifier: GPL-2.0-only */
/* log.h - messages for the user, one line each, on standard error; results go to standard output. */
#ifndef KDUEL_CLI_LOG_H
#define KDUEL_CLI_LOG_H

#include "lib/strvec.h"

void log__error(const char *fmt, ...) __printf(1, 2);
/* Log each message as an error, such as the mistakes in a plan. */
void log__errors(const struct strvec *messages);
void log__warn(const char *fmt, ...) __printf(1, 2);
void log__info(const char *fmt, ...) __printf(1, 2); /* silent with --quiet */
/* Show a status line in place of the previous one; only if standard error is a terminal. */
void log__progress(const char *fmt, ...) __printf(1, 2);
void log__progress_end(void); /* erase the status line, as any other message does */
void log__set_quiet(bool quiet); /* no log__info() and log__progress() from now on */

#endif
