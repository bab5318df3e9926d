/* SPDX-License-Identifier: GPL-2.0-only */
/* crypto_list.h - read the text of /proc/crypto. */
#ifndef KDUEL_WORKLOADS_SUPPORT_CRYPTO_LIST_H
#define KDUEL_WORKLOADS_SUPPORT_CRYPTO_LIST_H

#include "lib/base.h"

/* The driver that serves algorithm `name` ("xts(aes)"): the one of highest priority. 0;
 * -ENOENT: the algorithm is not listed. `driver` is cut to fit. */
int crypto_list__driver(const char *text, const char *name, char *driver, size_t size);

#endif
