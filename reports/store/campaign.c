// SPDX-License-Identifier: GPL-2.0-only
/* campaign.c - kernels, campaigns and their variants: add, find and load them. */
#include "reports/store/campaign.h"
#include "reports/store/claim.h"
#include "reports/store/ids.h"
#include "reports/store/packed.h"
#include "reports/store/refs.h"

#define CELLS 4 /* of a 2x2 table, as enum factorial_cell */

/* Add a kernel's configuration unless it is already there: many kernels may share one. */
static int add_config(struct store *st, const struct store_kernel *k, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret;

	if (!k->config || !k->config_hash[0])
		return 0;
	ret = query__begin(&q, st,
			   "INSERT INTO config (hash, bytes, zstd) VALUES (?, ?, ?)"
			   " ON CONFLICT (hash) DO NOTHING",
			   ARGS(k->config_hash), err);
	if (!ret)
		ret = bind__packed(&q, "configuration", k->config, strlen(k->config), err);
	return ret ? ret : query__run(&q, NULL, err);
}

/* Kernels are identified by hash: one that is already there is left alone. */
static int insert_kernel(struct store *st, const struct store_kernel *k, struct err *err)
{
	int ret = store_db__run(st,
				"INSERT INTO kernel (hash, release, arch, origin, config_hash)"
				" VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
				ARGS(k->hash, k->release, k->arch, k->origin, k->config_hash), err);

	return ret ? ret : add_config(st, k, err);
}

int store__add_kernel(struct store *st, const struct store_kernel *k, struct err *err)
{
	int ret = store_db__begin(st, err);

	return ret ? ret : store_db__end(st, insert_kernel(st, k, err), err);
}

/* The row id of a kernel; -EINVAL if there is none. */
static int kernel_id(struct store *st, const char *hash, int64_t *id, struct err *err)
{
	int ret = store_db__int(st, "SELECT id FROM kernel WHERE hash = ?", ARGS(hash), id, err);

	if (!ret)
		return err__set(err, -EINVAL, "kernel %s was not added before the campaign", hash);
	return ret < 0 ? ret : 0;
}

/* Add the variants of a campaign; ids[] receives their row ids. The fake target has no kernels: its
 * variants have kernel NULL. */
static int add_variants(struct store *st, int64_t campaign, const struct campaign *c, int64_t *ids,
			struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "INSERT INTO variant (campaign, position, name, cpu,"
			       " cmdline, kernel, baseline)"
			       " VALUES (?, ?, ?, ?, ?, nullif(?, 0), ?)",
			       NULL, err);

	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		const struct campaign_variant *v = &c->variants[i];
		int64_t kernel = 0;

		if (v->kernel_hash && *v->kernel_hash)
			ret = kernel_id(st, v->kernel_hash, &kernel, err);
		if (ret)
			break;
		ret = query__run(&q,
				 ARGS(campaign, i, v->name, v->cpu, v->cmdline, kernel,
				      v->baseline),
				 err);
		ids[i] = sqlite3_last_insert_rowid(st->db);
	}
	return ret;
}

/* The comparisons declared in the plan; ids[] from add_variants(). */
static int add_compares(struct store *st, int64_t campaign, const struct campaign *c,
			const int64_t *ids, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "INSERT INTO comparison (campaign, position, title, candidate,"
			       " baseline) VALUES (?, ?, ?, ?, ?)",
			       NULL, err);

	for (size_t i = 0; !ret && i < c->n_compares; i++) {
		const struct campaign_compare *cmp = &c->compares[i];

		ret = query__run(&q,
				 ARGS(campaign, i, cmp->title, ids[cmp->candidate],
				      ids[cmp->baseline]),
				 err);
	}
	return ret;
}

