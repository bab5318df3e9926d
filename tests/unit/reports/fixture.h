/* SPDX-License-Identifier: GPL-2.0-only */
/* fixture.h - a database in its own directory, and a campaign for it. */
#ifndef KDUEL_TESTS_UNIT_REPORTS_FIXTURE_H
#define KDUEL_TESTS_UNIT_REPORTS_FIXTURE_H

#include "lib/fs.h"
#include "reports/store/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>

#define FIXTURE_UUID "0badc0de-0000-4000-8000-00000000000%c"

struct fixture {
	char dir[64], db[96], uuid[UUID_LEN];
	struct store *st;
	struct err err;
};

/* Create an empty database at `path`. Creating one takes longer than most tests, so later ones are
 * copies of the first. */
static inline void fixture_database(struct fixture *f, const char *path)
{
	static char *made; /* kept until exit */
	static size_t len;
	_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	if (!made) {
		if (store__open(path, STORE_WRITE, &f->st, &f->err))
			fail_msg("%s", f->err.msg);
		store__close(f->st);
		assert_int_equal(fs__read(path, 1 << 20, &made, &len), 0);
	} else {
		assert_int_equal(mkdir(dir, 0700), 0);
		assert_int_equal(fs__write_atomic(path, made, len), 0);
	}
	if (store__open(path, STORE_WRITE, &f->st, &f->err))
		fail_msg("%s", f->err.msg);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/kduel-unit-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->db, sizeof(f->db), "%s/sub/k.db", f->dir);
	snprintf(f->uuid, sizeof(f->uuid), FIXTURE_UUID, '1');
	fixture_database(f, f->db);
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	store__close(f->st);
	fs__rm_rf(f->dir);
	free(f);
	return 0;
}

/* Two variants of one kernel, and one comparison. */
static inline void fixture_campaign(struct fixture *f, unsigned int n_slots, uint64_t created)
{
	struct store_kernel k = { .hash = "abcdef0123456789",
				  .release = "6.18.15-cloud-arm64",
				  .arch = "arm64",
				  .origin = "package linux-image 6.18.15-1",
				  .config_hash = "" };
	struct campaign_variant v[] = {
		{ .name = "base",
		  .cpu = "max",
		  .cmdline = "",
		  .kernel_hash = "abcdef0123456789",
		  .baseline = true },
		{ .name = "cand",
		  .cpu = "ampereone",
		  .cmdline = "rodata=full",
		  .kernel_hash = "abcdef0123456789" },
	};
	struct campaign_compare cmp = { "Feature effect", 1, 0 };
	struct campaign c = {
		.uuid = f->uuid,
		.name = "demo",
		.plan_path = "demo.yaml",
		.plan_text = "name: demo\n",
		.target = "qemu",
		.host = "a host",
		.version = "0.1",
		.lock_text = "",
		.seed = UINT64_MAX,
		.created_ns = created,
		.n_slots = n_slots,
		.variants = v,
		.n_variants = 2,
		.compares = &cmp,
		.n_compares = 1,
	};

	if (store__add_kernel(f->st, &k, &f->err) || store__add_campaign(f->st, &c, &f->err))
		fail_msg("%s", f->err.msg);
}

/* A boot without results; the caller adds them. */
static inline struct store_boot fixture_boot(unsigned int slot, const char *variant)
{
	struct store_boot b = { .slot = slot,
				.block = slot / 2,
				.variant = variant,
				.seed = slot,
				.detail = "",
				.started_ns = 1000 + slot,
				.ended_ns = 2000 + slot,
				.command = "qemu-system-aarch64 -nographic" };

	store__uuid(b.uuid);
	return b;
}

static inline void fixture_add(struct fixture *f, const struct store_boot *b)
{
	if (store__add_boot(f->st, f->uuid, b, &f->err))
		fail_msg("%s", f->err.msg);
}

#endif
