/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - head, navigation and foot of every page, and small pieces of HTML that pages share. */
#ifndef KDUEL_WEB_FRAME_H
#define KDUEL_WEB_FRAME_H

#include "reports/render/html.h"
#include "reports/web/link.h"
#include "reports/report/report.h"

struct frame {
	const char *title; /* of the page; plain text */
	const char *kicker; /* a line above the title: what kind of page this is; NULL: none */
	const char *here; /* label of the entry of the navigation to mark as current; "": none */
	const char *about; /* one sentence under the title, or NULL */
	bool refreshes; /* what it shows is going on: browsers ask again by themselves */
	bool no_data; /* no links to the page as JSON, CSV and Markdown */
};
#define FRAME(...) (&(const struct frame){ __VA_ARGS__ })

void frame__begin(struct html *h, const struct page_request *req, const struct frame *f);
/* Write the foot, then the whole page to `out`; `h` is empty afterwards. */
void frame__end(struct html *h, const struct page_request *req, FILE *out);

/* A region that scrolls by itself, also by keyboard, since charts and tables may be wider than the
 * screen. `label` is read out for it. Ends with "</div>". */
void piece__region_begin(struct html *h, const char *label);
/* The same for what has a time axis: it begins at the right end, with the newest. */
void piece__newest_begin(struct html *h, const char *label);
/* A table in such a region, up to its body. `heads` ends in NULL; "#TEXT" is over numbers. */
void piece__table_begin(struct html *h, const char *label, const char *const *heads);
/* The same, whose rows become cards on a phone: the header of the row, then its cells but those of class
 * "wide". */
void piece__cards_begin(struct html *h, const char *label, const char *const *heads);
void piece__table_end(struct html *h);
/* <a href="URL">text</a>; frees `url`. */
void piece__link(struct html *h, char *url, const char *text);
/* The beginning of a commit's id, a link where the request says to what. */
void piece__commit(struct html *h, const struct page_request *req, const char *commit);
/* A verdict with its mark; VERDICT_NONE is shown as the basis. */
void piece__verdict(struct html *h, const struct report_row *row);
/* "1 worse 2 better ..." with marks. Verdicts that nothing got are left out, but for "worse". */
void piece__counts(struct html *h, const unsigned int count[VERDICT_MAX]);
/* A sentence of kduel's, in which a command to copy is set as one. Escaped. */
void piece__prose(struct html *h, const char *text);
/* The finding in words of a report, a list of its lines. */
void piece__finding(struct html *h, const struct report *r);
/* <time> in UTC. */
void piece__date(struct html *h, uint64_t ns);
/* A row of a list of facts: <dt> and <dd>. The formatted text is escaped. */
void piece__fact(struct html *h, const char *name, const char *fmt, ...) __printf(3, 4);
/* "measured", "exact", ... with what it means. */
void piece__basis(struct html *h, enum metric_basis basis);
/* What a basis says about a number, in half a sentence. */
const char *basis__meaning(enum metric_basis basis);

#endif
