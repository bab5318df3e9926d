/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * values.h - per boot and series, the median of the counted samples and other statistics, computed
 * when the boot is stored: histories and comparisons need not read the hundreds of samples behind
 * each.
 */
#ifndef KDUEL_STORE_VALUES_H
#define KDUEL_STORE_VALUES_H

#include "reports/stats/spread.h"
#include "reports/store/read.h"

struct boot_value {
	int64_t variant, boot;
	/* Of the counted samples, neither warm-up nor tainted; 0 if there are none. */
	double median;
	unsigned int n; /* number of counted samples */
};

/* The values of a series, sorted by variant and boot; the caller frees *list. */
int store__values(struct store *st, int64_t series, struct boot_value **list, size_t *n,
		  struct err *err);

/* Likewise for one variant. */
int store__values_of(struct store *st, int64_t series, int64_t variant, struct boot_value **list,
		     size_t *n, struct err *err);

/* What a comparison needs about one boot and series. */
struct boot_stat {
	int64_t series, boot;
	double median; /* as in struct boot_value */
	struct spread spread; /* of the same samples */
	/* Samples not counted; one that is both counts as warm-up. */
	unsigned int n_warmup, n_tainted;
	unsigned int n_multiplexed; /* as in struct summary, for this boot */
	double least_ran;
};

/* All statistics of a variant, sorted by series and boot; the caller frees *list. */
int store__boot_stats(struct store *st, int64_t variant, struct boot_stat **list, size_t *n,
		      struct err *err);

/* A variant, with what histories need of its campaign. */
struct value_side {
	int64_t variant;
	int64_t campaign;
	const char *name; /* of the variant; owned, as are the three below */
	const char *uuid, *plan, *host; /* of the campaign; plan: its name */
	uint64_t created_ns;
};

/* All variants, ordered by id. */
int store__sides(struct store *st, struct value_side **list, size_t *n, struct err *err);
/* Those of a campaign, given by its id. */
int store__sides_of(struct store *st, int64_t campaign, struct value_side **list, size_t *n,
		    struct err *err);
void value_side__free(struct value_side *list, size_t n);

/* A good boot that is not a repeat (campaign_boot.repeat). */
struct value_boot {
	int64_t id, variant;
	unsigned int slot;
	const char *uuid, *running; /* owned; running: as in struct campaign_boot */
};

/* All such boots, ordered by id. */
int store__counting_boots(struct store *st, struct value_boot **list, size_t *n, struct err *err);
void value_boot__free(struct value_boot *list, size_t n);

#endif
