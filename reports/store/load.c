// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/read.h"

#define KEY_MIN 4

/* A query with at most one integer parameter, whose rows `take` gets one at a time. */
static int each_row(struct store *st, const char *sql, int64_t param,
		    int (*take)(struct campaign *c, sqlite3_stmt *row, struct err *err),
		    struct campaign *c, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, sql, &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, param);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		ret = take(c, stmt, err);
		if (ret)
			return ret;
	}
	return ret;
}

static int take_variant(struct campaign *c, sqlite3_stmt *row, struct err *err __unused)
{
	struct campaign_variant *v;

	GROW(c->variants, c->n_variants);
	v = &c->variants[c->n_variants++];
	*v = (struct campaign_variant){
		.id = sqlite3_column_int64(row, 0),
		.name = col__text(row, 1),
		.cpu = col__text(row, 2),
		.cmdline = col__text(row, 3),
		.baseline = sqlite3_column_int(row, 4),
		.kernel_hash = col__text(row, 5),
		.release = col__text(row, 6),
		.arch = col__text(row, 7),
		.origin = col__text(row, 8),
		.config_hash = col__text(row, 9),
	};
	return 0;
}

int store_db__variant_index(const struct campaign *c, int64_t id, size_t *index, struct err *err)
{
	for (*index = 0; *index < c->n_variants; ++*index)
		if (c->variants[*index].id == id)
			return 0;
	return err__set(err, -EUCLEAN, "campaign %s: a row names a variant of another campaign",
			c->uuid);
}

static int take_compare(struct campaign *c, sqlite3_stmt *row, struct err *err)
{
	struct campaign_compare cmp;
	int ret = store_db__variant_index(c, sqlite3_column_int64(row, 1), &cmp.candidate, err);

	if (!ret)
		ret = store_db__variant_index(c, sqlite3_column_int64(row, 2), &cmp.baseline, err);
	if (ret)
		return ret;
	cmp.title = col__text(row, 0);
	GROW(c->compares, c->n_compares);
	c->compares[c->n_compares++] = cmp;
	return 0;
}

static int take_boot(struct campaign *c, sqlite3_stmt *row, struct err *err)
{
	const char *status = (const char *)sqlite3_column_text(row, 4);
	int code = boot_status__parse(status ? status : "");
	struct campaign_boot *b;
	size_t variant;
	int ret = store_db__variant_index(c, sqlite3_column_int64(row, 1), &variant, err);

	if (ret)
		return ret;
	if (code < 0)
		return err__set(err, -EUCLEAN, "campaign %s: unknown boot status \"%s\"", c->uuid,
				status ? status : "");
	GROW(c->boots, c->n_boots);
	b = &c->boots[c->n_boots++];
	*b = (struct campaign_boot){
		.id = sqlite3_column_int64(row, 0),
		.variant = variant,
		.slot = (unsigned int)sqlite3_column_int64(row, 2),
		.block = (unsigned int)sqlite3_column_int64(row, 3),
		.status = (enum boot_status)code,
		.uuid = col__text(row, 5),
		.detail = col__text(row, 6),
		.command = col__text(row, 7),
		.seed = col__u64(row, 8),
		.started_ns = col__u64(row, 9),
		.ended_ns = col__u64(row, 10),
		.workload = col__text(row, 11),
		.repeat_of = sqlite3_column_int(row, 12) - 1,
	};
	return 0;
}

static int take_campaign(struct campaign *c, sqlite3_stmt *row, struct err *err __unused)
{
	*c = (struct campaign){
		.id = sqlite3_column_int64(row, 0),
		.uuid = col__text(row, 1),
		.name = col__text(row, 2),
		.plan_path = col__text(row, 3),
		.plan_text = col__text(row, 4),
		.target = col__text(row, 5),
		.host = col__text(row, 6),
		.version = col__text(row, 7),
		.lock_text = col__text(row, 8),
		.state = col__text(row, 9),
		.seed = col__u64(row, 10),
		.created_ns = col__u64(row, 11),
		.n_slots = (unsigned int)sqlite3_column_int64(row, 12),
	};
	return 0;
}

/* A good boot may stand in for an original that failed. */
static void mark_repeats(struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		struct campaign_boot *b = &c->boots[i];

		b->repeat = b->repeat_of >= 0 && b->status != BOOT_OK;
		for (size_t k = 0; k < i && b->repeat_of >= 0 && !b->repeat; k++)
			b->repeat = c->boots[k].slot == (unsigned int)b->repeat_of &&
				    c->boots[k].variant == b->variant &&
				    c->boots[k].status == BOOT_OK;
	}
}

