/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * values.h - one value per boot and series: the median of its counted samples, kept when a
 * boot is stored. A history reads one of these where it would read hundreds of samples.
 */
#ifndef KDUEL_STORE_VALUES_H
#define KDUEL_STORE_VALUES_H

#include "reports/stats/spread.h"
#include "reports/store/read.h"

struct boot_value {
	int64_t variant, boot;
	double median; /* of counted samples: neither warm-up nor tainted; 0 if there is none */
	unsigned int n; /* how many they are */
};

/* The values of a series by variant and boot; the caller frees *list. */
int store__values(struct store *st, int64_t series, struct boot_value **list, size_t *n,
		  struct err *err);

/* The same of one variant. */
int store__values_of(struct store *st, int64_t series, int64_t variant, struct boot_value **list,
		     size_t *n, struct err *err);

/* What a comparison needs of one boot and series. */
struct boot_stat {
	int64_t series, boot;
	double median; /* as in struct boot_value */
	struct spread spread; /* of the same samples */
	unsigned int n_warmup, n_tainted; /* samples that do not count; warm-up first */
	unsigned int n_multiplexed; /* as in struct summary, of this boot */
	double least_ran;
};

/* All of a variant by series and boot; the caller frees *list. */
int store__boot_stats(struct store *st, int64_t variant, struct boot_stat **list, size_t *n,
		      struct err *err);

/* A variant and what history needs of its campaign. */
struct value_side {
	int64_t variant;
	int64_t campaign;
	const char *name; /* of the variant; owned, as the three below */
	const char *uuid, *plan, *host; /* of the campaign; plan: its name */
	uint64_t created_ns;
};

/* All variants by number. */
int store__sides(struct store *st, struct value_side **list, size_t *n, struct err *err);
/* Those of a campaign, by its number. */
int store__sides_of(struct store *st, int64_t campaign, struct value_side **list, size_t *n,
		    struct err *err);
void value_side__free(struct value_side *list, size_t n);

/* A boot that ended well and repeats no other (campaign_boot.repeat). */
struct value_boot {
	int64_t id, variant;
	unsigned int slot;
	const char *uuid, *running; /* owned; running: as in struct campaign_boot */
};

/* All boots that count, by number. */
int store__counting_boots(struct store *st, struct value_boot **list, size_t *n, struct err *err);
void value_boot__free(struct value_boot *list, size_t n);

#endif
