/* SPDX-License-Identifier: GPL-2.0-only */
/* context.h - what was compared with what, and where to go from there: for pages that are linked to. */
#ifndef KDUEL_PAGES_CONTEXT_H
#define KDUEL_PAGES_CONTEXT_H

#include "reports/web/frame.h"

/* ID.NAME of a variant, as /compare takes it; the caller frees. */
char *context__side(const struct report_variant *v);
/* Both sides of a comparison with kernel, commit, campaign and date, then plan and machine, then links:
 * to the campaigns, to the comparison and, of a row (else NULL), to the history of its series. */
int context__put(struct store *st, struct html *h, const struct page_request *req,
		 const struct report *r, const struct report_block *b, const struct report_row *row,
		 struct err *err);
/* The links alone. */
int context__links(struct store *st, struct html *h, const struct page_request *req,
		   const struct report *r, const struct report_block *b,
		   const struct report_row *row, struct err *err);
/* Where boots of a candidate fail: links to the console of the first, and to the boots. */
void context__failed(struct html *h, const struct page_request *req, const struct report *r);
/* The commit of a campaign as its tags have it, with subject and branch; nothing without any. */
int context__commit(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign *c, struct err *err);
/* URL of the history of exactly the series that the candidate's values of a row belong to; the caller
 * frees. */
char *context__series(const struct page_request *req, const char *key, const char *plan,
		      const char *machine, const char *variant);

#endif
