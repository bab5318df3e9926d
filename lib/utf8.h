/* SPDX-License-Identifier: GPL-2.0-only */
/* utf8.h - the one UTF-8 decoder (RFC 3629): text from a guest or a browser may be any bytes. */
#ifndef KDUEL_UTF8_H
#define KDUEL_UTF8_H

#include "lib/base.h"

/* U+FFFD, in place of bytes that are not valid UTF-8. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * Length in bytes of the well-formed character at `s`, where `n` > 0 bytes may be read; stores its
 * code point in *cp unless `cp` is NULL. 0 if it is not well-formed: a stray or missing
 * continuation byte, an overlong form, a surrogate, or above U+10FFFF.
 */
size_t utf8__decode(const char *s, size_t n, uint32_t *cp);
/*
 * Replace, byte by byte with '?', what a terminal may take as a command or what hides text from a
 * reader: C0 controls (if `lines`, except newline and tab), DEL and C1, bidirectional formatting
 * characters, and bytes that are not valid UTF-8. The length does not change.
 */
void utf8__clean(char *s, size_t n, bool lines);
/* A copy with U+FFFD in place of each byte that is not UTF-8; the caller frees. */
char *utf8__replaced(const char *s);
/* Would utf8__clean() leave it unchanged? */
bool utf8__is_clean(const char *s, size_t n, bool lines);

#endif