/* The 2x2 tables declared in the plan; ids[] from add_variants(). */
static int add_factorials(struct store *st, int64_t campaign, const struct campaign *c,
			  const int64_t *ids, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "INSERT INTO factorial (campaign, position, title, both, second,"
			       " first, neither) VALUES (?, ?, ?, ?, ?, ?, ?)",
			       NULL, err);

	for (size_t i = 0; !ret && i < c->n_factorials; i++) {
		query__bind(&q, ARGS(campaign, i, c->factorials[i].title));
		for (size_t k = 0; k < CELLS; k++)
			query__bind(&q, ARGS(ids[c->factorials[i].cell[k]]));
		ret = query__run(&q, NULL, err);
	}
	return ret;
}

static const struct row_type margin_row = ROW_TYPE(struct campaign_margin,
						   (source, metric, abs, rel));

#define MARGIN_NAMES "source, metric, margin_abs, margin_rel"

/* Whether the plan pairs boots, and its margins that override those of the metrics. */
static int add_design(struct store *st, int64_t campaign, const struct campaign *c, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = store_db__run(st, "INSERT INTO design (campaign, paired) VALUES (?, ?)",
				ARGS(campaign, c->paired), err);

	if (!ret)
		ret = query__begin(&q, st,
				   "INSERT INTO margin (" MARGIN_NAMES ", campaign)"
				   " VALUES (?, ?, ?, ?, ?)",
				   NULL, err);
	for (size_t i = 0; !ret && i < c->n_margins; i++) {
		bind__row(&q, &margin_row, &c->margins[i]);
		ret = query__run(&q, ARGS(campaign), err);
	}
	return ret;
}

/* Table columns, and members of the struct. */
#define CAMPAIGN                                                                              \
	uuid, name, plan_path, plan_text, target, host, version, lock_text, seed, created_ns, \
		n_slots, state
#define CAMPAIGN_NAMES TEXT_OF(CAMPAIGN)

/* Queries have the id as their last column; inserting a campaign binds all columns but that one. */
static int read_campaign_id(struct query *q, int at, void *row, struct err *err __unused)
{
	struct campaign *c = row;

	c->id = col__int(q, at);
	return 0;
}

static const struct row_type campaign_row = ROW_TYPE(struct campaign, (CAMPAIGN),
						     .parse = read_campaign_id);

/* Add a campaign and everything that its plan declares, unless its UUID is already there. */
static int insert_campaign(struct store *st, const struct campaign *c, struct err *err)
{
	_query_ struct query q = { 0 };
	_free_ int64_t *ids = xcalloc(c->n_variants + 1, sizeof(*ids));
	struct campaign running = *c;
	int64_t id;
	int ret = query__begin(&q, st,
			       "INSERT INTO campaign (" CAMPAIGN_NAMES ")"
			       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			       " ON CONFLICT (uuid) DO NOTHING",
			       NULL, err);

	if (ret)
		return ret;
	running.state = "running";
	bind__row(&q, &campaign_row, &running);
	ret = query__run(&q, NULL, err);
	if (ret || !sqlite3_changes(st->db))
		return ret; /* already there: nothing to add */
	id = sqlite3_last_insert_rowid(st->db);
	ret = add_variants(st, id, c, ids, err);
	if (!ret)
		ret = add_compares(st, id, c, ids, err);
	if (!ret)
		ret = add_factorials(st, id, c, ids, err);
	return ret ? ret : add_design(st, id, c, err);
}

int store__add_campaign(struct store *st, const struct campaign *c, struct err *err)
{
	int ret = store_db__begin(st, err);

	if (ret)
		return ret;
	ret = store_ids__check(st, err);
	return store_db__end(st, ret ? ret : insert_campaign(st, c, err), err);
}

int store__finish_campaign(struct store *st, const char *campaign, const char *state,
			   struct err *err)
{
	int64_t id = 0;
	int ret;

	if (!streq(state, "finished") && !streq(state, "interrupted"))
		return err__set(err, -EINVAL, "\"%s\" is not a final state of a campaign", state);
	ret = store_db__campaign_id(st, campaign, &id, err);
	/* Forward only: a finished campaign stays finished. */
	if (!ret)
		ret = store_db__run(st,
				    "UPDATE campaign SET state = ? WHERE id = ?"
				    " AND state <> 'finished'",
				    ARGS(state, id), err);
	return ret ? ret : store__drop_claim(st, campaign, err);
}

