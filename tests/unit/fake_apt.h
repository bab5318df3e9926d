/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_apt.h - a temporary home directory and a small archive for tests
 * (tests/data/apt/fixture.sh): real .debs, and programs first in PATH that fake apt with them.
 */
#ifndef KDUEL_TESTS_UNIT_FAKE_APT_H
#define KDUEL_TESTS_UNIT_FAKE_APT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "lib/strvec.h"
#include "runner/host/tool.h"

static char fake_dir[64];

/* Path of something in the fixture; the caller frees. */
static inline char *fake_path(const char *name)
{
	return xasprintf("%s/%s", fake_dir, name);
}

/* The number of calls of these programs that begin with `what`. */
static inline unsigned int fake_calls(const char *what)
{
	_free_ char *path = fake_path("calls"), *text = NULL;
	unsigned int n = 0;
	char *save = NULL;

	if (fs__read(path, 1 << 20, &text, NULL))
		return 0;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		n += str_starts(l, what);
	return n;
}

static inline void fake_put(const char *name, const char *text)
{
	_free_ char *path = fake_path(name);

	assert_int_equal(fs__write_atomic(path, text, strlen(text)), 0);
}

static inline void fake_remove(const char *name)
{
	_free_ char *path = fake_path(name);

	assert_int_equal(fs__rm_rf(path), 0);
}

/* Group set-up: build the archive once. */
static inline int fake_setup(void **state)
{
	_free_ char *path = NULL;
	struct err err = { 0 };

	(void)state;
	snprintf(fake_dir, sizeof(fake_dir), "/tmp/kduel-test.XXXXXX");
	if (!mkdtemp(fake_dir))
		return -1;
	if (tool__run(&err, "build the fixture", "tests/data/apt/fixture.sh", fake_dir, NULL)) {
		print_error("%s\n", err.msg);
		return -1;
	}
	path = xasprintf("%s/bin:%s", fake_dir, getenv("PATH"));
	return setenv("PATH", path, 1);
}

/* Test set-up: an empty cache, a working network, no calls counted. */
static inline int fake_fresh(void **state)
{
	_free_ char *cache = fake_path("cache");

	(void)state;
	fake_remove("cache");
	fake_remove("calls");
	fake_remove("offline");
	fake_remove("dropped");
	fake_remove("no-qdep");
	fake_remove("system-qemu");
	return setenv("XDG_CACHE_HOME", cache, 1);
}

static inline int fake_teardown(void **state)
{
	(void)state;
	return fs__rm_rf(fake_dir);
}

#endif
