/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - head, navigation and footer of every page, and HTML snippets that pages share. */
#ifndef KDUEL_WEB_FRAME_H
#define KDUEL_WEB_FRAME_H

#include "reports/render/html.h"
#include "reports/web/link.h"
#include "reports/report/report.h"

struct frame {
	const char *title; /* of the page; plain text */
	const char *kicker; /* a line above the title that tells the kind of page; NULL: none */
	const char *here; /* label of the navigation entry to mark as current; "": none */
	const char *about; /* one sentence under the title, or NULL */
	bool refreshes; /* shows something in progress: browsers reload it periodically */
	bool no_data; /* do not link to the page's data (JSON, CSV, Markdown) */
};
#define FRAME(...) (&(const struct frame){ __VA_ARGS__ })

/* Write head and navigation, up to the beginning of the content. */
void frame__begin(struct html *h, const struct page_request *req, const struct frame *f);
/* Write the footer, then the whole page to `out`; `h` is empty afterwards. */
void frame__end(struct html *h, const struct page_request *req, FILE *out);

/* Begin a region that scrolls on its own, also by keyboard, for charts and tables that may be wider
 * than the screen. `label` is for screen readers. End it with "</div>". */
void piece__region_begin(struct html *h, const char *label);
/* Likewise for content with a time axis: initially scrolled to the right end, to the newest. */
void piece__newest_begin(struct html *h, const char *label);
/* Begin a table in such a region, up to its body. `heads` is NULL-terminated; "#TEXT" heads a
 * column of numbers. */
void piece__table_begin(struct html *h, const char *label, const char *const *heads);
/* Likewise, but rows become cards on a phone: the row's header, then its cells except those of
 * class "wide". */
void piece__cards_begin(struct html *h, const char *label, const char *const *heads);
void piece__table_end(struct html *h);
/* <a href="URL">text</a>; frees `url`. */
void piece__link(struct html *h, char *url, const char *text);
/* The abbreviated ID of a commit, linked if the request has a URL for commits. */
void piece__commit(struct html *h, const struct page_request *req, const char *commit);
/* A verdict with its mark; VERDICT_NONE is shown as the basis. */
void piece__verdict(struct html *h, const struct report_row *row);
/* "1 worse 2 better ..." with marks. Verdicts without rows are left out, except "worse". */
void piece__counts(struct html *h, const unsigned int count[VERDICT_MAX]);
/* A sentence written by kduel, escaped, with commands in it set as code. */
void piece__prose(struct html *h, const char *text);
/* The finding of a report as a list of lines. */
void piece__finding(struct html *h, const struct report *r);
/* <time> in UTC. */
void piece__date(struct html *h, uint64_t ns);
/* An entry of a list of facts: <dt> and <dd>. The formatted text is escaped. */
void piece__fact(struct html *h, const char *name, const char *fmt, ...) __printf(3, 4);
/* "measured", "exact", ... with its meaning as a tooltip. */
void piece__basis(struct html *h, enum metric_basis basis);
/* What a basis means for a number, as half a sentence. */
const char *basis__meaning(enum metric_basis basis);

#endif
