/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h - which kernel functions executed the instructions of an iteration, or in which an
 * event was sampled.
 *
 * Stored as one compressed text per iteration (docs/SCHEMA.md).
 */
#ifndef KDUEL_STORE_PROFILE_H
#define KDUEL_STORE_PROFILE_H

#include "lib/err.h"
#include "reports/store/store.h"

enum function_count {
	/* Instructions executed; in a sampled profile the samples, and the only count. */
	FUNCTION_INSNS,
	FUNCTION_CALLS, /* executions of its first instruction */
	FUNCTION_L1D, /* misses of the first core's modelled TLBs: L1, and page-table walks */
	FUNCTION_L1I,
	FUNCTION_WALKS_D,
	FUNCTION_WALKS_I,
	FUNCTION_COUNTS,
};

#define NO_FUNCTION UINT32_MAX

struct profile_function {
	const char *name; /* "": code without a symbol */
	const char *module; /* "": the kernel itself */
	uint64_t count[FUNCTION_COUNTS];
	/* The function that called it most, among those with a direct call to it, as an index into
	 * the same list or NO_FUNCTION; and the number of those calls. */
	uint32_t caller;
	uint64_t caller_calls;
};

struct store_profile {
	const char *workload; /* owned when read from the store, as is `text` */
	int64_t boot; /* set when read from the store */
	int iter;
	uint64_t operations; /* 0: unknown */
	uint64_t kernel, user; /* instructions; `kernel` is the sum over all functions */
	const char *event; /* the sampled event, such as "instructions"; NULL: an exact count */
	uint64_t period; /* events per sample */
	struct profile_function *v; /* owned */
	size_t n;
	char *text; /* the text that the names point into */
};

/* Convert to text (the caller frees) and back; profile__parse() takes ownership of `text`, even on
 * error. -EUCLEAN: it is damaged. */
char *profile__format(const struct store_profile *p, size_t *len);
int profile__parse(struct store_profile *p, char *text, struct err *err);
void profile__free(struct store_profile *list, size_t n);

/* Add the profiles of a new boot, within the caller's transaction. */
int store_profile__add(struct store *st, int64_t boot, const struct store_profile *list, size_t n,
		       struct err *err);
/* The profiles of one workload in the good boots of a variant, without warm-up and tainted
 * iterations, sorted by boot and iteration. -EUCLEAN: one is damaged, or there are more than
 * docs/RELIABILITY.md allows. Free with profile__free(). */
int store__profiles(struct store *st, int64_t variant, const char *workload,
		    struct store_profile **list, size_t *n, struct err *err);
/* Can each profile of the database be read? -EUCLEAN, with the boot and the damage in `err`. */
int store__check_profiles(struct store *st, struct err *err);

#endif
