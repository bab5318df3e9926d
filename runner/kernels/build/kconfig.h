/* SPDX-License-Identifier: GPL-2.0-only */
/* kconfig.h - lists the symbols that the Kconfig files of a source tree define. */
#ifndef KDUEL_KERNELS_BUILD_KCONFIG_H
#define KDUEL_KERNELS_BUILD_KCONFIG_H

#include "lib/strvec.h"

/* Append all symbols ("X") that a source tree defines for an architecture (the name of its
 * directory, "arm64"), sorted. 0 or -errno. */
int kconfig__symbols(const char *src, const char *arch, struct strvec *symbols);
/* Append the symbols of one Kconfig file, which may be any text. */
void kconfig__scan(const char *text, struct strvec *symbols);

#endif
