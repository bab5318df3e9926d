/* SPDX-License-Identifier: GPL-2.0-only */
/* btf.h - looks up a function in the kernel's type information (BTF, Documentation/bpf/btf.rst). */
#ifndef KDUEL_WORKLOADS_CHURN_BTF_H
#define KDUEL_WORKLOADS_CHURN_BTF_H

#include "lib/base.h"

/* The BTF id of the function `name`. `data` is in native byte order and untrusted. 0; -ENOENT:
 * there is no such function; -EPROTO: malformed, or a type of unknown kind. */
int btf__function(const char *data, size_t len, const char *name, uint32_t *id);

#endif
