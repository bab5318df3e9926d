/* SPDX-License-Identifier: GPL-2.0-only */
/* choice.h - a parameter that names some of a workload's operations, parts, tests. */
#ifndef KDUEL_WORKLOADS_SUPPORT_CHOICE_H
#define KDUEL_WORKLOADS_SUPPORT_CHOICE_H

#include "lib/err.h"
#include "lib/param.h"

/* Which of the `n` names the words of parameter `param` are, separated by blanks or commas; "all" stands
 * for all of them. `noun` is what they are, for messages. 0 with chosen[] set, or -EINVAL. */
int choice__read(const struct param_set *ps, const char *param, const char *noun,
		 const char *const *names, size_t n, bool *chosen, struct err *err);

#endif
