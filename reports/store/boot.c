// SPDX-License-Identifier: GPL-2.0-only
/* boot.c - writes a boot with its logs, facts, iterations and samples. */
#include "reports/store/boot.h"
#include "reports/store/median.h"
#include "reports/store/packed.h"
#include "reports/store/profile.h"
#include "reports/store/schema.h"
#include "reports/store/series.h"

#include <math.h>

/* The values of boot.status: stored in databases and printed in reports, so never rename one. */
static const char *const names[BOOT_STATUS_MAX] = {
	[BOOT_OK] = "ok",
	[BOOT_PANIC] = "panic",
	[BOOT_KERNEL_BUG] = "kernel-bug",
	[BOOT_TIMEOUT] = "boot-timeout",
	[BOOT_AGENT_LOST] = "agent-lost",
	[BOOT_AGENT_DIED] = "agent-died",
	[BOOT_WORKLOAD_FAILED] = "workload-failed",
	[BOOT_WORKLOAD_TIMEOUT] = "workload-timeout",
	[BOOT_PROTOCOL] = "protocol",
	[BOOT_HOST_DISK_FULL] = "host-disk-full",
	[BOOT_TARGET_MISSING] = "target-missing",
	[BOOT_TARGET_KILLED] = "target-killed",
	[BOOT_INTERRUPTED] = "interrupted",
	[BOOT_MACHINE_LOST] = "machine-lost",
	[BOOT_MACHINE_HOST_KEY] = "machine-host-key",
	[BOOT_MACHINE_LOGIN] = "machine-login",
	[BOOT_MACHINE_NO_ROOT] = "machine-no-root",
	[BOOT_MACHINE_ARCH] = "machine-arch",
	[BOOT_MACHINE_CLOCK] = "machine-clock",
	[BOOT_MACHINE_BUSY] = "machine-busy",
	[BOOT_MACHINE_DISK_FULL] = "machine-disk-full",
	[BOOT_MACHINE_PUSH] = "machine-push",
	[BOOT_MACHINE_ARM] = "machine-arm",
	[BOOT_MACHINE_DOWN] = "machine-down",
	[BOOT_MACHINE_BOOT] = "machine-boot",
	[BOOT_MACHINE_WRONG_KERNEL] = "machine-wrong-kernel",
	[BOOT_MACHINE_TUNE] = "machine-tune",
	[BOOT_MACHINE_GIVEN_UP] = "machine-given-up",
};

const char *boot_status__name(enum boot_status s)
{
	return names[s];
}

bool boot_status__is_hosts(enum boot_status s)
{
	return s == BOOT_HOST_DISK_FULL || s == BOOT_TARGET_MISSING || s == BOOT_TARGET_KILLED ||
	       s >= BOOT_MACHINE_LOST;
}

bool boot_status__fills_slot(enum boot_status s)
{
	return s != BOOT_INTERRUPTED && !boot_status__is_hosts(s);
}

bool boot_status__is_failure(enum boot_status s)
{
	return s != BOOT_OK && boot_status__fills_slot(s);
}

int boot_status__parse(const char *name)
{
	for (int i = 0; i < BOOT_STATUS_MAX; i++)
		if (streq(name, names[i]))
			return i;
	return -EINVAL;
}

#define INSERT_LOG "INSERT INTO log (boot, name, bytes, zstd) VALUES (?, ?, ?, ?)"
#define INSERT_TEXT "INSERT INTO text (boot, name, bytes, zstd) VALUES (?, ?, ?, ?)"

/* Insert one compressed text of a boot; a NULL text adds no row. */
static int add_packed(struct store *st, const char *sql, int64_t boot, const char *name,
		      const char *text, size_t len, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret;

	if (!text)
		return 0;
	ret = query__begin(&q, st, sql, ARGS(boot, name), err);
	if (!ret)
		ret = bind__packed(&q, name, text, len, err);
	return ret ? ret : query__run(&q, NULL, err);
}

/* The logs of a boot (console and dmesg), then the texts of its collectors. */
static int add_texts(struct store *st, int64_t boot, const struct store_boot *bt, struct err *err)
{
	int ret = add_packed(st, INSERT_LOG, boot, "console", bt->console, bt->console_len, err);

	if (!ret && bt->dmesg)
		ret = add_packed(st, INSERT_LOG, boot, "dmesg", bt->dmesg, strlen(bt->dmesg), err);
	for (size_t i = 0; !ret && i < bt->n_texts; i++)
		ret = add_packed(st, INSERT_TEXT, boot, bt->texts[i].name, bt->texts[i].text,
				 bt->texts[i].len, err);
	return ret;
}

