/* SPDX-License-Identifier: GPL-2.0-only */
/* utf8.h - the one decoder of UTF-8 (RFC 3629): text from a guest or a browser may be any bytes. */
#ifndef KDUEL_UTF8_H
#define KDUEL_UTF8_H

#include "lib/base.h"

/* U+FFFD, which stands for bytes that are no text. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * Length in bytes of the well-formed character at `s`, of which `n` > 0 bytes may be read, and its
 * code point in *cp if `cp` is not NULL. 0 if there is none: a stray or missing continuation byte,
 * an overlong form, a surrogate, a number beyond U+10FFFF.
 */
size_t utf8__decode(const char *s, size_t n, uint32_t *cp);
/*
 * Replace in place, each byte by '?', what a terminal may take as a command or what hides text from
 * a reader: control characters (`lines`: except newline and tab), C1 controls, marks that turn the
 * direction of writing, and bytes that are not UTF-8. The length stays.
 */
void utf8__clean(char *s, size_t n, bool lines);
/* A copy with U+FFFD in place of each byte that is not UTF-8; the caller frees. */
char *utf8__replaced(const char *s);
/* Would utf8__clean() leave it as it is? */
bool utf8__is_clean(const char *s, size_t n, bool lines);

#endif
