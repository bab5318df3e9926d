/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h - in which kernel functions the instructions of an iteration were executed, or in which an
 * event was sampled.
 *
 * In the database as one packed text an iteration (docs/SCHEMA.md).
 */
#ifndef KDUEL_STORE_PROFILE_H
#define KDUEL_STORE_PROFILE_H

#include "lib/err.h"
#include "reports/store/store.h"

enum function_count {
	FUNCTION_INSNS, /* instructions executed; of a sampled profile samples, and nothing else */
	FUNCTION_CALLS, /* times that its first instruction was */
	FUNCTION_L1D, /* misses of the first core's modelled TLBs */
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
	/* The function that called it most, of those that name it in their code, and how often; an
	 * index into the same list, or NO_FUNCTION. */
	uint32_t caller;
	uint64_t caller_calls;
};

struct store_profile {
	const char *workload; /* owned when it was read, as `text` */
	int64_t boot; /* when it was read */
	int iter;
	uint64_t operations; /* 0: not stated */
	uint64_t kernel, user; /* instructions: the former are the sum of all functions */
	const char *event; /* that was sampled, "instructions"; NULL: counted, all of it */
	uint64_t period; /* events from one sample to the next */
	struct profile_function *v; /* owned */
	size_t n;
	char *text; /* that the names are in */
};

/* All as a text, and back; the caller frees. -EUCLEAN: damaged, and why. */
char *profile__format(const struct store_profile *p, size_t *len);
int profile__parse(struct store_profile *p, char *text, struct err *err);
void profile__free(struct store_profile *list, size_t n);

/* Add the profiles of a new boot, within the caller's transaction. */
int store_profile__add(struct store *st, int64_t boot, const struct store_profile *list, size_t n,
		       struct err *err);
/* Those of a variant's boots that ended well, of one workload, without warm-up and without iterations
 * in which the kernel complained; by boot and iteration. The caller frees. */
int store__profiles(struct store *st, int64_t variant, const char *workload,
		    struct store_profile **list, size_t *n, struct err *err);

#endif
