/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - whether a boot did what the plan expects of its variant. */
#ifndef KDUEL_BOOT_EXPECT_H
#define KDUEL_BOOT_EXPECT_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

/* Add an answer to each line of `expect` that this boot can say something of, as facts
 * (reports/analysis/expect.h). After record__finish(). */
void boot_expect__judge(const struct boot_spec *spec, struct record *rec);

#endif
