/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_program.h - a substitute for a real program, to test errors. Include it after cmocka.h. */
#ifndef KDUEL_TESTS_UNIT_FAKE_PROGRAM_H
#define KDUEL_TESTS_UNIT_FAKE_PROGRAM_H

#include "lib/fs.h"

#include <sys/stat.h>
#include <unistd.h>

/* Put a program that executes `script` into a new directory, first in PATH; returns the
 * directory. */
static inline char *fake_program(const char *name, const char *script)
{
	char *dir = xasprintf("/tmp/kduel-path-XXXXXX");
	_free_ char *path = NULL, *text = xasprintf("#!/bin/sh\n%s\n", script);
	_free_ char *search = NULL;

	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/%s", dir, name);
	assert_int_equal(fs__write_atomic(path, text, strlen(text)), 0);
	assert_int_equal(chmod(path, 0700), 0);
	search = xasprintf("%s:%s", dir, getenv("PATH"));
	setenv("PATH", search, 1);
	return dir;
}

static inline void remove_fake(char *dir)
{
	_free_ char *search = xstrdup(getenv("PATH") + strlen(dir) + 1);

	setenv("PATH", search, 1);
	assert_int_equal(fs__rm_rf(dir), 0);
	free(dir);
}

#endif
