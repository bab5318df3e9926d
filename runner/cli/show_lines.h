/* SPDX-License-Identifier: GPL-2.0-only */
/* show_lines.h - how `kduel show` writes a campaign, a boot and its facts to standard output. */
#ifndef KDUEL_CLI_SHOW_LINES_H
#define KDUEL_CLI_SHOW_LINES_H

#include "reports/store/read.h"

/* Variants and all boots in the order of the schedule. */
void show__campaign(const struct campaign *c, bool json);
/* One boot with its facts. 0 or -errno. */
int show__boot(struct store *st, const struct campaign *c, const struct campaign_boot *b, bool json,
	       struct err *err);
/* The facts of a boot alone. 0 or -errno. */
int show__facts(struct store *st, const struct campaign_boot *b, bool json, struct err *err);

#endif
