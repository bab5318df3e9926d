// SPDX-License-Identifier: GPL-2.0-only
/* store.c - any bytes as a database: campaigns are listed, loaded and compared, logs unpacked. */
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "reports/report/report.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64];
static FILE *null;

static void forget(void)
{
	unlink(path);
}

/* The file is rewritten for each input; SQLite wants a name. */
static void put(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0) {
		snprintf(path, sizeof(path), "/dev/shm/kduel-fuzz-XXXXXX");
		fd = mkstemp(path);
		null = fopen("/dev/null", "w");
		if (fd < 0 || !null)
			abort();
		atexit(forget);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
}

static void read_boots(struct store *st, const struct campaign *c)
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

static void use(struct store *st)
{
	struct campaign_brief *list;
	struct campaign *c;
	struct report *r;
	size_t n;

	if (!store__list(st, &list, &n, NULL))
		campaign_brief__free(list, n);
	if (!store__load(st, "latest", &c, NULL)) {
		read_boots(st, c);
		if (!report__open(st, c->uuid, &r, NULL, NULL)) {
			render__default(r, "text", 0, null, NULL);
			render__default(r, "json", 0, null, NULL);
		}
		report__free(r);
		campaign__free(c);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store *st;

	put(data, size);
	if (!store__open(path, STORE_READ, &st, NULL)) {
		use(st);
		store__close(st);
	}
	return 0;
}
