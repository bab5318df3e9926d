/* SPDX-License-Identifier: GPL-2.0-only */
/* show.h - a bisection for people and programs: the table of every step, and what was found. */
#ifndef KDUEL_BISECT_SHOW_H
#define KDUEL_BISECT_SHOW_H

#include "runner/cli/bisect/journal.h"

#define BISECT_FORMATS "text|markdown|json"

/* "+1.02 % [+1.00,+1.04]", "-" when it was not measured. The caller frees. */
char *bisect_show__change(const struct bisect_step *s);
/* Write it; `format` is an index in BISECT_FORMATS. */
void bisect_show__print(const struct bisect_journal *j, int format, FILE *out);

#endif
