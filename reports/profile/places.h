/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * places.h - counts by source function, for each boot on both sides of a row.
 *
 * A place is a function, or a function inlined into it (and so on). All places add up to the whole:
 * what debug information does not cover is assigned to the function itself, without a file.
 */
#ifndef KDUEL_PROFILE_PLACES_H
#define KDUEL_PROFILE_PLACES_H

#include "lib/names.h"
#include "lib/strvec.h"
#include "reports/profile/sources.h"

#define PLACES_SIDES 2

struct place {
	char *name, *module; /* of the symbol, without compiler suffixes; "": none */
	char *unit; /* the compiled file, "mm/shmem.c"; "": unknown */
	char *file; /* the file that defines the innermost function; "": unknown */
	struct strvec inlined; /* outermost first; empty: the function itself */
	double *value; /* per boot; baseline first */
};

/* All zero is empty. */
struct places {
	struct place *v;
	size_t n;
	size_t n_boots[PLACES_SIDES];
	bool known[PLACES_SIDES]; /* all boots have debug information */
	struct names keys; /* same indices as `v` */
};

/* Make room for the boots of a side; the baseline must come first. */
void places__begin(struct places *p, size_t side, size_t n_boots);
/* Add a profile, one iteration of a boot; `boot` is an index over both sides. `sources` are the
 * boot's counts by source function, or NULL. Counts are multiplied by `scale`. -EUCLEAN: `sources`
 * exceed the profile. */
int places__add(struct places *p, const struct store_profile *profile,
		const struct sources *sources, size_t side, size_t boot, enum function_count count,
		double scale, struct err *err);
/* The source function of the code: the innermost inlined one. */
const char *place__function(const struct place *p);
/* "mm", "net/ipv4", "arch/arm64": up to two directories of the compiled file; "": unknown. The
 * caller frees. */
char *place__subsystem(const struct place *p);
void places__release(struct places *p);

#endif
