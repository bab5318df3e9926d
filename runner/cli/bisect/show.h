/* SPDX-License-Identifier: GPL-2.0-only */
/* show.h - print a bisection: a table of the steps, and the result. */
#ifndef KDUEL_BISECT_SHOW_H
#define KDUEL_BISECT_SHOW_H

#include "runner/cli/bisect/journal.h"

#define BISECT_FORMATS "text|markdown|json"

/* "+1.02 % [+1.00,+1.04]", or "-" if it was not measured. The caller frees. */
char *bisect_show__change(const struct bisect_step *s);
/* Print it; `format` is an index in BISECT_FORMATS. */
void bisect_show__print(const struct bisect_journal *j, int format, FILE *out);

#endif
