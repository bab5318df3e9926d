/* SPDX-License-Identifier: GPL-2.0-only */
/* context.h - describes what was compared with what, for pages that are linked to from
 * elsewhere. */
#ifndef KDUEL_PAGES_CONTEXT_H
#define KDUEL_PAGES_CONTEXT_H

#include "reports/web/frame.h"

/* ID.NAME of a variant, as used in the URL of /compare; the caller frees. */
char *context__side(const struct report_variant *v);
/* Both sides of a comparison with kernel, commit, campaign and date, then plan and machine, then
 * the links of context__links(). `row` may be NULL. */
int context__put(struct store *st, struct html *h, const struct page_request *req,
		 const struct report *r, const struct report_block *b, const struct report_row *row,
		 struct err *err);
/* Links to the comparison and, unless `row` is NULL, to the history of its series and related
 * pages. 0 or -errno. */
int context__links(struct store *st, struct html *h, const struct page_request *req,
		   const struct report *r, const struct report_block *b,
		   const struct report_row *row, struct err *err);
/* If boots of a candidate fail: links to the boots, and to the console of the first of them. */
void context__failed(struct html *h, const struct page_request *req, const struct report *r);
/* The commit of a campaign from its tags, with subject and branch; nothing if there is none. */
int context__commit(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign *c, struct err *err);
/* URL of the history of exactly one series: a metric (link__metric()) of a variant of a plan on a
 * machine; the caller frees. */
char *context__series(const struct page_request *req, const char *key, const char *plan,
		      const char *machine, const char *variant);

#endif
