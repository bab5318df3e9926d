/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sources.h - which functions of the source the instructions of a boot are of: a text of a boot, where
 * the kernel has debug information.
 *
 * "source 1", then lines in any order that names things before they are used:
 *   "STRING             a string; they count from 0, as the following do
 *   +PARENT NAME FILE   a function that was inlined, into another such (PARENT - 1) or (0) into none
 *   iteration N         what follows is of this iteration
 *   COUNTS SYMBOL MODULE UNIT FILE INLINED
 *                       what was executed there: instructions, misses and walks, D and I each, without
 *                       what is in functions inlined deeper
 * with tabs between numbers. COUNTS that are 0 are empty. SYMBOL and MODULE are those of the profile,
 * UNIT the file that was compiled, FILE that in which the function is written; INLINED is like PARENT.
 */
#ifndef KDUEL_PROFILE_SOURCES_H
#define KDUEL_PROFILE_SOURCES_H

#include "lib/names.h"
#include "reports/store/profile.h"

#define SOURCES_TEXT "profile/source" /* its name in the database */
#define SOURCES_DEPTH_MAX 128 /* functions that are inlined into each other */

#define NO_INLINED UINT32_MAX

struct sources_inlined {
	uint32_t parent; /* an earlier one, or NO_INLINED */
	uint32_t name, file; /* strings */
	unsigned int depth; /* 1: inlined into a function of its own */
};

/* A function, or something that was inlined into it. */
struct sources_place {
	uint64_t count[FUNCTION_COUNTS]; /* FUNCTION_CALLS is not known */
	uint32_t symbol, module, unit, file; /* strings */
	uint32_t inlined; /* the innermost, or NO_INLINED */
};

struct sources_part {
	int iter;
	struct sources_place *v;
	size_t n;
};

/* Zero-initialised it is empty. */
struct sources {
	struct names strings;
	struct sources_inlined *inlined;
	size_t n_inlined;
	struct sources_part *parts; /* by iteration */
	size_t n_parts;
};

/* As a text, and back; the caller frees. -EUCLEAN: it is damaged. `text` is changed. Release in any
 * case. */
char *sources__format(const struct sources *s);
int sources__parse(struct sources *s, char *text, struct err *err);
/* The part of an iteration, or NULL. */
const struct sources_part *sources__part(const struct sources *s, int iter);
void sources__release(struct sources *s);

#endif
