// SPDX-License-Identifier: GPL-2.0-only
/* read.c - reads logs, texts, configurations and facts. */
#include "reports/store/read.h"
#include "reports/store/packed.h"

/* Decompress one text of a boot by name; the caller frees. -ENOENT if there is none. */
static int read_packed(struct store *st, const char *sql, int64_t boot, const char *name,
		       char **text, size_t *len, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, ARGS(boot, name), err);

	*text = NULL;
	*len = 0;
	if (ret)
		return ret;
	ret = query__step(&q, err);
	if (!ret)
		return err__set(err, -ENOENT, "no %s was kept of this boot", name);
	return ret < 0 ? ret : col__packed(&q, name, text, len, err);
}

int store__log(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
	       struct err *err)
{
	return read_packed(st, "SELECT bytes, zstd FROM log WHERE boot = ? AND name = ?", boot,
			   name, text, len, err);
}

int store__text(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
		struct err *err)
{
	return read_packed(st, "SELECT bytes, zstd FROM text WHERE boot = ? AND name = ?", boot,
			   name, text, len, err);
}

int store__config(struct store *st, const char *hash, char **text, struct err *err)
{
	_query_ struct query q = { 0 };
	size_t len;
	int ret = query__begin(&q, st, "SELECT bytes, zstd FROM config WHERE hash = ?", ARGS(hash),
			       err);

	*text = NULL;
	if (!ret)
		ret = query__step(&q, err);
	return ret <= 0 ? ret : col__packed(&q, "configuration", text, &len, err);
}

/* Append column 0 of all rows of a bound query. */
static int read_texts(struct query *q, struct strvec *texts, struct err *err)
{
	int ret;

	while ((ret = query__step(q, err)) > 0)
		strvec__push(texts, col__peek(q, 0));
	return ret;
}

int store__text_names(struct store *st, int64_t boot, struct strvec *names, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, "SELECT name FROM text WHERE boot = ? ORDER BY name",
			       ARGS(boot), err);

	return ret ? ret : read_texts(&q, names, err);
}

static const struct row_type fact_row = ROW_TYPE(struct boot_fact, (key, value), .n_key = 1);

int store__facts(struct store *st, int64_t boot, struct boot_fact **facts, size_t *n,
		 struct err *err)
{
	return store_db__rows(st, "SELECT key, value FROM fact WHERE boot = ? ORDER BY key",
			      ARGS(boot), &fact_row, facts, n, err);
}

void boot_fact__free(struct boot_fact *facts, size_t n)
{
	row_type__free(&fact_row, facts, n);
}

int store__fact(struct store *st, int64_t boot, const char *key, char **value, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, "SELECT value FROM fact WHERE boot = ? AND key = ?",
			       ARGS(boot, key), err);

	*value = NULL;
	if (!ret && (ret = query__step(&q, err)) > 0)
		*value = col__text(&q, 0);
	return ret < 0 ? ret : 0;
}

int store__fact_values(struct store *st, int64_t variant, const char *key, struct strvec *values,
		       struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "SELECT DISTINCT f.value FROM boot b JOIN fact f ON f.boot = b.id"
			       /* Table boot has an index on campaign, but none on variant. */
			       " WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1)"
			       " AND b.variant = ?1 AND b.status = 'ok' AND f.key = ?2"
			       " ORDER BY f.value",
			       ARGS(variant, key), err);

	return ret ? ret : read_texts(&q, values, err);
}

static const struct row_type variant_fact_row = ROW_TYPE(struct variant_fact, (key, value, boot),
							 .n_key = 3);

/* Goes through the campaign, as above. */
#define VARIANT_FACTS                                                                \
	"SELECT f.key, f.value, b.id FROM boot b JOIN fact f ON f.boot = b.id"       \
	" WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1)"           \
	" AND b.variant = ?1 AND (b.status = 'ok' OR f.key GLOB '" FACT_EXPECT "*')" \
	" ORDER BY f.key, f.value, b.id"

int store__variant_facts(struct store *st, int64_t variant, struct variant_fact **list, size_t *n,
			 struct err *err)
{
	return store_db__rows(st, VARIANT_FACTS, ARGS(variant), &variant_fact_row, list, n, err);
}

void variant_fact__free(struct variant_fact *list, size_t n)
{
	row_type__free(&variant_fact_row, list, n);
}
