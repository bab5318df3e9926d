/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - interned strings: each distinct string gets a number, looked up in constant time. */
#ifndef KDUEL_NAMES_H
#define KDUEL_NAMES_H

#include "lib/base.h"

/* All zeros is an empty one. */
struct names {
	char **v; /* owned, in order of first appearance */
	size_t n;
	uint32_t *slots; /* open addressing: index plus 1, 0 for free */
	size_t n_slots; /* a power of two, at least twice n */
	/* Index of the name that was added or found last; it is often asked for again. */
	uint32_t last;
};

/* Index of `s` in v; a copy is appended if it is new. */
uint32_t names__add(struct names *names, const char *s);
/* Likewise without adding it: NAMES_NONE if it is not there. */
#define NAMES_NONE UINT32_MAX
uint32_t names__find(const struct names *names, const char *s);
void names__release(struct names *names);

#endif