static int add_facts(struct store *st, int64_t boot, const struct store_boot *bt, struct err *err)
{
	_query_ struct query q = { 0 };
	/* A plug-in may report a fact again to correct it: the last value counts. */
	int ret = query__begin(&q, st,
			       "INSERT OR REPLACE INTO fact (boot, key, value) VALUES (?, ?, ?)",
			       NULL, err);

	for (size_t i = 0; !ret && i < bt->n_facts; i++)
		ret = query__run(&q, ARGS(boot, bt->facts[i].key, bt->facts[i].value), err);
	return ret;
}

/* The timed part of each iteration; store__costs() computes the cost of a boot from it. */
static int add_iterations(struct store *st, int64_t boot, const struct store_boot *bt,
			  struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "INSERT INTO iteration (boot, workload, iter, warmup, tainted, ns)"
			       " VALUES (?, ?, ?, ?, ?, ?)",
			       NULL, err);

	for (size_t i = 0; !ret && i < bt->n_iterations; i++) {
		const struct store_iteration *it = &bt->iterations[i];

		ret = query__run(&q,
				 ARGS(boot, it->workload, it->iter, it->warmup, it->tainted,
				      it->ns),
				 err);
	}
	return ret;
}

/* A sample and its series. */
struct placed_sample {
	int64_t series; /* 0: not looked up yet */
	const struct store_sample *sample;
};

/* By names first, so that new series always get their ids in the same order. Metrics with equal
 * names may still have different definitions; their pointers tell those apart. */
static int compare_series(const struct store_sample *a, const struct store_sample *b)
{
	int ret = a->metric == b->metric ? 0 : strcmp(a->metric->name, b->metric->name);

	if (!ret)
		ret = strcmp(a->workload, b->workload);
	if (!ret)
		ret = strcmp(a->source, b->source);
	if (!ret)
		ret = (a->version > b->version) - (a->version < b->version);
	if (!ret)
		ret = (a->basis > b->basis) - (a->basis < b->basis);
	return ret ? ret : (a->metric > b->metric) - (a->metric < b->metric);
}

static int by_series(const void *a, const void *b)
{
	const struct placed_sample *x = a, *y = b;

	return compare_series(x->sample, y->sample);
}

/* The primary key order of table sample, within one variant and boot. */
static int by_key(const void *a, const void *b)
{
	const struct placed_sample *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->sample->iter > y->sample->iter) - (x->sample->iter < y->sample->iter);
}

/*
 * Look up the series of each sample and sort the samples by primary key.
 *
 * Samples arrive iteration by iteration, but the table is ordered by series. A boot may have a
 * hundred thousand samples: sorting them first looks up each series once, and touches each page of
 * the table only once per boot.
 */
static int place_samples(struct store *st, struct placed_sample *out, const struct store_boot *b,
			 struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < b->n_samples; i++)
		out[i].sample = &b->samples[i];
	qsort(out, b->n_samples, sizeof(*out), by_series);
	for (size_t i = 0; !ret && i < b->n_samples; i++) {
		if (i && !compare_series(out[i].sample, out[i - 1].sample))
			out[i].series = out[i - 1].series;
		else
			ret = store_series__id(st, out[i].sample, &out[i].series, err);
	}
	if (!ret)
		qsort(out, b->n_samples, sizeof(*out), by_key);
	return ret;
}

/* -EINVAL if the boot reported an iteration of a series twice, which violates the primary key. */
static int insert_sample(struct query *q, int64_t variant, int64_t boot,
			 const struct placed_sample *p, struct err *err)
{
	const struct store_sample *s = p->sample;
	int ret;

	if (!isfinite(s->value))
		return err__set(err, -EINVAL, "%s/%s: a sample is not a finite number", s->workload,
				s->metric->name);
	ret = query__run(q,
			 ARGS(variant, p->series, boot, s->iter, s->value, s->warmup, s->tainted,
			      s->enabled_ns, s->running_ns),
			 err);
	if (ret == -EINVAL)
		return err__prefix(err, ret, "%s/%s, iteration %d (reported twice?): ", s->workload,
				   s->metric->name, s->iter);
	return ret;
}

/* Insert the samples and, in the same pass, the rows of boot_stat computed from them: the samples
 * are in the order that median__add() needs. */
static int add_samples(struct store *st, int64_t variant, int64_t boot, const struct store_boot *b,
		       struct err *err)
{
	_free_ struct placed_sample *placed = xcalloc(b->n_samples + 1, sizeof(*placed));
	_query_ struct query q = { 0 };
	struct median m;
	int ret = median__begin(&m, st, err);

