/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hash.h - 64-bit FNV-1a (Fowler, Noll, Vo). Gives the same hash on every machine, so that it may
 * be stored or seed a random number generator. Not collision-resistant: no input that an attacker
 * may choose.
 */
#ifndef KDUEL_HASH_H
#define KDUEL_HASH_H

#include "lib/base.h"

/* Continue a hash with a string. */
static inline uint64_t hash__add(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ull;
	return h;
}

/* Continue a hash with the bytes of a number, least significant first. */
static inline uint64_t hash__add_number(uint64_t h, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		h = (h ^ (v >> 8 * i & 0xff)) * 0x100000001b3ull;
	return h;
}

static inline uint64_t hash__text(const char *s)
{
	return hash__add(0xcbf29ce484222325ull, s);
}

#endif
