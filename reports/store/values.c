// SPDX-License-Identifier: GPL-2.0-only
/* values.c - rows of boot_stat, by series for histories and by variant for comparisons. */
#include "reports/store/values.h"
#include "reports/store/db.h"

static const struct row_type value_row = ROW_TYPE(struct boot_value, (variant, boot, median, n),
						  .n_key = 2);

/* Covered by the index boot_stat_series, in this column order: the table itself is not read. */
#define VALUES "SELECT variant, boot, median, n FROM boot_stat WHERE series = ?"

int store__values(struct store *st, int64_t series, struct boot_value **list, size_t *n,
		  struct err *err)
{
	return store_db__rows(st, VALUES " ORDER BY variant, boot", ARGS(series), &value_row, list,
			      n, err);
}

int store__values_of(struct store *st, int64_t series, int64_t variant, struct boot_value **list,
		     size_t *n, struct err *err)
{
	return store_db__rows(st, VALUES " AND variant = ? ORDER BY boot", ARGS(series, variant),
			      &value_row, list, n, err);
}

static const struct row_type stat_row =
	ROW_TYPE(struct boot_stat,
		 (series, boot, median, spread.n, n_warmup, n_tainted, spread.low, spread.mean,
		  spread.var, spread.log_mean, spread.log_var, n_multiplexed, least_ran),
		 .n_key = 2);

/* One range of boot_stat in primary key order: no sorting needed. */
int store__boot_stats(struct store *st, int64_t variant, struct boot_stat **list, size_t *n,
		      struct err *err)
{
	return store_db__rows(st,
			      "SELECT series, boot, median, n, warmup, tainted, low, mean,"
			      " var, log_mean, log_var, multiplexed, least_ran FROM boot_stat"
			      " WHERE variant = ?"
			      " ORDER BY series, boot",
			      ARGS(variant), &stat_row, list, n, err);
}

static const struct row_type side_row =
	ROW_TYPE(struct value_side, (variant, campaign, name, uuid, plan, host, created_ns),
		 .n_key = 1);

#define SIDES                                                             \
	"SELECT v.id, c.id, v.name, c.uuid, c.name, c.host, c.created_ns" \
	" FROM variant v JOIN campaign c ON c.id = v.campaign"

int store__sides(struct store *st, struct value_side **list, size_t *n, struct err *err)
{
	return store_db__rows(st, SIDES " ORDER BY v.id", NULL, &side_row, list, n, err);
}

int store__sides_of(struct store *st, int64_t campaign, struct value_side **list, size_t *n,
		    struct err *err)
{
	return store_db__rows(st, SIDES " WHERE v.campaign = ? ORDER BY v.id", ARGS(campaign),
			      &side_row, list, n, err);
}

void value_side__free(struct value_side *list, size_t n)
{
	row_type__free(&side_row, list, n);
}

static const struct row_type value_boot_row =
	ROW_TYPE(struct value_boot, (id, variant, slot, uuid, running), .n_key = 1);

/* As campaign_boot.repeat: not a repeat whose slot to repeat has a good earlier boot of the same
 * variant. */
#define COUNTING_BOOTS                                                                    \
	"SELECT id, variant, slot, uuid, " STORE_RUNNING " FROM boot WHERE status = 'ok'" \
	" AND NOT EXISTS (SELECT 1 FROM fact f"                                           \
	" JOIN boot o ON o.campaign = boot.campaign"                                      \
	" AND o.slot = CAST(f.value AS INTEGER) - 1"                                      \
	" AND o.variant = boot.variant AND o.status = 'ok'"                               \
	" AND o.slot < boot.slot"                                                         \
	" WHERE f.boot = boot.id AND f.key = '" FACT_REPEAT_OF "') ORDER BY id"

int store__counting_boots(struct store *st, struct value_boot **list, size_t *n, struct err *err)
{
	return store_db__rows(st, COUNTING_BOOTS, NULL, &value_boot_row, list, n, err);
}

void value_boot__free(struct value_boot *list, size_t n)
{
	row_type__free(&value_boot_row, list, n);
}
