/* SPDX-License-Identifier: GPL-2.0-only */
/* pool.h - cautions about pooled campaigns, and about sessions that share a boot. */
#ifndef KDUEL_REPORT_POOL_H
#define KDUEL_REPORT_POOL_H

#include "reports/report/report.h"

/* Append to r->cautions: sessions that count as one boot, too few boots and what to do about it,
 * boots shared by both sides, campaigns that were not interleaved or that differ. */
void report__tell_pool(struct report *r);
/* For a campaign that declares no comparison: how many boots its sessions on running systems amount
 * to, and what it takes to compare them. The caller frees. NULL: its boots are not sessions. */
char *report__tell_lone(const struct campaign *c);

#endif
