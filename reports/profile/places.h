/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * places.h - what was executed in each function of the source, in each boot of both sides of a row.
 *
 * A place is a function, or what is inlined into it (and so on). All of them are the whole: what debug
 * information does not tell is of the function, with no file.
 */
#ifndef KDUEL_PROFILE_PLACES_H
#define KDUEL_PROFILE_PLACES_H

#include "lib/names.h"
#include "lib/strvec.h"
#include "reports/profile/sources.h"

#define PLACES_SIDES 2

struct place {
	char *name, *module; /* of the symbol, without what compilers append; "": none */
	char *unit; /* the file that was compiled, "mm/shmem.c"; "": not known */
	char *file; /* in which the innermost function is written; "": not known */
	struct strvec inlined; /* from the outside in; empty: the function itself */
	double *value; /* of each boot; the baseline's come first */
};

/* Zero-initialised it is empty. */
struct places {
	struct place *v;
	size_t n;
	size_t n_boots[PLACES_SIDES];
	bool known[PLACES_SIDES]; /* every boot has something from debug information */
	struct names keys; /* of the same indexes */
};

/* Make room for a side's boots: the baseline's first. */
void places__begin(struct places *p, size_t side, size_t n_boots);
/* Add an iteration of boot `boot`, of both sides together; `sources` is the text's part about it, or
 * NULL. -EUCLEAN: it has more than the profile. */
int places__add(struct places *p, const struct store_profile *profile,
		const struct sources *sources, size_t side, size_t boot, enum function_count count,
		double scale, struct err *err);
/* The function that the code is of in the source: the innermost one. */
const char *place__function(const struct place *p);
/* "mm", "net/ipv4", "arch/arm64": at most two directories of the file that was compiled; "": not known.
 * The caller frees. */
char *place__subsystem(const struct place *p);
void places__release(struct places *p);

#endif
