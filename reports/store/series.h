/* SPDX-License-Identifier: GPL-2.0-only */
/* series.h - series and their samples: what a metric declared when its samples were stored. */
#ifndef KDUEL_STORE_SERIES_H
#define KDUEL_STORE_SERIES_H

#include "reports/store/boot.h"

/* One metric of one workload as one version of its source defines it. */
struct series {
	int64_t id;
	const char *workload, *source; /* owned, as name, unit and per of the metric */
	unsigned int version;
	struct metric metric; /* as declared when its samples were stored, but for the help */
	enum metric_basis basis;
};

/* The series that a variant has samples of, by workload, source and metric name. */
int store__series(struct store *st, int64_t variant, struct series **list, size_t *n,
		  struct err *err);
/* All series of the database by workload, source, metric name and age. */
int store__all_series(struct store *st, struct series **list, size_t *n, struct err *err);
void series__free(struct series *list, size_t n);

struct reading {
	int64_t series, boot;
	int iter;
	double value;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

/* Samples of one series of one variant, by boot and iteration; the caller frees *list. */
int store__readings(struct store *st, int64_t variant, int64_t series, struct reading **list,
		    size_t *n, struct err *err);

/* All samples of a variant, by series, boot and iteration; the caller frees *list. */
int store__all_readings(struct store *st, int64_t variant, struct reading **list, size_t *n,
			struct err *err);

/* Readings of those series of a variant that emulation makes repeatable, by series, boot and
 * iteration: its counters, and with `all` also states and the numbers of the fake target, times
 * excepted. The caller frees *list. */
int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err);
/* Those of one series out of such a list; *count may be 0. */
const struct reading *reading__of_series(const struct reading *list, size_t n, int64_t series,
					 size_t *count);

/* For reports/store/ alone: the columns of the table, all of which are its key. */
#define SERIES_NAMES                                                                   \
	"workload, source, version, metric, unit, is_primary, per_boot, margin_abs,"   \
	" margin_rel, resolution, describes, per, deterministic, event_floor, events," \
	" better, kind, basis"

/* The row of a sample's series, which is added when it is new; for boot.c. 0 or -errno. */
int store_series__id(struct store *st, const struct store_sample *s, int64_t *id, struct err *err);

#endif
