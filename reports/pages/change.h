/* SPDX-License-Identifier: GPL-2.0-only */
/* change.h - level changes as a table, for every page that lists them. */
#ifndef KDUEL_PAGES_CHANGE_H
#define KDUEL_PAGES_CHANGE_H

#include "reports/history/changes.h"
#include "reports/web/frame.h"

/* The whole table, with one row per change. */
void changes__put(struct html *h, const struct page_request *req, const struct listed_change *list,
		  size_t n);
/* URL of the history that a stream belongs to; the caller frees. */
char *changes__history_url(const struct page_request *req, const struct history_stream *s);

#endif
