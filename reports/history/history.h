/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - how metrics went from campaign to campaign, and when their level changed.
 *
 * A stream is one metric of one variant of one plan on one machine, in one unit and basis: only
 * such values are comparable over time. Its points are campaigns, ordered by their tag "date" if
 * they have one, else by when they were run; those that ran on one boot of a running system are one
 * point, the first. Streams whose basis allows no verdict have points
 * but no changes. docs/HISTORY.md is the manual.
 */
#ifndef KDUEL_HISTORY_HISTORY_H
#define KDUEL_HISTORY_HISTORY_H

#include "lib/names.h"
#include "reports/stats/changepoint.h"
#include "reports/stats/verdict.h"
#include "reports/store/history.h"

#include <stdatomic.h>

struct history_filter { /* each NULL: all */
	const char *metric; /* "time", or "hackbench/time" */
	const char *workload, *source, *variant, *plan;
	const char *machine; /* as tag__is_machine() has it */
	/* Values are ratios to this variant of the same campaign: what both share is gone. */
	const char *reference;
	const char *campaign; /* UUID: its plan on its machine, in place of the two above */
	/* Chooses nothing: set meanwhile, by another thread, it ends what is being built with
	 * -ECANCELED. NULL: nothing does. */
	const atomic_bool *stop;
};

struct history_point {
	const char *campaign; /* UUID; of the texts, as the next two */
	const char *commit, *branch; /* tags, "" if there are none */
	uint64_t date_ns, created_ns;
	double value, lo, hi; /* geometric mean over boots (linear: mean) and its 95 % limits */
	unsigned int n; /* boots */
	unsigned int version; /* of the source */
	/* The only boot is one of a running system (campaign_boot.running), of which there were so
	 * many sessions, also in later campaigns; owned. NULL: it is not. */
	char *running;
	size_t sessions;
	char *restart; /* owned: why a new baseline begins here; NULL: it does not */
};

enum change_state {
	CHANGE_PROVISIONAL, /* found; an A/B has yet to say that it is real */
	CHANGE_CONFIRMED,
	CHANGE_DISMISSED,
	CHANGE_EXPECTED, /* declared: a new baseline, no alarm */
	CHANGE_FIXED, /* what made it was mended */
	CHANGE_RESTART, /* another version of the source: a new baseline, nothing to compare */
	CHANGE_STATES,
};

#define CHANGE_ID_LEN 11

struct history_change {
	struct change c; /* indices into the points */
	char id[CHANGE_ID_LEN]; /* of stream and first campaign of the new level */
	enum change_state state;
	bool worse; /* in the metric's direction */
	struct effect size; /* of a share in points, else as c.pct */
	/* That are about it, oldest first. The array is owned, its strings are of the texts. */
	struct change_note *notes;
	size_t n_notes;
	const char *assignee, *bug; /* of the texts: the newest word on each; "" if there is none */
};

struct history_stream {
	atomic_uint *refs; /* of all below: histories of later states share a stream; owned */
	/* Plan, machine, variant, workload, source, metric, unit, basis; by tabs. Of the texts, as all up to
	 * unit. */
	const char *key;
	const char *plan, *machine, *variant, *workload, *source;
	const char *name, *unit; /* what metric.name and metric.unit point to */
	struct metric metric; /* as the newest point defines it */
	/* metric__points(): values are shares, which change by points. 0: they are not, or are ratios
	 * to a reference. */
	double share;
	enum metric_basis basis;
	struct history_point *points;
	size_t n_points;
	struct history_change *changes; /* by the first point of the new level */
	size_t n_changes;
	size_t n_orphans; /* notes about changes that are no longer found */
	/* Theil-Sen slope over the points since the last change, at most 90: % of their median a
	 * campaign, of a share points; NAN with too few. A slow drift is no change of level: `drifts`
	 * says whether the slope is more than chance and margin. */
	double slope;
	size_t n_slope; /* points it was taken over */
	bool drifts;
};

/* qsort() gets structures: an array of plain pointers to const streams cannot be passed without a cast that
 * drops the const. */
struct listed_stream {
	const struct history_stream *s;
};

/* Texts that many points, changes and sides have in common; a later history of the same database adds to
 * them. */
struct history_texts {
	atomic_uint refs;
	struct names names;
};

/* A variant of a campaign, and what its points were made from. */
struct history_side {
	int64_t variant;
	const char *kind; /* plan, machine and variant, by tabs; of the texts */
	uint64_t hash; /* of what its points depend on */
};

struct history_campaign {
	const char *uuid, *plan, *machine; /* of the texts */
};

struct history {
	struct history_stream *streams; /* by key */
	size_t n_streams;
	struct change_note *notes; /* all there are; their strings are of the texts */
	size_t n_notes;
	size_t n_orphans; /* of all streams */
	size_t n_empty; /* points left out because no boot counts; 0 in a part of another */
	/* Not in a part of another: */
	struct history_texts *texts;
	struct history_side *sides; /* by variant; owned, as the two below */
	size_t n_sides;
	struct history_campaign *campaigns; /* by UUID */
	size_t n_campaigns;
	struct history_index *index;
	struct history *of; /* owns what the streams point to, and the notes; NULL: this does */
	atomic_uint refs;
};

/* An empty one, with one owner. */
struct history *history__new(void);
/* The copy of a text that lives as long as the texts, which outlive every stream. */
const char *history_texts__add(struct history_texts *texts, const char *text);
/* Another owner of what a stream is made of. */
struct history_stream history_stream__ref(const struct history_stream *s);
/* Free what a point owns. */
void history_point__release(struct history_point *p);
/* Another owner: each calls history__free(). */
struct history *history__ref(struct history *h);
void history__free(struct history *h);
CLEANUP_POINTER(struct history, history__free)

/* The change whose id begins with `id`: -ENOENT, or -EINVAL when several do. */
int history__find(const struct history *h, const char *id, const struct history_stream **stream,
		  const struct history_change **change, struct err *err);

#endif
