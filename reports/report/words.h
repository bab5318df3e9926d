/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words.h - words and numbers shared by all output formats for people.
 *
 * Functions that return char * allocate: the caller frees.
 */
#ifndef KDUEL_REPORT_WORDS_H
#define KDUEL_REPORT_WORDS_H

#include "reports/report/view.h"
#include "reports/stats/changepoint.h"

/* "better (I)", "worse (R)", "no change", ..., "-". */
const char *words__verdict(enum verdict v);
/* The verdict of a row; "no change" with its bound: "no change (< 2 %)". */
char *words__judged(const struct report_row *r);

/* Formatted numbers; NAN is "-". A share (in per cent or a fraction) changes by points. */
char *words__value(const struct judgement *j, double v, bool sign); /* in the metric's unit */
char *words__pct(const struct judgement *j); /* "+0.20" in %, a share: "+98.3 points" */
char *words__change(const struct judgement *j); /* "+0.20 %", "+98.3 points" */
char *words__mde(const struct judgement *j); /* "0.61 %", "1.2 points" */
/* Boots a side to find a change as large as the observed one: "+3.5 % as seen takes 12". */
char *words__boots_seen(const struct judgement *j);
/* Size of a step in a history: "+5.2 %", "+98.3 points", "from 0". `share`: metric__points(). */
char *words__step(double share, const struct change *c);
char *words__drift(double share, double slope, size_t n); /* "drifts by +0.1 % a campaign ..." */
/* A spread or effect from aa__size(): "0.52" (%), "0.31 pt" if it is a share; "-" for NAN. */
char *words__size(double share, double size);
char *words__noise(const struct report_row *r); /* "0.52 %", "0.31 points", "-" */
char *words__ci(const struct judgement *j); /* "[+0.19,+0.21]", "deterministic" */
char *words__p(double p); /* "0.043", "<.001" */
/* The margin that a row was tested against: the larger one of a metric with two; in points for a
 * share. */
char *words__margin_used(const struct report_row *r);
char *words__margin(const struct metric *m); /* "64 kB", "1 point", "2 %, at least 10 events" */
char *words__date(uint64_t ns); /* "2026-11-21 06:08 UTC" */
/* "3 of 3 boots ok", "5 of 7 boots ok; failed: 1 panic, 1 agent-lost; 2 repeated". */
char *words__boots(const struct report_variant *v);
/* A copy with control characters, which could break a line or control a terminal, replaced by
 * '?'. */
char *words__clean(const char *s);
/* A copy with a blank for each newline or tab: a parameter may be a script. */
char *words__one_line(const char *s);
/* The first command in back quotes, `kduel ...`, in a text. Points into the text, after the opening
 * quote; *len is the length without quotes. NULL: none. */
const char *words__command(const char *text, size_t *len);
/* METRIC, or WORKLOAD/METRIC or WORKLOAD(SOURCE)/METRIC if another row of the block has the same
 * metric. */
char *words__row(const struct report_block *b, const struct report_row *r);

/* Marks after the name of a metric: "*" secondary, "~" multiplexed, both, or "". */
const char *words__marks(const struct report_row *r);
/* Does a row belong in the table? Only rows with a verdict do. */
bool words__in_table(const struct report_row *r);
/* "1 better, 0 worse, 3 no change", from counts by verdict; unjudged rows are left out. */
char *words__counts(const unsigned int count[VERDICT_MAX]);

/* "0.61", "12", "340": two significant digits, but whole numbers from 100 on; no exponent below a
 * million. */
char *words__round(double v);
/* "1541", "52.5", "2.52": three significant digits, but whole numbers from 100 on. */
char *words__rough(double v);

/* Whether the boots of both sides overlap: "apart: baseline 90 to 100, candidate 190 to 200 op/s;
 * the candidate's lowest boot is 90 % above the baseline's highest". NULL: unknown. */
char *words__ranges(const struct report_row *row);

#endif
