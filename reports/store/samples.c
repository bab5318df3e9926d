// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/median.h"
#include "lib/hash.h"

#include <math.h>

/* What one boot has of series so far, found by hashing: a boot may bring a hundred
 * thousand samples of a few hundred series, and asking SQLite each time would cost more
 * than storing them. */
struct series_slot {
	const struct store_sample *sample; /* the first one of the series; NULL: free */
	int64_t id;
};

struct series_map {
	struct series_slot *slot;
	size_t n, cap; /* cap is a power of two */
	sqlite3_stmt *insert, *find;
};

static size_t hash_series(const struct store_sample *s)
{
	uint64_t h = hash__text(s->workload);

	h = hash__add(h, s->source);
	h = hash__add(h, s->metric->name) ^ s->version ^ ((uint64_t)s->basis << 8);
	return (size_t)(h ^ (h >> 29)); /* the map uses the low bits */
}

static bool same_series(const struct store_sample *a, const struct store_sample *b)
{
	return a->metric == b->metric && a->version == b->version && a->basis == b->basis &&
	       streq(a->workload, b->workload) && streq(a->source, b->source);
}

static struct series_slot *map_find(const struct series_map *map, const struct store_sample *s)
{
	size_t i = hash_series(s) & (map->cap - 1);

	while (map->slot[i].sample && !same_series(map->slot[i].sample, s))
		i = (i + 1) & (map->cap - 1);
	return &map->slot[i];
}

static void map_grow(struct series_map *map)
{
	struct series_map old = *map;

	map->cap = old.cap ? old.cap * 2 : 256;
	map->slot = xcalloc(map->cap, sizeof(*map->slot));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i].sample)
			*map_find(map, old.slot[i].sample) = old.slot[i];
	free(old.slot);
}

static void map_release(struct series_map *map)
{
	store_db__finalize(&map->insert);
	store_db__finalize(&map->find);
	free(map->slot);
}

#define SERIES_COLUMNS                                                                             \
	"workload, source, version, metric, unit, better, kind, is_primary, per_boot, margin_abs," \
	" margin_rel, resolution, basis"

static int map_prepare(struct store *st, struct series_map *map, struct err *err)
{
	int ret = store_db__prepare(st,
				    "INSERT INTO series (" SERIES_COLUMNS ")"
				    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
				    " ON CONFLICT DO NOTHING",
				    &map->insert, err);

	return ret ? ret :
		     store_db__prepare(st,
				       "SELECT id FROM series WHERE (" SERIES_COLUMNS ") ="
				       " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				       &map->find, err);
}

static void bind_series(sqlite3_stmt *stmt, const struct store_sample *s)
{
	const struct metric *m = s->metric;
	struct binder b = binder__of(stmt);

	bind__text(&b, s->workload);
	bind__text(&b, s->source);
	bind__int(&b, s->version);
	bind__text(&b, m->name);
	bind__text(&b, m->unit);
	bind__text(&b, metric__better_name(m->better));
	bind__text(&b, metric__kind_name(m->kind));
	bind__int(&b, m->primary);
	bind__int(&b, m->per_boot);
	bind__double(&b, m->margin_abs);
	bind__double(&b, m->margin_rel);
	bind__double(&b, m->resolution);
	bind__text(&b, metric__basis_name(s->basis));
}

static int series_row(struct store *st, struct series_map *map, const struct store_sample *s,
		      int64_t *id, struct err *err)
{
	int ret;

	bind_series(map->insert, s);
	ret = store_db__run(st, map->insert, err);
	if (ret)
		return ret;
	bind_series(map->find, s);
	ret = store_db__step(st, map->find, err);
	*id = ret > 0 ? sqlite3_column_int64(map->find, 0) : 0;
	sqlite3_reset(map->find);
	if (ret == 0)
		return err__set(err, -EIO, "%s: a series that was just added is missing", st->path);
	return ret < 0 ? ret : 0;
}

static int series_id(struct store *st, struct series_map *map, const struct store_sample *s,
		     int64_t *id, struct err *err)
{
	struct series_slot *slot;
	int ret;

	if (map->n * 2 >= map->cap)
		map_grow(map);
	slot = map_find(map, s);
	if (!slot->sample) {
		ret = series_row(st, map, s, &slot->id, err);
		if (ret)
			return ret;
		slot->sample = s;
		map->n++;
	}
	*id = slot->id;
	return 0;
}

static int add_sample(struct store *st, sqlite3_stmt *stmt, int64_t variant, int64_t series,
		      int64_t boot, const struct store_sample *s, struct err *err)
{
	struct binder b = binder__of(stmt);
	int ret;

	if (!isfinite(s->value))
		return err__set(err, -EINVAL, "%s/%s: a sample is not a finite number", s->workload,
				s->metric->name);
	bind__int(&b, variant);
	bind__int(&b, series);
	bind__int(&b, boot);
	bind__int(&b, s->iter);
	bind__double(&b, s->value);
	bind__int(&b, s->warmup);
	bind__int(&b, s->tainted);
	bind__u64(&b, s->enabled_ns);
	bind__u64(&b, s->running_ns);
	ret = store_db__run(st, stmt, err);
	if (ret == -EINVAL)
		return err__prefix(err, ret, "%s/%s, iteration %d (reported twice?): ", s->workload,
				   s->metric->name, s->iter);
	return ret;
}

/* A sample and where it goes. */
struct placed {
	int64_t series;
	const struct store_sample *sample;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->sample->iter > y->sample->iter) - (x->sample->iter < y->sample->iter);
}

/* Samples come iteration by iteration, the table is ordered by series: sorting first makes
 * each page of it be touched once per boot. */
static int place(struct store *st, struct placed *out, const struct store_boot *b, struct err *err)
{
	struct series_map map = { 0 };
	int ret = map_prepare(st, &map, err);

	for (size_t i = 0; !ret && i < b->n_samples; i++) {
		out[i].sample = &b->samples[i];
		ret = series_id(st, &map, &b->samples[i], &out[i].series, err);
	}
	map_release(&map);
	if (!ret)
		qsort(out, b->n_samples, sizeof(*out), compare_placed);
	return ret;
}

static int add_samples(struct store *st, int64_t variant, int64_t boot, const struct placed *placed,
		       size_t n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct median m;
	int ret = median__begin(&m, st, err);

	if (!ret)
		ret = store_db__prepare(st, "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
					&stmt, err);
	for (size_t i = 0; !ret && i < n; i++) {
		const struct store_sample *s = placed[i].sample;

		ret = add_sample(st, stmt, variant, placed[i].series, boot, s, err);
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

int store_samples__add(struct store *st, int64_t variant, int64_t boot, const struct store_boot *b,
		       struct err *err)
{
	_free_ struct placed *placed = xcalloc(b->n_samples + 1, sizeof(*placed));
	int ret = place(st, placed, b, err);

	return ret ? ret : add_samples(st, variant, boot, placed, b->n_samples, err);
}
