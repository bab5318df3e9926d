// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats.h"
#include "reports/store-median.h"

int median__begin(struct median *m, struct store *st, struct err *err)
{
	*m = (struct median){ .st = st };
	return store_db__prepare(st, "INSERT INTO boot_value (series, variant, boot, median, n)"
				 " VALUES (?, ?, ?, ?, ?)", &m->insert, err);
}

static int write_row(struct median *m, struct err *err)
{
	struct binder b = binder__of(m->insert);

	bind__int(&b, m->series);
	bind__int(&b, m->variant);
	bind__int(&b, m->boot);
	bind__double(&b, m->n ? stats__median(m->values, m->n) : 0);
	bind__int(&b, (int64_t)m->n);
	return store_db__run(m->st, m->insert, err);
}

int median__add(struct median *m, int64_t series, int64_t variant, int64_t boot, double value,
		bool counts, struct err *err)
{
	int ret = 0;

	if (m->begun && (m->series != series || m->variant != variant || m->boot != boot)) {
		ret = write_row(m, err);
		m->n = 0;
	}
	m->begun = true;
	m->series = series;
	m->variant = variant;
	m->boot = boot;
	if (!counts)
		return ret;
	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 128;
		m->values = xrealloc(m->values, m->room, sizeof(*m->values));
	}
	m->values[m->n++] = value;
	return ret;
}

int median__end(struct median *m, int ret, struct err *err)
{
	if (!ret && m->begun)
		ret = write_row(m, err);
	sqlite3_finalize(m->insert);
	free(m->values);
	return ret;
}

int median__fill(struct store *st, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct median m;
	int ret = median__begin(&m, st, err);

	if (!ret)
		ret = store_db__prepare(st, "SELECT series, variant, boot, value, warmup OR tainted"
					" FROM sample ORDER BY variant, series, boot, iter",
					&stmt, err);
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0)
		ret = median__add(&m, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
				  sqlite3_column_int64(stmt, 2), sqlite3_column_double(stmt, 3),
				  !sqlite3_column_int(stmt, 4), err);
	return median__end(&m, ret, err);
}
