/* SPDX-License-Identifier: GPL-2.0-only */
/* kept.h - what pages leave for those that come after them. Safe for threads. */
#ifndef KDUEL_WEB_KEPT_H
#define KDUEL_WEB_KEPT_H

#include "reports/history/cache.h"
#include "reports/report/cache.h"

struct page_kept {
	struct history_kept histories;
	struct report_kept reports;
};

static inline void page_kept__init(struct page_kept *k)
{
	history_kept__init(&k->histories);
	report_kept__init(&k->reports);
}

static inline void page_kept__release(struct page_kept *k)
{
	history_kept__release(&k->histories);
	report_kept__release(&k->reports);
}

#endif