/* Boots that were interrupted, or that the host failed, do not fill their slot. */
int store__slots_done(struct store *st, const char *campaign, bool *done, unsigned int n,
		      struct err *err)
{
	_query_ struct query q = { 0 };
	int64_t id = 0, slot;
	int ret = store_db__campaign_id(st, campaign, &id, err);

	if (!ret)
		ret = query__begin(&q, st,
				   "SELECT slot FROM boot WHERE campaign = ?"
				   " AND " BOOT_FILLS_SLOT,
				   ARGS(id), err);
	if (ret)
		return ret;
	memset(done, 0, n * sizeof(*done));
	while ((ret = query__int(&q, &slot, err)) > 0)
		if (slot >= 0 && slot < n)
			done[slot] = true;
	return ret;
}

static const struct row_type brief_row =
	ROW_TYPE(struct campaign_brief, (uuid, name, plan, target, host, state, variants, kernels,
					 created_ns, n_slots, n_done, n_failed, id));

/* Boots that do not fill their slot are neither done nor failed: they are run again. */
int store__list(struct store *st, struct campaign_brief **list, size_t *n, struct err *err)
{
	int ret =
		store_db__rows(st,
			       "SELECT c.uuid, " REFS_NAME ", c.name, c.target, c.host, c.state,"
			       " coalesce((SELECT group_concat(name, ', ') FROM (SELECT name FROM variant"
			       " WHERE campaign = c.id ORDER BY position)), ''),"
			       " coalesce((SELECT group_concat(release, ', ') FROM (SELECT DISTINCT"
			       " k.release FROM variant v JOIN kernel k ON k.id = v.kernel"
			       " WHERE v.campaign = c.id ORDER BY v.position)), ''),"
			       " c.created_ns, c.n_slots,"
			       " count(b.id), count(b.id) FILTER (WHERE b.status <> 'ok'), c.id"
			       " FROM campaign c LEFT JOIN boot b"
			       " ON b.campaign = c.id AND b." BOOT_FILLS_SLOT
			       " GROUP BY c.id ORDER BY c.created_ns DESC, c.id DESC",
			       NULL, &brief_row, list, n, err);

	for (size_t i = 0; !ret && i < *n; i++)
		ret = claim__settle(st, (*list)[i].uuid, &(*list)[i].state, err);
	if (ret) {
		campaign_brief__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void campaign_brief__free(struct campaign_brief *list, size_t n)
{
	row_type__free(&brief_row, list, n);
}

/* Read all rows of one type that belong to a campaign. The query's first parameter is the
 * campaign's id; parse functions find the campaign in q->ctx. */
static int load_rows(struct store *st, const char *sql, const struct campaign *c,
		     const struct row_type *type, void *list, size_t *n, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, ARGS(c->id), err);

	q.ctx = c;
	return ret ? ret : query__each(&q, type, list, n, err);
}

static const struct row_type variant_row = ROW_TYPE(struct campaign_variant,
						    (id, name, cpu, cmdline, baseline, kernel_hash,
						     release, arch, origin, config_hash));

/* The index of the variant with the row id in column `i`. -EUCLEAN if there is none: foreign keys
 * do not rule out a variant of another campaign. */
static int variant_index(const struct query *q, int i, size_t *index, struct err *err)
{
	const struct campaign *c = q->ctx;

	for (*index = 0; *index < c->n_variants; ++*index)
		if (c->variants[*index].id == col__int(q, i))
			return 0;
	return err__set(err, -EUCLEAN, "campaign %s: a row names a variant of another campaign",
			c->uuid);
}

static int parse_compare(struct query *q, int at, void *row, struct err *err)
{
	struct campaign_compare *cmp = row;
	int ret = variant_index(q, at, &cmp->candidate, err);

	return ret ? ret : variant_index(q, at + 1, &cmp->baseline, err);
}

static const struct row_type compare_row = ROW_TYPE(struct campaign_compare, (title),
						    .parse = parse_compare);

static int parse_factorial(struct query *q, int at, void *row, struct err *err)
{
	struct campaign_factorial *f = row;
	int ret = 0;

	for (int k = 0; !ret && k < CELLS; k++)
		ret = variant_index(q, at + k, &f->cell[k], err);
	return ret;
}

static const struct row_type factorial_row = ROW_TYPE(struct campaign_factorial, (title),
						      .parse = parse_factorial);

/* Parse the columns that need conversion: variant, status, and the slot that the boot repeats. The
 * fact counts slots from 1 and is missing for most boots, which gives repeat_of -1. */
static int parse_boot(struct query *q, int at, void *row, struct err *err)
{
	const struct campaign *c = q->ctx;
	struct campaign_boot *b = row;
	const char *status = col__peek(q, at + 1);
	int code = boot_status__parse(status);
	int ret = variant_index(q, at, &b->variant, err);

	if (ret)
		return ret;
	if (code < 0)
		return err__set(err, -EUCLEAN, "campaign %s: unknown boot status \"%s\"", c->uuid,
				status);
	b->status = (enum boot_status)code;
	b->repeat_of = (int)col__int(q, at + 2) - 1;
	return 0;
}

static const struct row_type boot_row = ROW_TYPE(struct campaign_boot,
						 (id, slot, block, uuid, detail, command, seed,
						  started_ns, ended_ns, workload, running),
						 .parse = parse_boot);

static int compare_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Are there duplicate ids? Sorts them. */
static bool has_twice(int64_t *ids, size_t n)
{
	size_t i = 1;

	if (n)
		qsort(ids, n, sizeof(*ids), compare_id);
	while (i < n && ids[i] != ids[i - 1])
		i++;
	return i < n;
}

/* Check what readers of a campaign rely on but the schema does not enforce: a variant exists, ids
 * are unique, slots lie within the schedule, and at most one boot fills each slot. */
static int check_campaign(const struct store *st, const struct campaign *c, struct err *err)
{
	_free_ int64_t *ids = xcalloc(c->n_variants + c->n_boots + 1, sizeof(*ids));
	const struct campaign_boot *last = NULL;
	const char *what = c->n_slots > STORE_SLOTS_MAX ? "more boots than a schedule can have" :
							  NULL;

	if (!c->n_variants)
		what = "it has no variant";
	for (size_t i = 0; i < c->n_variants; i++)
		ids[i] = c->variants[i].id;
	if (has_twice(ids, c->n_variants))
		what = "a variant is there twice";
	for (size_t i = 0; i < c->n_boots; i++)
		ids[i] = c->boots[i].id;
	if (has_twice(ids, c->n_boots))
		what = "a boot is there twice";
	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		if (b->slot >= c->n_slots)
			what = "a boot is outside the schedule";
		if (!boot_status__fills_slot(b->status))
			continue;
		if (last && last->slot == b->slot)
			what = "a slot has two boots";
		last = b;
	}
	if (!what)
		return 0;
	return err__set(err, -EUCLEAN, "%s: damaged: campaign %.36s: %s", st->path, c->uuid, what);
}

