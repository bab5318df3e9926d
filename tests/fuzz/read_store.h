/* SPDX-License-Identifier: GPL-2.0-only */
/* read_store.h - read a database in the fuzz targets: list, load, compare and explain campaigns, and unpack
 * logs. */
#ifndef KDUEL_TESTS_FUZZ_READ_STORE_H
#define KDUEL_TESTS_FUZZ_READ_STORE_H

#include "reports/profile/load.h"
#include "reports/render/explain/explain.h"
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "reports/report/report.h"

#include <unistd.h>

static char read_store__path[64];

/* Remove the file, with those that the store and SQLite make beside it. */
static inline void read_store__forget(void)
{
	static const char *const ends[] = { "", ".reserve", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		_free_ char *name = xasprintf("%s%s", read_store__path, ends[i]);

		unlink(name);
	}
}

/* SQLite needs a file name: one file is rewritten for each input. */
static inline int read_store__file(void)
{
	static int fd = -1;

	if (fd >= 0)
		return fd;
	snprintf(read_store__path, sizeof(read_store__path), "/dev/shm/kduel-fuzz-XXXXXX");
	fd = mkstemp(read_store__path);
	if (fd < 0)
		abort();
	atexit(read_store__forget);
	return fd;
}

static inline void read_store__boots(struct store *st, const struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		struct boot_fact *facts;
		char *text;
		size_t n;

		if (!store__log(st, c->boots[i].id, "console", &text, &n, NULL))
			free(text);
		if (!store__facts(st, c->boots[i].id, &facts, &n, NULL))
			boot_fact__free(facts, n);
	}
}

static inline void read_store__explain(struct store *st, FILE *null)
{
	const struct explain_request row = { .row = "hackbench/kernel.instructions", .fold = true };
	struct explain *e;

	if (!explain__make(st, "latest", &row, &e, NULL)) {
		for (enum explain_by by = BY_FUNCTION; by < EXPLAIN_BYS; by++)
			explain__text(e, by, 20, null, NULL);
		explain__json(e, null);
		explain__free(e);
	}
}

static inline void read_store__all(struct store *st)
{
	static FILE *null;
	struct campaign_brief *list;
	struct campaign *c;
	struct report *r;
	size_t n;

	if (!null)
		null = fopen("/dev/null", "w");
	if (!null)
		abort();
	if (!store__list(st, &list, &n, NULL))
		campaign_brief__free(list, n);
	if (!store__load(st, "latest", &c, NULL)) {
		read_store__boots(st, c);
		if (!report__open(st, c->uuid, &r, NULL, NULL)) {
			render__default(r, "text", 0, null, NULL);
			render__default(r, "json", 0, null, NULL);
		}
		report__free(r);
		read_store__explain(st, null);
		campaign__free(c);
	}
}

/* Open the file and, if kduel accepts it, read everything in it. */
static inline void read_store(void)
{
	struct store *st;

	if (!store__open(read_store__path, STORE_READ, &st, NULL)) {
		read_store__all(st);
		store__close(st);
	}
}

#endif
