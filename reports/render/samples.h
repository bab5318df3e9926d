/* SPDX-License-Identifier: GPL-2.0-only */
/* samples.h - exports all samples of campaigns for other programs. */
#ifndef KDUEL_RENDER_SAMPLES_H
#define KDUEL_RENDER_SAMPLES_H

#include "reports/store/read.h"

/* Export campaigns by id ("latest", or the beginning of an id); all campaigns, oldest first, if n
 * is 0. CSV: a header and one sample per line. JSON: one object with campaigns, their variants,
 * boots and samples. Written while reading, so memory use does not grow with the database. 0, or
 * -errno with `err` set. */
int export_data__csv(struct store *st, const char *const *keys, size_t n, FILE *out,
		     struct err *err);
int export_data__json(struct store *st, const char *const *keys, size_t n, FILE *out,
		      struct err *err);

#endif
