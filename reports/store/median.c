// SPDX-License-Identifier: GPL-2.0-only
/* median.c - summarizes the samples of a boot for comparisons and histories, when they are
 * stored. */
#include "reports/store/median.h"
#include "reports/stats/spread.h"
#include "reports/stats/stats.h"

#include <math.h>

int median__begin(struct median *m, struct store *st, struct err *err)
{
	*m = (struct median){ 0 };
	return query__begin(&m->insert, st,
			    "INSERT INTO boot_stat (series, variant, boot, median, n,"
			    " warmup, tainted, low, mean, var, log_mean, log_var,"
			    " multiplexed, least_ran)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			    NULL, err);
}

/* Insert the row of the current boot. A boot without counted values has a row, too: it tells how
 * many values were left out. */
static int write_row(struct median *m, struct err *err)
{
	struct query *q = &m->insert;
	struct spread s;

	spread__of(m->values, m->n, &s); /* before the median, which reorders the values */
	query__bind(q, ARGS(m->series, m->variant, m->boot,
			    m->n ? stats__median(m->values, m->n) : 0.0, m->n, m->n_warmup,
			    m->n_tainted));
	return query__run(q,
			  ARGS(s.low, s.mean, s.var, s.log_mean, s.log_var, m->n_multiplexed,
			       m->least_ran),
			  err);
}

/* Collect a counted value, and note whether its counter was multiplexed. */
static void keep_value(struct median *m, const struct reading *r)
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

/* A sample of another series or boot completes the current row. */
int median__add(struct median *m, int64_t series, int64_t variant, const struct reading *r,
		struct err *err)
{
	bool same = m->begun && m->series == series && m->variant == variant && m->boot == r->boot;
	int ret = m->begun && !same ? write_row(m, err) : 0;

	if (!same) {
		m->begun = true;
		m->n = 0; /* keep the buffer */
		m->n_warmup = m->n_tainted = m->n_multiplexed = 0;
		m->least_ran = 1;
		m->series = series;
		m->variant = variant;
		m->boot = r->boot;
	}
	if (r->warmup)
		m->n_warmup++;
	else if (r->tainted)
		m->n_tainted++;
	else
		keep_value(m, r);
	return ret;
}

int median__end(struct median *m, int ret, struct err *err)
{
	if (!ret && m->begun)
		ret = write_row(m, err);
	query__end(&m->insert);
	free(m->values);
	return ret;
}

/* For the migration to schema 7: read all samples in primary key order, which is the order that
 * median__add() needs. */
int median__fill(struct store *st, struct err *err)
{
	_query_ struct query q = { 0 };
	struct median m;
	int ret = median__begin(&m, st, err);

	if (!ret)
		ret = query__begin(&q, st,
				   "SELECT series, variant, boot, value, warmup, tainted,"
				   " enabled_ns, running_ns"
				   " FROM sample ORDER BY variant, series, boot, iter",
				   NULL, err);
	while (!ret && (ret = query__step(&q, err)) > 0) {
		const struct reading r = { .boot = col__int(&q, 2),
					   .value = col__double(&q, 3),
					   .warmup = col__int(&q, 4),
					   .tainted = col__int(&q, 5),
					   .enabled_ns = col__u64(&q, 6),
					   .running_ns = col__u64(&q, 7) };

		ret = median__add(&m, col__int(&q, 0), col__int(&q, 1), &r, err);
	}
	return median__end(&m, ret, err);
}
