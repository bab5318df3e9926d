// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store-db.h"
#include "reports/store-values.h"

/* The newest word on where a campaign ran. */
#define MACHINE(campaign)                                                                      \
	"(SELECT value FROM tag WHERE campaign = " campaign " AND key = 'machine'"             \
	" ORDER BY set_ns DESC LIMIT 1)"

#define SIDES                                                                                  \
	"WITH own AS (SELECT c.id, c.name, c.created_ns, v.name AS variant FROM variant v"     \
	" JOIN campaign c ON c.id = v.campaign WHERE v.id = ?1)"                               \
	" SELECT v.id, c.id FROM own"                                                          \
	" JOIN campaign c ON c.name = own.name AND (c.created_ns < own.created_ns"             \
	" OR c.id = own.id) AND " MACHINE("c.id") " IS " MACHINE("own.id")                     \
	" JOIN variant v ON v.campaign = c.id AND v.name = own.variant"                        \
	" ORDER BY c.created_ns DESC, c.id DESC LIMIT ?2"

struct side {
	int64_t variant, campaign;
};

static int read_sides(struct store *st, int64_t variant, unsigned int most, struct side **list,
		      size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, SIDES, &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, variant);
	sqlite3_bind_int64(stmt, 2, most);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct side){ sqlite3_column_int64(stmt, 0),
						 sqlite3_column_int64(stmt, 1) };
	}
	return ret;
}

/* The boots that ended well, by number. */
static int read_good(struct store *st, int64_t campaign, int64_t **good, size_t *n,
		     struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "SELECT id FROM boot WHERE campaign = ? AND status = 'ok'"
				    " ORDER BY id", &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, campaign);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*good, *n);
		(*good)[(*n)++] = sqlite3_column_int64(stmt, 0);
	}
	return ret;
}

static int compare_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct medians {
	struct boot_median *v;
	size_t n;
};

/* One stretch of boot_stat, which lies by series: nothing is left to be sorted. */
static int read_medians(struct store *st, const struct side *side, struct medians *out,
			struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	_free_ int64_t *good = NULL;
	size_t n_good = 0;
	int ret = read_good(st, side->campaign, &good, &n_good, err);

	if (!ret)
		ret = store_db__prepare(st, "SELECT series, boot, median FROM boot_stat"
					" WHERE variant = ? AND n > 0 ORDER BY series", &stmt, err);
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, side->variant);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		int64_t boot = sqlite3_column_int64(stmt, 1);

		if (!n_good || !bsearch(&boot, good, n_good, sizeof(boot), compare_id))
			continue;
		GROW(out->v, out->n);
		out->v[out->n++] = (struct boot_median){
			.variant = side->variant,
			.series = sqlite3_column_int64(stmt, 0),
			.median = sqlite3_column_double(stmt, 2),
		};
	}
	return ret;
}

int store__recent(struct store *st, int64_t variant, unsigned int most, struct boot_median **list,
		  size_t *n, struct err *err)
{
	_free_ struct side *sides = NULL;
	struct medians m = { 0 };
	size_t n_sides = 0;
	int ret = read_sides(st, variant, most, &sides, &n_sides, err);

	while (!ret && n_sides > 0)
		ret = read_medians(st, &sides[--n_sides], &m, err);
	if (ret) {
		free(m.v);
		m = (struct medians){ 0 };
	}
	*list = m.v;
	*n = m.n;
	return ret;
}
