/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - numbers for names: each different text once, found again in constant time. */
#ifndef KDUEL_NAMES_H
#define KDUEL_NAMES_H

#include "lib/base.h"

/* Zero-initialised it is empty and ready. */
struct names {
	char **v; /* owned; in the order of their first appearance */
	size_t n;
	uint32_t *slots; /* open addressing: index plus 1, 0 for free */
	size_t n_slots; /* a power of two, at least twice n */
	uint32_t last; /* what was added last: often the next one, too */
};

/* Index of `s` in v, where a copy of it is put if it is new. */
uint32_t names__add(struct names *names, const char *s);
void names__release(struct names *names);

#endif