/* Mark the repeats that count nowhere: those that failed, and those whose original is good. A good
 * repeat of a failed boot stands in for it. */
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

static int load_cut(struct store *st, int64_t id, struct campaign *c, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "SELECT " REFS_TAG_VALUE("'" TAG_CUT
							"'") " FROM campaign c WHERE id = ?",
			       ARGS(id), err);

	if (!ret)
		ret = query__step(&q, err);
	if (ret > 0)
		c->cut = col__text(&q, 0);
	return ret < 0 ? ret : 0;
}

/* The row of the campaign, whether it is paired, and its tag `cut`. */
static int load_campaign(struct store *st, int64_t id, struct campaign *c, struct err *err)
{
	_query_ struct query q = { 0 };
	/* Also for campaigns older than table design, which have no row in it. */
	int64_t paired = 0;
	int ret = query__begin(&q, st, "SELECT " CAMPAIGN_NAMES ", id FROM campaign WHERE id = ?",
			       ARGS(id), err);

	if (ret)
		return ret;
	ret = query__row(&q, &campaign_row, c, err);
	if (!ret)
		return err__set(err, -EUCLEAN, "%s: an index names a campaign that is not there",
				st->path);
	if (ret < 0)
		return ret;
	ret = store_db__int(st, "SELECT paired FROM design WHERE campaign = ?", ARGS(id), &paired,
			    err);
	c->paired = paired;
	if (ret >= 0 && !store__is_uuid(c->uuid))
		ret = err__set(err, -EUCLEAN, "%s: damaged: a campaign's id is \"%.40s\"", st->path,
			       c->uuid);
	if (ret >= 0)
		ret = load_cut(st, id, c, err);
	return ret < 0 ? ret : claim__settle(st, c->uuid, &c->state, err);
}

