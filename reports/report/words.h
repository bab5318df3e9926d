/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - the words and numbers that all formats for people share. */
#ifndef KDUEL_REPORT_WORDS_H
#define KDUEL_REPORT_WORDS_H

#include "reports/report/view.h"
#include "reports/stats/changepoint.h"

/* "better (I)", "worse (R)", "no change", ..., "-". */
const char *words__verdict(enum verdict v);
/* The verdict of a row, with what its "no change" is within: "no change (< 2 %)". The caller frees. */
char *words__judged(const struct report_row *r);

/* Formatted numbers; the caller frees. NAN is "-". */
char *words__value(const struct judgement *j, double v, bool sign); /* in the metric's unit */
char *words__pct(const struct judgement *j); /* "+0.20", of a share "+98.3 points" */
char *words__change(const struct judgement *j); /* "+0.20 %", "+98.3 points" */
char *words__mde(const struct judgement *j); /* "0.61 %", "1.2 points" */
/* "+3.5 % as seen takes 12", boots a side. */
char *words__boots_seen(const struct judgement *j);
/* How far a level moved between two nights: "+5.2 %", "+98.3 points", "from 0". */
char *words__step(double share, const struct change *c);
char *words__drift(double share, double slope, size_t n); /* "drifts by +0.1 % a campaign ..." */
/* A spread or an effect that aa__size() made: "0.52" (%), of a share "0.31 pt", "-" for NAN. */
char *words__size(double share, double size);
char *words__noise(const struct report_row *r); /* "0.52 %", of a share "0.31 points", "-" */
char *words__ci(const struct judgement *j); /* "[+0.19,+0.21]", "deterministic" */
char *words__p(double p); /* "0.043", "<.001" */
/* The margin that a row was held against, the larger one of a metric with two; of a share in points. */
char *words__margin_used(const struct report_row *r);
char *words__margin(const struct metric *m); /* "64 kB", "1 point", "2 %, at least 10 events" */
char *words__date(uint64_t ns); /* "2026-11-21 06:08 UTC" */
/* "3 of 3 boots ok", "5 of 7 boots ok; failed: 1 panic, 1 agent-lost; 2 repeated". */
char *words__boots(const struct report_variant *v);
/* A copy in which control characters, which could end a line or drive a terminal, are '?'. */
char *words__clean(const char *s);
/* The first `kduel ...` of a text, a command to copy: where it begins, and its length without the two
 * back quotes around it. NULL: there is none. */
const char *words__command(const char *text, size_t *len);
/* WORKLOAD/METRIC, or METRIC alone when no other row of the block is called so. */
char *words__row(const struct report_block *b, const struct report_row *r);

/* Signs behind the name of a metric: "*" secondary, "~" multiplexed, both, or none. */
const char *words__marks(const struct report_row *r);
/* Of a row that is shown: is it judged, and so belongs into the table? */
bool words__in_table(const struct report_row *r);
/* "1 better, 0 worse, 3 no change" out of counts by verdict; only what is judged. */
char *words__counts(const unsigned int count[VERDICT_MAX]);

/* "0.61", "12", "340": two significant digits, never an exponent below a million. */
char *words__round(double v);
/* "1541", "52.5", "2.52": three significant digits, for values that nothing rests on. */
char *words__rough(double v);

/* Whether the boots of both sides overlap: "apart: the candidate's lowest boot, 190, is 90 % above the
 * baseline's highest, 100 op/s"; the caller frees. NULL: not known. */
char *words__ranges(const struct report_row *row);

#endif
