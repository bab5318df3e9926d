// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"

/* Many kernels may have one configuration. */
static int add_config(struct store *st, const struct store_kernel *k, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret;

	if (!k->config || !k->config_hash[0])
		return 0;
	ret = store_db__prepare(st,
				"INSERT INTO config (hash, bytes, zstd) VALUES (?, ?, ?)"
				" ON CONFLICT (hash) DO NOTHING",
				&stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, k->config_hash);
	ret = bind__packed(&b, "configuration", k->config, strlen(k->config), err);
	return ret ? ret : store_db__run(st, stmt, err);
}

static int insert_kernel(struct store *st, const struct store_kernel *k, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st,
				    "INSERT INTO kernel (hash, release, arch, origin, config_hash)"
				    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
				    &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, k->hash);
	bind__text(&b, k->release);
	bind__text(&b, k->arch);
	bind__text(&b, k->origin);
	bind__text(&b, k->config_hash);
	ret = store_db__run(st, stmt, err);
	return ret ? ret : add_config(st, k, err);
}

int store__add_kernel(struct store *st, const struct store_kernel *k, struct err *err)
{
	int ret = store_db__begin(st, err);

	return ret ? ret : store_db__end(st, insert_kernel(st, k, err), err);
}

/* One integer out of a query with text parameters: -ENOENT when there is no row. */
static int lookup(struct store *st, const char *sql, const char *const *texts, size_t n,
		  int64_t campaign, int64_t *id, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st, sql, &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	for (size_t i = 0; i < n; i++)
		bind__text(&b, texts[i]);
	if (campaign)
		bind__int(&b, campaign);
	ret = store_db__step(st, stmt, err);
	if (ret > 0)
		*id = sqlite3_column_int64(stmt, 0);
	return ret < 0 ? ret : ret ? 0 : -ENOENT;
}

int store_db__campaign_id(struct store *st, const char *uuid, int64_t *id, struct err *err)
{
	int ret = lookup(st, "SELECT id FROM campaign WHERE uuid = ?", &uuid, 1, 0, id, err);

	if (ret == -ENOENT)
		return err__set(err, ret, "%s: holds no campaign %s", st->path, uuid);
	return ret;
}

int store_db__variant_id(struct store *st, int64_t campaign, const char *name, int64_t *id,
			 struct err *err)
{
	int ret = lookup(st, "SELECT id FROM variant WHERE name = ? AND campaign = ?", &name, 1,
			 campaign, id, err);

	if (ret == -ENOENT)
		return err__set(err, -EINVAL, "the campaign has no variant \"%s\"", name);
	return ret;
}

static int kernel_id(struct store *st, const char *hash, int64_t *id, struct err *err)
{
	int ret = lookup(st, "SELECT id FROM kernel WHERE hash = ?", &hash, 1, 0, id, err);

	if (ret == -ENOENT)
		return err__set(err, -EINVAL, "kernel %s was not added before the campaign", hash);
	return ret;
}

static int add_variant(struct store *st, sqlite3_stmt *stmt, int64_t campaign, size_t position,
		       const struct store_variant *v, struct err *err)
{
	struct binder b = binder__of(stmt);
	int64_t kernel = 0;
	int ret = v->kernel_hash[0] ? kernel_id(st, v->kernel_hash, &kernel, err) : 0;

	if (ret)
		return ret;
	bind__int(&b, campaign);
	bind__int(&b, (int64_t)position);
	bind__text(&b, v->name);
	bind__text(&b, v->cpu);
	bind__text(&b, v->cmdline);
	if (kernel)
		bind__int(&b, kernel);
	else
		bind__null(&b);
	bind__int(&b, v->baseline);
	return store_db__run(st, stmt, err);
}

