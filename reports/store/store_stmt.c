// SPDX-License-Identifier: GPL-2.0-only
/*
 * store_stmt.c - statements of a connection that are prepared once. A page asks some hundred
 * times the same few dozen questions: to parse each anew would be a quarter of its time.
 */
#include "lib/hash.h"
#include "reports/store/db.h"

/* What a cleanup has is a statement, what it needs is the store: stores that are open. */
static struct {
	pthread_mutex_t lock;
	struct store *first;
} stores = { .lock = PTHREAD_MUTEX_INITIALIZER };

void store_stmt__init(struct store *st)
{
	pthread_mutex_lock(&stores.lock);
	st->next = stores.first;
	stores.first = st;
	pthread_mutex_unlock(&stores.lock);
}

void store_stmt__release(struct store *st)
{
	struct store **at = &stores.first;

	store_stmt__forget(st);
	pthread_mutex_lock(&stores.lock);
	while (*at != st)
		at = &(*at)->next;
	*at = st->next;
	pthread_mutex_unlock(&stores.lock);
}

void store_stmt__forget(struct store *st)
{
	for (size_t i = 0; i < st->n_kept; i++)
		sqlite3_finalize(st->kept[i].stmt);
	st->n_kept = 0;
}

static struct store *store_of(sqlite3_stmt *stmt)
{
	const sqlite3 *db = sqlite3_db_handle(stmt);
	struct store *st;

	pthread_mutex_lock(&stores.lock);
	for (st = stores.first; st && st->db != db;)
		st = st->next;
	pthread_mutex_unlock(&stores.lock);
	return st;
}

void store_db__finalize(sqlite3_stmt **stmt)
{
	struct store *st = *stmt ? store_of(*stmt) : NULL;

	for (size_t i = 0; st && i < st->n_kept; i++) {
		if (st->kept[i].stmt != *stmt)
			continue;
		sqlite3_reset(*stmt);
		sqlite3_clear_bindings(*stmt);
		st->kept[i].in_use = false;
		return;
	}
	sqlite3_finalize(*stmt);
}

int store_db__prepare(struct store *st, const char *sql, sqlite3_stmt **stmt, struct err *err)
{
	uint64_t hash = hash__text(sql);
	bool keep = st->n_kept < STORE_KEPT;

	for (size_t i = 0; i < st->n_kept; i++) {
		struct kept_stmt *k = &st->kept[i];

		if (k->in_use || k->hash != hash || !streq(sqlite3_sql(k->stmt), sql))
			continue;
		k->in_use = true;
		*stmt = k->stmt;
		return 0;
	}
	*stmt = NULL;
	if (sqlite3_prepare_v3(st->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, stmt, NULL) !=
	    SQLITE_OK)
		return store_db__fail(st, err, "cannot prepare a query");
	if (keep)
		st->kept[st->n_kept++] = (struct kept_stmt){ *stmt, hash, true };
	return 0;
}
