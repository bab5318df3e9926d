// SPDX-License-Identifier: GPL-2.0-only
/* store_design.c - how the plan wants a campaign to be judged: pairing, 2x2s, margins. */
#include "reports/store/db.h"

#define CELLS 4

static int add_factorials(struct store *st, int64_t campaign, const struct store_campaign *c,
			  struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "INSERT INTO factorial VALUES (?, ?, ?, ?, ?, ?, ?)", &stmt,
				    err);

	for (size_t i = 0; !ret && i < c->n_factorials; i++) {
		const struct store_factorial *f = &c->factorials[i];
		const char *const names[CELLS] = { f->both, f->second, f->first, f->neither };
		struct binder b = binder__of(stmt);

		bind__int(&b, campaign);
		bind__int(&b, (int64_t)i);
		bind__text(&b, f->title);
		for (size_t k = 0; !ret && k < CELLS; k++) {
			int64_t variant = 0;

			ret = store_db__variant_id(st, campaign, names[k], &variant, err);
			bind__int(&b, variant);
		}
		if (!ret)
			ret = store_db__run(st, stmt, err);
	}
	return ret;
}

static int add_margins(struct store *st, int64_t campaign, const struct store_campaign *c,
		       struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "INSERT INTO margin VALUES (?, ?, ?, ?, ?)", &stmt, err);

	for (size_t i = 0; !ret && i < c->n_margins; i++) {
		struct binder b = binder__of(stmt);

		bind__int(&b, campaign);
		bind__text(&b, c->margins[i].source);
		bind__text(&b, c->margins[i].metric);
		bind__double(&b, c->margins[i].abs);
		bind__double(&b, c->margins[i].rel);
		ret = store_db__run(st, stmt, err);
	}
	return ret;
}

int store_design__add(struct store *st, int64_t campaign, const struct store_campaign *c,
		      struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st, "INSERT INTO design VALUES (?, ?)", &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, campaign);
	bind__int(&b, c->paired);
	ret = store_db__run(st, stmt, err);
	if (!ret)
		ret = add_factorials(st, campaign, c, err);
	return ret ? ret : add_margins(st, campaign, c, err);
}

static int load_paired(struct store *st, struct campaign *c, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "SELECT paired FROM design WHERE campaign = ?", &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, c->id);
	ret = store_db__step(st, stmt, err);
	/* Campaigns older than the table have no row: they were not paired. */
	c->paired = ret > 0 && sqlite3_column_int(stmt, 0);
	return ret < 0 ? ret : 0;
}

static int load_factorials(struct store *st, struct campaign *c, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "SELECT title, both, second, first, neither FROM factorial"
				    " WHERE campaign = ? ORDER BY position",
				    &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, c->id);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		struct campaign_factorial f = { 0 };

		for (int k = 0; k < CELLS; k++) {
			ret = store_db__variant_index(c, sqlite3_column_int64(stmt, k + 1),
						      &f.cell[k], err);
			if (ret)
				return ret;
		}
		f.title = col__text(stmt, 0);
		GROW(c->factorials, c->n_factorials);
		c->factorials[c->n_factorials++] = f;
	}
	return ret;
}

static int load_margins(struct store *st, struct campaign *c, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "SELECT source, metric, margin_abs, margin_rel FROM margin"
				    " WHERE campaign = ? ORDER BY source, metric",
				    &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, c->id);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(c->margins, c->n_margins);
		c->margins[c->n_margins++] = (struct campaign_margin){
			.source = col__text(stmt, 0),
			.metric = col__text(stmt, 1),
			.abs = sqlite3_column_double(stmt, 2),
			.rel = sqlite3_column_double(stmt, 3),
		};
	}
	return ret;
}

int store_design__load(struct store *st, struct campaign *c, struct err *err)
{
	int ret = load_paired(st, c, err);

	if (!ret)
		ret = load_factorials(st, c, err);
	return ret ? ret : load_margins(st, c, err);
}

void store_design__release(struct campaign *c)
{
	for (size_t i = 0; i < c->n_factorials; i++)
		free(c->factorials[i].title);
	for (size_t i = 0; i < c->n_margins; i++) {
		free(c->margins[i].source);
		free(c->margins[i].metric);
	}
	free(c->factorials);
	free(c->margins);
}
