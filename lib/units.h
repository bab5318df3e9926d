/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units.h - numbers with units, as written in plans.
 *
 * All parsers but units__hex() take the whole string (no sign, no trailing characters, no octal)
 * and return 0, -EINVAL for malformed text or -ERANGE for overflow.
 */
#ifndef KDUEL_UNITS_H
#define KDUEL_UNITS_H

#include "lib/base.h"

/* Unsigned decimal integer. */
int units__u64(const char *s, uint64_t *out);
/* Bytes: integer with an optional binary suffix K, M, G, T (also KiB ...). */
int units__size(const char *s, uint64_t *out);
/* Nanoseconds: number with ns, us, ms, s, m or h; a bare number is seconds. */
int units__duration(const char *s, uint64_t *ns);
/* Likewise for ages, which also take days (d) and weeks (w). */
int units__age(const char *s, uint64_t *ns);
/* Finite decimal number, always in the C locale. */
int units__double(const char *s, double *out);
/* The integer part of a number that may be of any size: 0 if it is negative or no number, UINT64_MAX
 * if it is too large. A plain conversion of such a number is undefined. */
uint64_t units__whole(double v);
/* A hexadecimal number, with or without 0x, at *at, where blanks are skipped; advances *at past it.
 * 0, -EINVAL if there is none, -ERANGE if it does not fit. */
int units__hex(const char **at, uint64_t *out);
/* Write `n` bytes as lower-case hexadecimal digits and a NUL: 2 * n + 1 characters. */
void units__put_hex(const void *bytes, size_t n, char *out);
/* A list of CPUs such as "0", "0-3" or "0,2-5", each at most once. Returns how many, -EINVAL or
 * -ERANGE. `cpus` may be NULL; at most `max` are stored, in the order of the text. */
int units__cpu_list(const char *s, unsigned int *cpus, size_t max);
/* "1.5 GiB"; needs 16 bytes. Returns buf. */
char *units__fmt_size(uint64_t bytes, char *buf, size_t len);
/* "2m05s", "1.3s", "450ms"; needs 32 bytes. Returns buf. */
char *units__fmt_duration(uint64_t ns, char *buf, size_t len);
/* The candidate nearest to `word` by edit distance, or NULL if none is near. */
const char *units__nearest(const char *word, const char *const *candidates, size_t n);

#endif
