/* SPDX-License-Identifier: GPL-2.0-only */
/* ptdump_rows.h - shared by the tests of page-table dumps: pieces of dumps, and recorded ones.
 * Include it after cmocka.h. */
#ifndef KDUEL_TESTS_UNIT_PTDUMP_ROWS_H
#define KDUEL_TESTS_UNIT_PTDUMP_ROWS_H

#include "lib/fs.h"

#define START "---[ Linear Mapping start ]---\n"
#define END "---[ Linear Mapping end ]---\n"
#define RW " RW NX SHD AF UXN MEM/NORMAL\n"
#define RW_CON " RW NX SHD AF CON UXN MEM/NORMAL\n"
#define RW_BLK " RW NX SHD AF BLK UXN MEM/NORMAL\n"
#define RW_CON_BLK " RW NX SHD AF CON BLK UXN MEM/NORMAL\n"

/* A recorded dump; the caller frees. */
static char *load(const char *name)
{
	_free_ char *path = xasprintf("tests/data/ptdump/%s", name);
	char *text = NULL;

	if (fs__read(path, 1u << 20, &text, NULL))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

#endif
