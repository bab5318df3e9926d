// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - what a comparison reads of a variant in one go. */
#include "reports/store/compare.h"
#include "reports/store/db.h"

/* The campaign's index leads to its boots: there is none by variant. */
#define VARIANT_FACTS                                                          \
	"SELECT b.id, f.key, f.value FROM boot b JOIN fact f ON f.boot = b.id" \
	" WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1)"     \
	" AND b.variant = ?1 AND b.status = 'ok' ORDER BY f.key, f.value, b.id"

int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, VARIANT_FACTS, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, variant);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct variant_fact){
			.boot = sqlite3_column_int64(stmt, 0),
			.key = col__text(stmt, 1),
			.value = col__text(stmt, 2),
		};
	}
	if (ret) {
		variant_fact__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void variant_fact__free(struct variant_fact *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].key);
		free(list[i].value);
	}
	free(list);
}

/* The order is that of the primary key of sample. */
#define COUNTS                                                                             \
	"SELECT series, boot, iter, value, warmup, tainted, enabled_ns, running_ns"        \
	" FROM sample WHERE variant = ?1 AND series IN (SELECT id FROM series WHERE"       \
	" (kind = 'count' AND basis = 'exact') OR (kind = 'model' AND basis = 'modelled')" \
	" OR (?2 AND (basis IN ('exact', 'modelled')"                                      \
	" OR (basis = 'simulated' AND kind <> 'time'))))"                                  \
	" ORDER BY series, boot, iter"

int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, COUNTS, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, variant);
	sqlite3_bind_int(stmt, 2, all);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct reading){
			.series = sqlite3_column_int64(stmt, 0),
			.boot = sqlite3_column_int64(stmt, 1),
			.iter = sqlite3_column_int(stmt, 2),
			.value = sqlite3_column_double(stmt, 3),
			.warmup = sqlite3_column_int(stmt, 4),
			.tainted = sqlite3_column_int(stmt, 5),
			.enabled_ns = col__u64(stmt, 6),
			.running_ns = col__u64(stmt, 7),
		};
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
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