static int load(struct store *st, int64_t id, struct campaign *c, struct err *err)
{
	int ret = each_row(st,
			   "SELECT id, uuid, name, plan_path, plan_text, target, host, version,"
			   " lock_text, state, seed, created_ns, n_slots FROM campaign"
			   " WHERE id = ?",
			   id, take_campaign, c, err);

	if (!ret && !c->uuid)
		ret = err__set(err, -EUCLEAN, "%s: an index names a campaign that is not there",
			       st->path);
	if (!ret)
		ret = each_row(st,
			       "SELECT v.id, v.name, v.cpu, v.cmdline, v.baseline, k.hash,"
			       " k.release, k.arch, k.origin, k.config_hash"
			       " FROM variant v LEFT JOIN kernel k ON k.id = v.kernel"
			       " WHERE v.campaign = ? ORDER BY v.position",
			       id, take_variant, c, err);
	if (!ret)
		ret = each_row(st,
			       "SELECT title, candidate, baseline FROM comparison"
			       " WHERE campaign = ? ORDER BY position",
			       id, take_compare, c, err);
	if (!ret)
		ret = store_design__load(st, c, err);
	if (!ret)
		ret = each_row(st,
			       "SELECT id, variant, slot, block, status, uuid, detail, command,"
			       " seed, started_ns, ended_ns,"
			       " (SELECT value FROM fact WHERE boot = boot.id"
			       " AND key = '" FACT_WORKLOAD "'),"
			       " (SELECT value FROM fact WHERE boot = boot.id"
			       " AND key = '" FACT_REPEAT_OF "')"
			       " FROM boot WHERE campaign = ?"
			       " ORDER BY slot, started_ns, id",
			       id, take_boot, c, err);
	if (!ret)
		mark_repeats(c);
	return ret;
}

/* UUIDs are hexadecimal, so that a range of the index finds all that begin with `key`. */
static int find_prefix(struct store *st, const char *key, int64_t *id, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	_free_ char *end = xasprintf("%s~", key);
	struct binder b;
	int ret = store_db__prepare(st,
				    "SELECT id FROM campaign WHERE uuid >= ? AND uuid < ? LIMIT 2",
				    &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, key);
	bind__text(&b, end);
	ret = store_db__step(st, stmt, err);
	if (ret < 0)
		return ret;
	if (!ret)
		return err__set(err, -ENOENT,
				"%s: no campaign begins with \"%s\"; see `kduel list`", st->path,
				key);
	*id = sqlite3_column_int64(stmt, 0);
	ret = store_db__step(st, stmt, err);
	if (ret > 0)
		return err__set(err, -EINVAL,
				"several campaigns begin with \"%s\"; give more of it", key);
	return ret;
}

static int find_latest(struct store *st, int64_t *id, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret =
		store_db__prepare(st,
				  "SELECT id FROM campaign ORDER BY created_ns DESC, id DESC LIMIT 1",
				  &stmt, err);

	if (!ret)
		ret = store_db__step(st, stmt, err);
	if (ret > 0)
		*id = sqlite3_column_int64(stmt, 0);
	else if (!ret)
		return err__set(err, -ENOENT, "%s: holds no campaign yet", st->path);
	return ret < 0 ? ret : 0;
}

int store__load(struct store *st, const char *key, struct campaign **out, struct err *err)
{
	struct campaign *c;
	int64_t id = 0;
	int ret;

	*out = NULL;
	if (streq(key, "latest"))
		ret = find_latest(st, &id, err);
	else if (strlen(key) < KEY_MIN)
		ret = err__set(err, -EINVAL,
			       "\"%s\" is too short for a campaign: give at least %d characters of "
			       "its id, or \"latest\"",
			       key, KEY_MIN);
	else
		ret = find_prefix(st, key, &id, err);
	if (ret)
		return ret;
	c = xcalloc(1, sizeof(*c));
	ret = load(st, id, c, err);
	if (ret) {
		campaign__free(c);
		return ret;
	}
	*out = c;
	return 0;
}

static void free_variant(struct campaign_variant *v)
{
	char *s[] = { v->name,	  v->cpu,  v->cmdline, v->kernel_hash,
		      v->release, v->arch, v->origin,  v->config_hash };

	for (size_t i = 0; i < ARRAY_SIZE(s); i++)
		free(s[i]);
}

void campaign__free(struct campaign *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_variants; i++)
		free_variant(&c->variants[i]);
	for (size_t i = 0; i < c->n_compares; i++)
		free(c->compares[i].title);
	store_design__release(c);
	for (size_t i = 0; i < c->n_boots; i++) {
		free(c->boots[i].uuid);
		free(c->boots[i].detail);
		free(c->boots[i].command);
		free(c->boots[i].workload);
	}
	char *s[] = { c->uuid, c->name,	   c->plan_path, c->plan_text, c->target,
		      c->host, c->version, c->lock_text, c->state };
	for (size_t i = 0; i < ARRAY_SIZE(s); i++)
		free(s[i]);
	free(c->variants);
	free(c->compares);
	free(c->boots);
	free(c);
}

int campaign__variant(const struct campaign *c, const char *name, struct err *err)
{
	char names[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < c->n_variants; i++)
		if (streq(c->variants[i].name, name))
			return (int)i;
	for (size_t i = 0; i < c->n_variants && at < sizeof(names); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", i ? ", " : "",
				       c->variants[i].name);
	return err__set(err, -ENOENT, "campaign %.8s has no variant \"%s\"; it has %s", c->uuid,
			name, names);
}
