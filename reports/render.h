/* SPDX-License-Identifier: GPL-2.0-only */
/* render.h - one function per format; a renderer decides nothing and computes nothing. */
#ifndef KDUEL_RENDER_H
#define KDUEL_RENDER_H

#include "reports/report.h"

/* A table for a mail: no line is longer than 100 columns unless a name forces it. */
void render__text(const struct report *r, FILE *out);
/* One JSON object, "schema": 1; numbers that do not apply are null. */
void render__json(const struct report *r, FILE *out);

#endif
