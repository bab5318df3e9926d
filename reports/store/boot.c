// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"

static int add_packed(struct store *st, const char *sql, int64_t boot, const char *name,
		      const char *text, size_t len, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret;

	if (!text)
		return 0;
	ret = store_db__prepare(st, sql, &stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, boot);
	bind__text(&b, name);
	ret = bind__packed(&b, name, text, len, err);
	return ret ? ret : store_db__run(st, stmt, err);
}

static int add_log(struct store *st, int64_t boot, const char *name, const char *text, size_t len,
		   struct err *err)
{
	return add_packed(st, "INSERT INTO log VALUES (?, ?, ?, ?)", boot, name, text, len, err);
}

static int add_texts(struct store *st, int64_t boot, const struct store_boot *bt, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < bt->n_texts; i++)
		ret = add_packed(st, "INSERT INTO text VALUES (?, ?, ?, ?)", boot,
				 bt->texts[i].name, bt->texts[i].text, bt->texts[i].len, err);
	return ret;
}

static int add_facts(struct store *st, int64_t boot, const struct store_boot *bt, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	/* A plug-in may correct what it said: the last word counts. */
	int ret = store_db__prepare(st, "INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", &stmt, err);

	for (size_t i = 0; !ret && i < bt->n_facts; i++) {
		struct binder b = binder__of(stmt);

		bind__int(&b, boot);
		bind__text(&b, bt->facts[i].key);
		bind__text(&b, bt->facts[i].value);
		ret = store_db__run(st, stmt, err);
	}
	return ret;
}

static int add_iterations(struct store *st, int64_t boot, const struct store_boot *bt,
			  struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "INSERT INTO iteration VALUES (?, ?, ?, ?, ?, ?)", &stmt,
				    err);

	for (size_t i = 0; !ret && i < bt->n_iterations; i++) {
		const struct store_iteration *it = &bt->iterations[i];
		struct binder b = binder__of(stmt);

		bind__int(&b, boot);
		bind__text(&b, it->workload);
		bind__int(&b, it->iter);
		bind__int(&b, it->warmup);
		bind__int(&b, it->tainted);
		bind__u64(&b, it->ns);
		ret = store_db__run(st, stmt, err);
	}
	return ret;
}

/* *id stays 0 when the boot is there already. */
static int insert_boot(struct store *st, int64_t campaign, int64_t variant,
		       const struct store_boot *bt, int64_t *id, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st,
				    "INSERT INTO boot (uuid, campaign, variant, slot, block,"
				    " seed, status, detail, started_ns, ended_ns, command)"
				    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
				    " ON CONFLICT (uuid) DO NOTHING",
				    &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, bt->uuid);
	bind__int(&b, campaign);
	bind__int(&b, variant);
	bind__int(&b, bt->slot);
	bind__int(&b, bt->block);
	bind__u64(&b, bt->seed);
	bind__text(&b, boot_status__name(bt->status));
	bind__text(&b, bt->detail);
	bind__u64(&b, bt->started_ns);
	bind__u64(&b, bt->ended_ns);
	bind__text(&b, bt->command);
	ret = store_db__run(st, stmt, err);
	*id = !ret && sqlite3_changes(st->db) ? sqlite3_last_insert_rowid(st->db) : 0;
	return ret;
}

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
	ret = add_log(st, id, "console", bt->console, bt->console_len, err);
	if (!ret)
		ret = add_log(st, id, "dmesg", bt->dmesg, bt->dmesg ? strlen(bt->dmesg) : 0, err);
	if (!ret)
		ret = add_texts(st, id, bt, err);
	if (!ret)
		ret = add_facts(st, id, bt, err);
	if (!ret)
		ret = add_iterations(st, id, bt, err);
	return ret ? ret : store_samples__add(st, vid, id, bt, err);
}

static int add_boot(struct store *st, const char *campaign, const struct store_boot *bt,
		    struct err *err)
{
	int ret = store_db__begin(st, err);

	if (ret)
		return ret;
	ret = store_schema__unchanged(st, err);
	return store_db__end(st, ret ? ret : write_boot(st, campaign, bt, err), err);
}

/* The least that tells what became of a boot whose results found no room. */
static int add_bare_boot(struct store *st, const char *campaign, const struct store_boot *bt,
			 struct err *err)
{
	struct store_boot bare = *bt;
	struct err why = { "" };

	bare.status = BOOT_HOST_DISK_FULL;
	bare.detail = "the disk that holds the database was full; the results were lost";
	bare.console = bare.dmesg = NULL;
	bare.n_texts = bare.n_facts = bare.n_iterations = bare.n_samples = 0;
	if (add_boot(st, campaign, &bare, &why))
		return err__prefix(err, -ENOSPC, "disk full, slot %u is not recorded: ", bt->slot);
	return err__prefix(err, -ENOSPC, "disk full, slot %u is recorded as %s: ", bt->slot,
			   boot_status__name(bare.status));
}

int store__add_boot(struct store *st, const char *campaign, const struct store_boot *bt,
		    struct err *err)
{
	int ret = add_boot(st, campaign, bt, err);

	if (!ret)
		store_reserve__fill(st);
	if (ret != -ENOSPC || !store_reserve__drop(st))
		return ret;
	return add_bare_boot(st, campaign, bt, err);
}
