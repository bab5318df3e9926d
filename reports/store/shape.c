// SPDX-License-Identifier: GPL-2.0-only
/* shape.c - compares the schema of a file with the one that kduel creates, before anything is
 * read. */
#include "reports/store/shape.h"
#include "lib/units.h"
#include "reports/store/db.h"

#include <ctype.h>
#include <nettle/sha2.h>

/* The tables that ANALYZE creates are SQLite's own; their SQL text never changes. */
#define OBJECTS                                                                                 \
	"SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"                     \
	" WHERE (type, name, coalesce(sql, '')) NOT IN (VALUES"                                 \
	" ('table', 'sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)'),"                \
	" ('table', 'sqlite_stat4', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)'))" \
	" ORDER BY type DESC, name, tbl_name, sql"

struct object {
	char *type, *name, *table, *sql;
};

static const struct row_type object_row = ROW_TYPE(struct object, (type, name, table, sql));

/* Are the texts equal, except for the amount of white space between words? */
static bool same_text(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (isspace((unsigned char)*a) && isspace((unsigned char)*b)) {
			while (isspace((unsigned char)a[1]))
				a++;
			while (isspace((unsigned char)b[1]))
				b++;
		} else if (*a != *b) {
			return false;
		}
	}
	return *a == *b;
}

static int read_objects(struct store *st, struct object **list, size_t *n, struct err *err)
{
	return store_db__rows(st, OBJECTS, NULL, &object_row, list, n, err);
}

/* Report the first object that differs. Tables sort before their indexes. */
static int compare(const struct store *st, const struct object *file, size_t n_file,
		   const struct object *ours, size_t n_ours, struct err *err)
{
	const char *how = NULL;
	const struct object *which = NULL;

	for (size_t i = 0; !how && (i < n_file || i < n_ours); i++) {
		const struct object *f = i < n_file ? &file[i] : NULL;
		const struct object *o = i < n_ours ? &ours[i] : NULL;
		int order = !f ? 1 : !o ? -1 : strcmp(o->type, f->type);

		if (!order)
			order = strcmp(f->name, o->name);
		which = order > 0 ? o : f;
		how = order < 0 ? "is none of kduel's" :
		      order > 0 ? "is missing" :
		      !streq(f->table, o->table) || !same_text(f->sql, o->sql) ?
				  "is not as kduel makes it" :
				  NULL;
	}
	if (!how || !which)
		return 0;
	return err__set(err, -EUCLEAN,
			"%s: not read, because its schema was altered: %.20s %.60s %s; expected a "
			"database as kduel wrote it",
			st->path, which->type, which->name, how);
}

/* Hash a string with its NUL, each run of white space as a single space, consistent with
 * same_text(). */
static void add_text(struct sha256_ctx *ctx, const char *s)
{
	for (; *s; s++) {
		bool space = isspace((unsigned char)*s);

		if (!space || !isspace((unsigned char)s[1]))
			sha256_update(ctx, 1, (const uint8_t *)(space ? " " : s));
	}
	sha256_update(ctx, 1, (const uint8_t *)"");
}

int store_shape__digest(struct store *st, char hex[65], struct err *err)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	struct object *list = NULL;
	size_t n = 0;
	int ret = read_objects(st, &list, &n, err);

	sha256_init(&ctx);
	for (size_t i = 0; i < n; i++) {
		add_text(&ctx, list[i].type);
		add_text(&ctx, list[i].name);
		add_text(&ctx, list[i].table);
		add_text(&ctx, list[i].sql);
	}
	sha256_digest(&ctx, sizeof(digest), digest);
	units__put_hex(digest, sizeof(digest), hex);
	row_type__free(&object_row, list, n);
	return ret;
}

int store_shape__check(struct store *st, struct store *ours, struct err *err)
{
	struct object *file = NULL, *made = NULL;
	size_t n_file = 0, n_made = 0;
	int ret = read_objects(st, &file, &n_file, err);

	if (!ret)
		ret = read_objects(ours, &made, &n_made, err);
	if (!ret)
		ret = compare(st, file, n_file, made, n_made, err);
	row_type__free(&object_row, file, n_file);
	row_type__free(&object_row, made, n_made);
	return ret;
}
