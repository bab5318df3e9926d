/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - what all pages have around their content, and pieces that several share. */
#ifndef KDUEL_WEB_FRAME_H
#define KDUEL_WEB_FRAME_H

#include "reports/render/html.h"
#include "reports/web/link.h"
#include "reports/report/report.h"

struct frame {
	const char *title; /* of the page; plain text */
	const char *kicker; /* a short word above it: what kind of page this is; NULL: none */
	const char *here; /* the part of the site it belongs to: a label of the navigation */
	const char *about; /* one sentence under the title, or NULL */
	bool no_data; /* there is nothing to link to as JSON and the like */
};

void frame__begin(struct html *h, const struct page_request *req, const struct frame *f);
/* Close the page and write it out; `h` is empty afterwards. */
void frame__end(struct html *h, const struct page_request *req, FILE *out);

/* A region that scrolls by itself, also by keyboard, since charts and tables may be wider than the
 * screen. `label` is read out for it. Ends with "</div>". */
void piece__region_begin(struct html *h, const char *label);
/* A table in such a region, up to its body. `heads` ends in NULL; "#TEXT" is over numbers. */
void piece__table_begin(struct html *h, const char *label, const char *const *heads);
void piece__table_end(struct html *h);
/* <a href="URL">text</a>; frees `url`. */
void piece__link(struct html *h, char *url, const char *text);
/* A verdict with its mark; `v` VERDICT_NONE is written as the basis. */
void piece__verdict(struct html *h, enum verdict v, enum metric_basis basis);
/* "1 worse, 2 better, ..." as marks; nothing for what there is none of. */
void piece__counts(struct html *h, const unsigned int count[VERDICT_MAX]);
/* <time> in UTC. */
void piece__date(struct html *h, uint64_t ns);
/* A row of a list of facts: <dt> and <dd>. */
void piece__fact(struct html *h, const char *name, const char *fmt, ...) __printf(3, 4);
/* "measured", "exact", ... with what it means. */
void piece__basis(struct html *h, enum metric_basis basis);
/* One word on what a basis means for a figure. */
const char *basis__meaning(enum metric_basis basis);

#endif
