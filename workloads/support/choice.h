/* SPDX-License-Identifier: GPL-2.0-only */
/* choice.h - a parameter that selects some of a workload's operations, parts or tests. */
#ifndef KDUEL_WORKLOADS_SUPPORT_CHOICE_H
#define KDUEL_WORKLOADS_SUPPORT_CHOICE_H

#include "lib/err.h"
#include "lib/param.h"

/* Set chosen[i] for each of the `n` names that parameter `param` lists, separated by blanks or
 * commas; "all" selects all. `noun` is what the names are, for messages. 0 or -EINVAL. */
int choice__read(const struct param_set *ps, const char *param, const char *noun,
		 const char *const *names, size_t n, bool *chosen, struct err *err);

#endif
