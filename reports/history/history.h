/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - metrics over time, and when their level changed.
 *
 * A stream is one metric of one variant of one plan on one machine, in one unit and basis: only
 * such values are comparable over time. Each of its points is a campaign, sorted by the tag "date"
 * or, without one, by the time it was run. Campaigns on the same boot of a running system form one
 * point, the first. Streams whose basis allows no verdict have points but no changes.
 * docs/HISTORY.md is the manual.
 */
#ifndef KDUEL_HISTORY_HISTORY_H
#define KDUEL_HISTORY_HISTORY_H

#include "lib/names.h"
#include "reports/stats/changepoint.h"
#include "reports/stats/verdict.h"
#include "reports/store/history.h"

#include <stdatomic.h>

struct history_filter { /* NULL members match everything */
	const char *metric; /* "time", or "hackbench/time" */
	const char *workload, *source, *variant, *plan;
	const char *machine; /* matched by tag__is_machine() */
	/* Make values ratios to this variant of the same campaign, which cancels what both
	 * share. */
	const char *reference;
	const char *campaign; /* UUID of a campaign; replaces plan and machine by its own */
	/* Not a filter: if another thread sets this, a running build ends with -ECANCELED. May be
	 * NULL. */
	const atomic_bool *stop;
};

struct history_point {
	const char *campaign; /* UUID; owned by history.texts, like the next two */
	const char *commit, *branch; /* tags; "" if not set */
	uint64_t date_ns, created_ns;
	/* Geometric mean over boots (mean if a value is <= 0) and its 95 % limits. */
	double value, lo, hi;
	unsigned int n; /* boots */
	unsigned int version; /* version of the source */
	/* If the point is a single boot of a running system: its id (campaign_boot.running; owned),
	 * and the number of sessions on it, including those of later campaigns. Otherwise NULL. */
	char *running;
	size_t sessions;
	char *restart; /* owned: why a new baseline begins here; NULL: none does */
};

enum change_state {
	CHANGE_PROVISIONAL, /* found, not yet confirmed by an A/B run */
	CHANGE_CONFIRMED,
	CHANGE_DISMISSED,
	CHANGE_EXPECTED, /* declared: a new baseline, not an alarm */
	CHANGE_FIXED, /* the cause was fixed */
	CHANGE_RESTART, /* new version of the source: a new baseline, nothing to compare */
	CHANGE_STATES,
};

#define CHANGE_ID_LEN 11

struct history_change {
	struct change c; /* indices into the points */
	char id[CHANGE_ID_LEN]; /* hash of the stream and the first campaign at the new level */
	enum change_state state;
	bool worse; /* according to metric.better */
	struct effect size; /* in points for a share, otherwise c.pct */
	/* Notes about the change, oldest first. The array is owned, its strings belong to
	 * history.texts. */
	struct change_note *notes;
	size_t n_notes;
	const char *assignee, *bug; /* current values, owned by history.texts; "": none */
};

struct history_stream {
	atomic_uint *refs; /* owned; counts the histories that share the members below */
	/* Plan, machine, variant, workload, source, metric, unit and basis, tab-separated. Strings
	 * up to `unit` belong to history.texts. */
	const char *key;
	const char *plan, *machine, *variant, *workload, *source;
	const char *name, *unit; /* metric.name and metric.unit point to these */
	struct metric metric; /* as defined by the newest point */
	/* metric__points(): > 0 if values are shares, which change by points; 0 for other values
	 * and for ratios to a reference. */
	double share;
	enum metric_basis basis;
	struct history_point *points;
	size_t n_points;
	struct history_change *changes; /* sorted by the first point of the new level */
	size_t n_changes;
	size_t n_orphans; /* notes whose change is no longer found */
	/* Theil-Sen slope over the points since the last change, at most 90, per campaign: in % of
	 * the median, or in points for a share; NAN with too few points. A slow drift is not a
	 * change of level; `drifts`: the slope is significant and exceeds the margin. */
	double slope;
	size_t n_slope; /* points over which the slope was computed */
	bool drifts;
};

/* A struct, because passing an array of pointers to const to qsort() needs a cast that drops the
 * const. */
struct listed_stream {
	const struct history_stream *s;
};

/* Strings shared by points, changes and sides. Later histories of the same database add to them. */
struct history_texts {
	atomic_uint refs;
	struct names names;
};

/* A variant of a campaign, used to detect whether its points have to be rebuilt. */
struct history_side {
	int64_t variant;
	const char *kind; /* plan, machine and variant, tab-separated; owned by history.texts */
	uint64_t hash; /* hash of everything its points depend on */
};

struct history_campaign {
	const char *uuid, *plan, *machine; /* owned by history.texts */
};

struct history {
	struct history_stream *streams; /* sorted by key */
	size_t n_streams;
	struct change_note *notes; /* all notes; strings belong to `texts` */
	size_t n_notes;
	size_t n_orphans; /* sum over all streams */
	size_t n_empty; /* points left out because no boot counts; 0 in a part of a history */
	/* Only in a complete history: */
	struct history_texts *texts;
	struct history_side *sides; /* sorted by variant; owned, like the next two */
	size_t n_sides;
	struct history_campaign *campaigns; /* sorted by UUID */
	size_t n_campaigns;
	struct history_index *index;
	/* Set in a part of a history: the one that owns the data of the streams and the notes. */
	struct history *of;
	atomic_uint refs;
};

/* An empty history with one reference. */
struct history *history__new(void);
/* The shared copy of a string; valid as long as `texts`, which outlives all streams. */
const char *history_texts__add(struct history_texts *texts, const char *text);
/* A copy of a stream with another reference to its data. */
struct history_stream history_stream__ref(const struct history_stream *s);
/* Free the members of a point. */
void history_point__release(struct history_point *p);
/* Take a reference; drop it with history__free(). */
struct history *history__ref(struct history *h);
void history__free(struct history *h);
CLEANUP_POINTER(struct history, history__free)

/* Find the change whose id starts with `id`. -ENOENT: none; -EINVAL: several. */
int history__find(const struct history *h, const char *id, const struct history_stream **stream,
		  const struct history_change **change, struct err *err);

#endif
