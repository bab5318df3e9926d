/* SPDX-License-Identifier: GPL-2.0-only */
/* btf.h - the number of a function in a kernel's type information (BTF, docs of bpf). */
#ifndef KDUEL_WORKLOADS_CHURN_BTF_H
#define KDUEL_WORKLOADS_CHURN_BTF_H

#include "lib/base.h"

/* The id of the function `name` in BTF of this machine's byte order, of any bytes. 0; -ENOENT: there is
 * none; -EPROTO: it cannot be read, or has a kind of type that is unknown here. */
int btf__function(const char *data, size_t len, const char *name, uint32_t *id);

#endif
