/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_words.h - writing for QEMU's option parser. */
#ifndef KDUEL_TARGETS_QEMU_WORDS_H
#define KDUEL_TARGETS_QEMU_WORDS_H

/* QEMU splits its option strings at commas; a doubled comma is one of the value. The caller
 * frees. */
char *qemu_words__escape(const char *path);

#endif
