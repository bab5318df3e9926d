/* SPDX-License-Identifier: GPL-2.0-only */
/* samples.h - every sample of campaigns, for other programs. */
#ifndef KDUEL_RENDER_SAMPLES_H
#define KDUEL_RENDER_SAMPLES_H

#include "reports/store/read.h"

/* Campaigns by id ("latest", beginnings of ids); none: all, oldest first. One sample a row, with a
 * header; or one object with campaigns, their boots and their series with samples. Written as it
 * is read: a large database takes no large memory. 0 or -errno with `err`. */
int export_data__csv(struct store *st, const char *const *keys, size_t n, FILE *out,
		     struct err *err);
int export_data__json(struct store *st, const char *const *keys, size_t n, FILE *out,
		      struct err *err);

#endif