/* Variants first: the other rows refer to them by index. */
static int load(struct store *st, int64_t id, struct campaign *c, struct err *err)
{
	int ret = load_campaign(st, id, c, err);

	if (!ret)
		ret = load_rows(st,
				"SELECT v.id, v.name, v.cpu, v.cmdline, v.baseline, k.hash,"
				" k.release, k.arch, k.origin, k.config_hash"
				" FROM variant v LEFT JOIN kernel k ON k.id = v.kernel"
				" WHERE v.campaign = ? ORDER BY v.position",
				c, &variant_row, &c->variants, &c->n_variants, err);
	if (!ret)
		ret = load_rows(st,
				"SELECT title, candidate, baseline FROM comparison"
				" WHERE campaign = ? ORDER BY position",
				c, &compare_row, &c->compares, &c->n_compares, err);
	if (!ret)
		ret = load_rows(st,
				"SELECT title, both, second, first, neither FROM factorial"
				" WHERE campaign = ? ORDER BY position",
				c, &factorial_row, &c->factorials, &c->n_factorials, err);
	if (!ret)
		ret = load_rows(st,
				"SELECT " MARGIN_NAMES " FROM margin WHERE campaign = ?"
				" ORDER BY source, metric",
				c, &margin_row, &c->margins, &c->n_margins, err);
	if (!ret)
		ret = load_rows(st,
				"SELECT id, slot, block, uuid, detail, command, seed, started_ns,"
				" ended_ns,"
				" (SELECT value FROM fact WHERE boot = boot.id"
				" AND key = '" FACT_WORKLOAD "'),"
				" " STORE_RUNNING ", variant, status,"
				" (SELECT value FROM fact WHERE boot = boot.id"
				" AND key = '" FACT_REPEAT_OF "')"
				" FROM boot WHERE campaign = ?"
				" ORDER BY slot, started_ns, id",
				c, &boot_row, &c->boots, &c->n_boots, err);
	if (!ret)
		ret = check_campaign(st, c, err);
	if (!ret)
		mark_repeats(c);
	return ret;
}

int store__load(struct store *st, const char *key, struct campaign **out, struct err *err)
{
	struct campaign *c;
	int64_t id = 0;
	int ret = store__find(st, key, &id, err);

	*out = NULL;
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

void campaign__free(struct campaign *c)
{
	if (!c)
		return;
	row_type__free(&variant_row, c->variants, c->n_variants);
	row_type__free(&compare_row, c->compares, c->n_compares);
	row_type__free(&factorial_row, c->factorials, c->n_factorials);
	row_type__free(&margin_row, c->margins, c->n_margins);
	row_type__free(&boot_row, c->boots, c->n_boots);
	free((char *)c->cut);
	row_type__free(&campaign_row, c, 1);
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