	if (!ret)
		ret = place_samples(st, placed, b, err);
	if (!ret)
		ret = query__begin(&q, st,
				   "INSERT INTO sample (variant, series, boot, iter, value, warmup,"
				   " tainted, enabled_ns, running_ns)"
				   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				   NULL, err);
	for (size_t i = 0; !ret && i < b->n_samples; i++) {
		const struct store_sample *s = placed[i].sample;

		ret = insert_sample(&q, variant, boot, &placed[i], err);
		if (!ret)
			ret = median__add(&m, placed[i].series, variant,
					  &(struct reading){ .boot = boot,
							     .value = s->value,
							     .warmup = s->warmup,
							     .tainted = s->tainted,
							     .enabled_ns = s->enabled_ns,
							     .running_ns = s->running_ns },
					  err);
	}
	return median__end(&m, ret, err);
}

/* A boot whose UUID is already there is left alone, and *id is 0: adding a boot twice is not an
 * error. */
static int insert_boot(struct store *st, int64_t campaign, int64_t variant,
		       const struct store_boot *bt, int64_t *id, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "INSERT INTO boot (uuid, campaign, variant, slot, block,"
			       " seed, status, detail, started_ns, ended_ns, command)"
			       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			       " ON CONFLICT (uuid) DO NOTHING",
			       ARGS(bt->uuid, campaign, variant, bt->slot, bt->block), err);

	if (ret)
		return ret;
	ret = query__run(&q,
			 ARGS(bt->seed, boot_status__name(bt->status), bt->detail, bt->started_ns,
			      bt->ended_ns, bt->command),
			 err);
	*id = !ret && sqlite3_changes(st->db) ? sqlite3_last_insert_rowid(st->db) : 0;
	return ret;
}

/* Write a boot with all its rows, within the caller's transaction. */
static int write_boot(struct store *st, const char *campaign, const struct store_boot *bt,
		      struct err *err)
{
	int64_t cid = 0, vid = 0, id = 0;
	int ret = store_db__campaign_id(st, campaign, &cid, err);

	if (!ret)
		ret = store_db__variant_id(st, cid, bt->variant, &vid, err);
	if (!ret)
		ret = insert_boot(st, cid, vid, bt, &id, err);
	if (ret || !id)
		return ret;
	ret = add_texts(st, id, bt, err);
	if (!ret)
		ret = add_facts(st, id, bt, err);
	if (!ret)
		ret = add_iterations(st, id, bt, err);
	if (!ret)
		ret = store_profile__add(st, id, bt->profiles, bt->n_profiles, err);
	return ret ? ret : add_samples(st, vid, id, bt, err);
}

/* A single transaction, so that a boot is stored completely or not at all. The schema is checked
 * inside it, as another kduel may have migrated the database since it was opened. */
static int add_boot(struct store *st, const char *campaign, const struct store_boot *bt,
		    struct err *err)
{
	int ret = store_db__begin(st, err);

	if (ret)
		return ret;
	ret = store_schema__unchanged(st, err);
	return store_db__end(st, ret ? ret : write_boot(st, campaign, bt, err), err);
}

/* If the disk is full, deleting the reserve file makes room for the row. */
int store__add_bare_boot(struct store *st, const char *campaign, const struct store_boot *bt,
			 struct err *err)
{
	struct store_boot bare = *bt;
	int ret;

	bare.console = bare.dmesg = NULL;
	bare.n_texts = bare.n_facts = bare.n_iterations = bare.n_samples = 0;
	bare.n_profiles = 0;
	ret = add_boot(st, campaign, &bare, err);
	return ret == -ENOSPC && store__drop_reserve(st) ? add_boot(st, campaign, &bare, err) : ret;
}

/* A boot that fit shows that the disk has room: recreate the reserve file if it was dropped. */
int store__add_boot(struct store *st, const char *campaign, const struct store_boot *bt,
		    struct err *err)
{
	int ret = add_boot(st, campaign, bt, err);

	if (!ret)
		store__fill_reserve(st);
	return ret;
}

/* An estimate is not worth failing for: errors count as "unknown". */
uint64_t store__boot_time(struct store *st, const char *host, const char *target, const char *name,
			  const char *workload)
{
	struct err err;
	int64_t ns = 0;
	int ret;

	ret = store_db__int(st,
			    "SELECT coalesce(CAST(avg(took) AS INTEGER), 0) FROM"
			    " (SELECT b.ended_ns - b.started_ns AS took FROM boot b"
			    "  JOIN campaign c ON c.id = b.campaign"
			    "  LEFT JOIN fact f ON f.boot = b.id AND f.key = '" FACT_WORKLOAD "'"
			    "  WHERE b.status = 'ok' AND b.ended_ns > b.started_ns AND c.host = ?"
			    "  AND c.target = ? AND ? IN (c.name, '') AND coalesce(f.value, '') = ?"
			    "  ORDER BY b.id DESC LIMIT 100)",
			    ARGS(host, target, name, workload), &ns, &err);
	return ret == 1 && ns > 0 ? (uint64_t)ns : 0;
}
