// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats/spread.h"
#include "reports/stats/stats.h"
#include "reports/store/median.h"

#include <math.h>

int median__begin(struct median *m, struct store *st, struct err *err)
{
	int ret;

	*m = (struct median){ .st = st };
	ret = store_db__prepare(st,
				"INSERT INTO boot_value (series, variant, boot, median, n)"
				" VALUES (?, ?, ?, ?, ?)",
				&m->value, err);
	if (!ret)
		ret = store_db__prepare(st,
					"INSERT INTO boot_stat (series, variant, boot, median, n,"
					" warmup, tainted, low, mean, var, log_mean, log_var,"
					" multiplexed, least_ran)"
					" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
					&m->stat, err);
	return ret;
}

/* What both rows begin with. */
static struct binder begin_row(const struct median *m, sqlite3_stmt *insert, double median)
{
	struct binder b = binder__of(insert);

	bind__int(&b, m->series);
	bind__int(&b, m->variant);
	bind__int(&b, m->boot);
	bind__double(&b, median);
	bind__int(&b, (int64_t)m->n);
	return b;
}

static int write_rows(struct median *m, struct err *err)
{
	struct spread s;
	struct binder b;
	double median;
	int ret;

	spread__of(m->values, m->n, &s); /* before the median: that changes their order */
	median = m->n ? stats__median(m->values, m->n) : 0;
	begin_row(m, m->value, median);
	ret = store_db__run(m->st, m->value, err);
	if (ret)
		return ret;
	b = begin_row(m, m->stat, median);
	bind__int(&b, m->n_warmup);
	bind__int(&b, m->n_tainted);
	bind__double(&b, s.low);
	bind__double(&b, s.mean);
	bind__double(&b, s.var);
	bind__double(&b, s.log_mean);
	bind__double(&b, s.log_var);
	bind__int(&b, m->n_multiplexed);
	bind__double(&b, m->least_ran);
	return store_db__run(m->st, m->stat, err);
}

static void keep(struct median *m, const struct reading *r)
{
	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 128;
		m->values = xrealloc(m->values, m->room, sizeof(*m->values));
	}
	m->values[m->n++] = r->value;
	if (r->running_ns >= r->enabled_ns)
		return;
	m->n_multiplexed++;
	m->least_ran = fmin(m->least_ran, (double)r->running_ns / (double)r->enabled_ns);
}

static void begin_boot(struct median *m, int64_t series, int64_t variant, int64_t boot)
{
	m->begun = true;
	m->n = 0;
	m->n_warmup = m->n_tainted = m->n_multiplexed = 0;
	m->least_ran = 1;
	m->series = series;
	m->variant = variant;
	m->boot = boot;
}

int median__add(struct median *m, int64_t series, int64_t variant, const struct reading *r,
		struct err *err)
{
	bool same = m->begun && m->series == series && m->variant == variant && m->boot == r->boot;
	int ret = m->begun && !same ? write_rows(m, err) : 0;

	if (!same)
		begin_boot(m, series, variant, r->boot);
	if (r->warmup)
		m->n_warmup++;
	else if (r->tainted)
		m->n_tainted++;
	else
		keep(m, r);
	return ret;
}

int median__end(struct median *m, int ret, struct err *err)
{
	if (!ret && m->begun)
		ret = write_rows(m, err);
	store_db__finalize(&m->value);
	store_db__finalize(&m->stat);
	free(m->values);
	return ret;
}

int median__fill(struct store *st, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct median m;
	int ret = median__begin(&m, st, err);

	if (!ret)
		ret = store_db__prepare(st,
					"SELECT series, variant, boot, value, warmup, tainted,"
					" enabled_ns, running_ns"
					" FROM sample ORDER BY variant, series, boot, iter",
					&stmt, err);
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		const struct reading r = { .boot = sqlite3_column_int64(stmt, 2),
					   .value = sqlite3_column_double(stmt, 3),
					   .warmup = sqlite3_column_int(stmt, 4),
					   .tainted = sqlite3_column_int(stmt, 5),
					   .enabled_ns = col__u64(stmt, 6),
					   .running_ns = col__u64(stmt, 7) };

		ret = median__add(&m, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
				  &r, err);
	}
	return median__end(&m, ret, err);
}
