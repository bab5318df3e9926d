// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - what a comparison reads of a variant in one go. */
#include "reports/store/compare.h"
#include "reports/store/db.h"

static const struct column fact_columns[] = {
	COLUMN(struct variant_fact, boot),
	COLUMN(struct variant_fact, key),
	COLUMN(struct variant_fact, value),
};
static const struct row_type fact_row = ROW_TYPE(struct variant_fact, fact_columns, NULL);

/* The campaign's index leads to its boots: there is none by variant. */
#define VARIANT_FACTS                                                          \
	"SELECT b.id, f.key, f.value FROM boot b JOIN fact f ON f.boot = b.id" \
	" WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1)"     \
	" AND b.variant = ?1 AND b.status = 'ok' ORDER BY f.key, f.value, b.id"

int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, VARIANT_FACTS, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	bind__int(&q, variant);
	return query__each(&q, &fact_row, list, n, err);
}

void variant_fact__free(struct variant_fact *list, size_t n)
{
	row_type__free(&fact_row, list, n);
}

/* The order is that of the primary key of sample. */
#define COUNTS                                                                             \
	"SELECT " READING_NAMES                                                            \
	" FROM sample WHERE variant = ?1 AND series IN (SELECT id FROM series WHERE"       \
	" (kind = 'count' AND basis = 'exact') OR (kind = 'model' AND basis = 'modelled')" \
	" OR (?2 AND (basis IN ('exact', 'modelled')"                                      \
	" OR (basis = 'simulated' AND kind <> 'time'))))"                                  \
	" ORDER BY series, boot, iter"

int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, COUNTS, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	bind__int(&q, variant);
	bind__int(&q, all);
	return query__each(&q, &reading_row, list, n, err);
}

const struct reading *reading__of_series(const struct reading *list, size_t n, int64_t series,
					 size_t *count)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (list[mid].series < series)
			lo = mid + 1;
		else
			hi = mid;
	}
	*count = 0;
	while (lo + *count < n && list[lo + *count].series == series)
		++*count;
	return list + lo;
}
