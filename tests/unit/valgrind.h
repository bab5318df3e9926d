/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * valgrind.h - fewer rounds under valgrind for tests that repeat something to compute a figure: the
 * code is the same in each round, and valgrind takes 30 times as long. The other runs check the
 * figure.
 */
#ifndef KDUEL_TEST_VALGRIND_H
#define KDUEL_TEST_VALGRIND_H

#include "lib/base.h"

#include <stdlib.h>

/* Does tests/run.sh run this test under valgrind? */
static inline bool under_valgrind(void)
{
	return getenv("KDUEL_TEST_VALGRIND");
}

static inline unsigned int rounds(unsigned int n)
{
	return under_valgrind() ? n / 100 : n;
}

#endif
