// SPDX-License-Identifier: GPL-2.0-only
/* series.c - series, identified by everything their metrics declare, and their samples. */
#include "reports/store/series.h"
#include "reports/store/db.h"

/* Optional strings of a metric are stored as "". */
static void empty_is_null(const char **text)
{
	if (!**text) {
		free((char *)*text);
		*text = NULL;
	}
}

/* Parse the columns that follow the plain ones: direction, kind, basis and id. */
static int parse_series(struct query *q, int at, void *row, struct err *err)
{
	struct series *s = row;
	int kind = metric__kind_parse(col__peek(q, at + 1));
	int basis = metric__basis_parse(col__peek(q, at + 2));

	s->id = col__int(q, at + 3);
	if (kind < 0 || basis < 0)
		return err__set(err, -EUCLEAN, "%s: series %lld has an unknown kind or basis",
				q->st->path, (long long)s->id);
	s->metric.better = streq(col__peek(q, at), "higher") ? BETTER_HIGHER : BETTER_LOWER;
	s->metric.kind = (enum metric_kind)kind;
	s->basis = (enum metric_basis)basis;
	empty_is_null(&s->metric.per);
	empty_is_null(&s->metric.events);
	return 0;
}

/* The plain columns of a series. Direction, kind and basis, which the database stores as words,
 * follow them, and then the id. */
static const struct row_type series_row =
	ROW_TYPE(struct series,
		 (workload, source, version, metric.name, metric.unit, metric.primary,
		  metric.per_boot, metric.margin_abs, metric.margin_rel, metric.resolution,
		  metric.describes, metric.per, metric.deterministic, metric.floor, metric.events),
		 .parse = parse_series);

/* Bind all columns of a series' key, in the order of SERIES_NAMES. */
static void bind_series(struct query *q, const struct store_sample *s)
{
	const struct series series = { .workload = s->workload,
				       .source = s->source,
				       .version = s->version,
				       .metric = *s->metric };

	bind__row(q, &series_row, &series);
	query__bind(q, ARGS(metric__better_name(s->metric->better),
			    metric__kind_name(s->metric->kind), metric__basis_name(s->basis)));
}

/* The insert does nothing if the series exists, and does not return its id then, so look it up in
 * either case. */
int store_series__id(struct store *st, const struct store_sample *s, int64_t *id, struct err *err)
{
	_query_ struct query insert = { 0 }, find = { 0 };
	int ret = query__begin(&insert, st,
			       "INSERT INTO series (" SERIES_NAMES ")"
			       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			       " ON CONFLICT DO NOTHING",
			       NULL, err);

	if (!ret)
		ret = query__begin(&find, st,
				   "SELECT id FROM series WHERE (" SERIES_NAMES ") ="
				   " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				   NULL, err);
	if (ret)
		return ret;
	bind_series(&insert, s);
	ret = query__run(&insert, NULL, err);
	if (ret)
		return ret;
	bind_series(&find, s);
	ret = query__int(&find, id, err);
	if (!ret)
		return err__set(err, -EIO, "%s: a series that was just added is missing", st->path);
	return ret < 0 ? ret : 0;
}

/*
 * The distinct series of a variant, found by hopping from key to key of boot_stat: the cost depends
 * on the number of series, not on the number of boots or samples.
 */
#define SERIES_OF_VARIANT                                                                    \
	"WITH RECURSIVE hop (id) AS ("                                                       \
	" SELECT min(series) FROM boot_stat WHERE variant = ?1"                              \
	" UNION ALL"                                                                         \
	" SELECT (SELECT min(series) FROM boot_stat WHERE variant = ?1 AND series > hop.id)" \
	" FROM hop WHERE hop.id IS NOT NULL LIMIT 1000000)"                                  \
	" SELECT " SERIES_NAMES ", s.id FROM hop JOIN series s ON s.id = hop.id" SERIES_ORDER
#define SERIES_ORDER " ORDER BY workload, source, metric, s.id"

int store__series(struct store *st, int64_t variant, struct series **list, size_t *n,
		  struct err *err)
{
	return store_db__rows(st, SERIES_OF_VARIANT, ARGS(variant), &series_row, list, n, err);
}

int store__all_series(struct store *st, struct series **list, size_t *n, struct err *err)
{
	return store_db__rows(st, "SELECT " SERIES_NAMES ", id FROM series s" SERIES_ORDER, NULL,
			      &series_row, list, n, err);
}

void series__free(struct series *list, size_t n)
{
	row_type__free(&series_row, list, n);
}

/* Table columns, and members of the struct. */
#define READING series, boot, iter, value, warmup, tainted, enabled_ns, running_ns
#define READING_NAMES TEXT_OF(READING)

static const struct row_type reading_row = ROW_TYPE(struct reading, (READING), .n_key = 3);

/* One range of table sample in primary key order: no sorting needed. */
int store__readings(struct store *st, int64_t variant, int64_t series, struct reading **list,
		    size_t *n, struct err *err)
{
	return store_db__rows(st,
			      "SELECT " READING_NAMES
			      " FROM sample WHERE variant = ? AND series = ?"
			      " ORDER BY boot, iter",
			      ARGS(variant, series), &reading_row, list, n, err);
}

int store__all_readings(struct store *st, int64_t variant, struct reading **list, size_t *n,
			struct err *err)
{
	return store_db__rows(st,
			      "SELECT " READING_NAMES " FROM sample WHERE variant = ?"
			      " ORDER BY series, boot, iter",
			      ARGS(variant), &reading_row, list, n, err);
}

/* Series whose values repeat bit for bit; with ?2 also those that exact mode checks but identical.h
 * does not use, as in repeats__is_count(). In primary key order of sample. */
#define COUNTS                                                                             \
	"SELECT " READING_NAMES                                                            \
	" FROM sample WHERE variant = ?1 AND series IN (SELECT id FROM series WHERE"       \
	" (kind = 'count' AND basis = 'exact') OR (kind = 'model' AND basis = 'modelled')" \
	" OR (?2 AND (basis IN ('exact', 'modelled')"                                      \
	" OR (basis = 'simulated' AND kind <> 'time'))))"                                  \
	" ORDER BY series, boot, iter"

int store__counts(struct store *st, int64_t variant, bool all, struct reading **list, size_t *n,
		  struct err *err)
{
	return store_db__rows(st, COUNTS, ARGS(variant, all), &reading_row, list, n, err);
}

/* Binary search: the list is sorted by series. */
const struct reading *reading__of_series(const struct reading *list, size_t n, int64_t series,
					 size_t *count)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (list[mid].series < series)
			lo = mid + 1;
		else
			hi = mid;
	}
	*count = 0;
	while (lo + *count < n && list[lo + *count].series == series)
		++*count;
	return list + lo;
}
