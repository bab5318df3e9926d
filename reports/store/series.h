/* SPDX-License-Identifier: GPL-2.0-only */
/* series.h - series, which record what a metric declared when its samples were stored, and their
 * samples. */
#ifndef KDUEL_STORE_SERIES_H
#define KDUEL_STORE_SERIES_H

#include "reports/store/boot.h"

/* One metric of one workload, as defined by one version of its source. */
struct series {
	int64_t id;
	const char *workload, *source; /* owned, as are the strings of metric */
	unsigned int version;
	struct metric metric; /* as declared when its samples were stored, without the help */
	enum metric_basis basis;
};

/* The series that a variant has samples of, sorted by workload, source and metric name. */
int store__series(struct store *st, int64_t variant, struct series **list, size_t *n,
		  struct err *err);
/* All series of the database, sorted by workload, source, metric name and age. */
int store__all_series(struct store *st, struct series **list, size_t *n, struct err *err);
void series__free(struct series *list, size_t n);

/* One sample as read from the store. */
struct reading {
	int64_t series, boot;
	int iter;
	double value;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

/* The samples of one series in one variant, sorted by boot and iteration; the caller frees
 * *list. */
int store__readings(struct store *st, int64_t variant, int64_t series, struct reading **list,
		    size_t *n, struct err *err);

/* All samples of a variant, sorted by series, boot and iteration; the caller frees *list. */
int store__all_readings(struct store *st, int64_t variant, struct reading **list, size_t *n,
			struct err *err);

/* The samples of those series of a variant that emulation makes repeatable, sorted by series, boot
 * and iteration: counters and models, and with `all` also states and the fake target's values,
 * except times. The caller frees *list. */
int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err);
/* The part of such a list that belongs to one series; *count may be 0. */
const struct reading *reading__of_series(const struct reading *list, size_t n, int64_t series,
					 size_t *count);

/* Only for reports/store/: the columns of the table, all of which form its key. */
#define SERIES_NAMES                                                                   \
	"workload, source, version, metric, unit, is_primary, per_boot, margin_abs,"   \
	" margin_rel, resolution, describes, per, deterministic, event_floor, events," \
	" better, kind, basis"

/* The row id of a sample's series, which is added if it is new; for boot.c. 0 or -errno. */
int store_series__id(struct store *st, const struct store_sample *s, int64_t *id, struct err *err);

#endif
