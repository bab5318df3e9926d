/* SPDX-License-Identifier: GPL-2.0-only */
/* pool.h - what a report says of campaigns that are pooled, and of sessions on one boot. */
#ifndef KDUEL_REPORT_POOL_H
#define KDUEL_REPORT_POOL_H

#include "reports/report/report.h"

/* Add to the cautions: sessions that count as one boot, too few boots and what to do about it,
 * boots that both sides share, campaigns that are not interleaved or differ. */
void report__tell_pool(struct report *r);
/* Of a campaign that compares nothing: how many boots its sessions on running systems are, and what
 * it takes to compare them; the caller frees. NULL: its boots are no sessions. */
char *report__tell_lone(const struct campaign *c);

#endif
