/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sources.h - counts by source function, a text stored with a boot if the kernel has debug
 * information.
 *
 * "source 1", then lines in any order that defines things before their use, with tabs between
 * fields:
 *   "STRING             a string; numbered from 0, like inlined functions
 *   +PARENT NAME FILE   an inlined function; PARENT is 1 + the number of the one that it is inlined
 *                       into, or 0 for the function itself
 *   iteration N         the following lines are for this iteration
 *   COUNTS SYMBOL MODULE UNIT FILE INLINED
 *                       what was executed there, not including functions inlined deeper:
 *                       instructions, misses and walks, each for D and I
 * COUNTS of 0 are empty. SYMBOL and MODULE are those of the profile, UNIT is the compiled file, FILE
 * the one that defines the function, and INLINED is encoded like PARENT.
 */
#ifndef KDUEL_PROFILE_SOURCES_H
#define KDUEL_PROFILE_SOURCES_H

#include "lib/names.h"
#include "reports/store/profile.h"

#define SOURCES_TEXT "profile/source" /* name of the text in the store */
#define SOURCES_DEPTH_MAX 128 /* most levels of inlining */

#define NO_INLINED UINT32_MAX

struct sources_inlined {
	uint32_t parent; /* index of an earlier one, or NO_INLINED */
	uint32_t name, file; /* indices into sources.strings */
	unsigned int depth; /* 1: inlined into the function itself */
};

/* A function, or a function inlined into it. */
struct sources_place {
	uint64_t count[FUNCTION_COUNTS]; /* except FUNCTION_CALLS, which is unknown */
	uint32_t symbol, module, unit, file; /* indices into sources.strings */
	uint32_t inlined; /* index of the innermost inlined function, or NO_INLINED */
};

struct sources_part {
	int iter;
	struct sources_place *v;
	size_t n;
};

/* All zero is empty. */
struct sources {
	struct names strings;
	struct sources_inlined *inlined;
	size_t n_inlined;
	struct sources_part *parts; /* sorted by iteration */
	size_t n_parts;
};

/* Format as a text, which the caller frees, and parse it. Parsing modifies `text` and returns
 * -EUCLEAN if it is malformed; call sources__release() even then. */
char *sources__format(const struct sources *s);
int sources__parse(struct sources *s, char *text, struct err *err);
/* Find the counts of an iteration, or NULL. */
const struct sources_part *sources__part(const struct sources *s, int iter);
void sources__release(struct sources *s);

#endif
