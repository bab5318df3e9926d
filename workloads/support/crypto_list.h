/* SPDX-License-Identifier: GPL-2.0-only */
/* crypto_list.h - parses the text of /proc/crypto. */
#ifndef KDUEL_WORKLOADS_SUPPORT_CRYPTO_LIST_H
#define KDUEL_WORKLOADS_SUPPORT_CRYPTO_LIST_H

#include "lib/base.h"

/* The driver used for algorithm `name` ("xts(aes)"), which is the one with the highest priority. 0;
 * -ENOENT: the algorithm is not listed. `driver` is truncated to fit. */
int crypto_list__driver(const char *text, const char *name, char *driver, size_t size);

#endif
