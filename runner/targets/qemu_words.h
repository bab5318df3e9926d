/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_words.h - escape values for QEMU's option parser. */
#ifndef KDUEL_TARGETS_QEMU_WORDS_H
#define KDUEL_TARGETS_QEMU_WORDS_H

/* Double the commas of a value: QEMU splits option strings at single ones. The caller frees. */
char *qemu_words__escape(const char *value);

#endif