static int add_variants(struct store *st, int64_t campaign, const struct store_campaign *c,
			struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "INSERT INTO variant (campaign, position, name, cpu,"
				    " cmdline, kernel, baseline) VALUES (?, ?, ?, ?, ?, ?, ?)",
				    &stmt, err);

	for (size_t i = 0; !ret && i < c->n_variants; i++)
		ret = add_variant(st, stmt, campaign, i, &c->variants[i], err);
	return ret;
}

static int add_compares(struct store *st, int64_t campaign, const struct store_campaign *c,
			struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "INSERT INTO comparison VALUES (?, ?, ?, ?, ?)", &stmt,
				    err);

	for (size_t i = 0; !ret && i < c->n_compares; i++) {
		struct binder b = binder__of(stmt);
		int64_t cand = 0, base = 0;

		ret = store_db__variant_id(st, campaign, c->compares[i].candidate, &cand, err);
		if (!ret)
			ret = store_db__variant_id(st, campaign, c->compares[i].baseline, &base,
						   err);
		if (ret)
			break;
		bind__int(&b, campaign);
		bind__int(&b, (int64_t)i);
		bind__text(&b, c->compares[i].title);
		bind__int(&b, cand);
		bind__int(&b, base);
		ret = store_db__run(st, stmt, err);
	}
	return ret;
}

static int insert_campaign(struct store *st, const struct store_campaign *c, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int64_t id = 0;
	int ret = store_db__prepare(st,
				    "INSERT INTO campaign (uuid, name, plan_path, plan_text,"
				    " target, host, version, lock_text, seed, created_ns, n_slots,"
				    " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')"
				    " ON CONFLICT (uuid) DO NOTHING",
				    &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, c->uuid);
	bind__text(&b, c->name);
	bind__text(&b, c->plan_path);
	bind__text(&b, c->plan_text);
	bind__text(&b, c->target);
	bind__text(&b, c->host);
	bind__text(&b, c->version);
	bind__text(&b, c->lock_text);
	bind__u64(&b, c->seed);
	bind__u64(&b, c->created_ns);
	bind__int(&b, c->n_slots);
	ret = store_db__run(st, stmt, err);
	if (ret || !sqlite3_changes(st->db))
		return ret; /* already there: nothing to add */
	id = sqlite3_last_insert_rowid(st->db);
	ret = add_variants(st, id, c, err);
	if (!ret)
		ret = add_compares(st, id, c, err);
	return ret ? ret : store_design__add(st, id, c, err);
}

int store__add_campaign(struct store *st, const struct store_campaign *c, struct err *err)
{
	int ret = store_db__begin(st, err);

	return ret ? ret : store_db__end(st, insert_campaign(st, c, err), err);
}

int store__finish_campaign(struct store *st, const char *campaign, const char *state,
			   struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int64_t id = 0;
	int ret;

	if (!streq(state, "finished") && !streq(state, "interrupted"))
		return err__set(err, -EINVAL, "\"%s\" is no state that ends a campaign", state);
	ret = store_db__campaign_id(st, campaign, &id, err);
	if (ret)
		return ret;
	/* Forward only: what is finished stays so. */
	ret = store_db__prepare(st,
				"UPDATE campaign SET state = ? WHERE id = ? AND state <> 'finished'",
				&stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, state);
	bind__int(&b, id);
	return store_db__run(st, stmt, err);
}

int store__slots_done(struct store *st, const char *campaign, bool *done, unsigned int n,
		      struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int64_t id = 0;
	int ret = store_db__campaign_id(st, campaign, &id, err);

	if (!ret)
		ret = store_db__prepare(st,
					"SELECT slot FROM boot WHERE campaign = ?"
					" AND status <> 'interrupted'",
					&stmt, err);
	if (ret)
		return ret;
	memset(done, 0, n * sizeof(*done));
	b = binder__of(stmt);
	bind__int(&b, id);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		int64_t slot = sqlite3_column_int64(stmt, 0);

		if (slot >= 0 && slot < n)
			done[slot] = true;
	}
	return ret;
}
