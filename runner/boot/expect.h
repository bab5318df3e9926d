/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - checks whether a boot did what the plan expects of its variant. */
#ifndef KDUEL_BOOT_EXPECT_H
#define KDUEL_BOOT_EXPECT_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

/* Record a verdict, as a fact (reports/analysis/expect.h), for each `expect` line that applies to
 * this boot. Call after record__finish(). */
void boot_expect__judge(const struct boot_spec *spec, struct record *rec);

#endif
