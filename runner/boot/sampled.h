/* SPDX-License-Identifier: GPL-2.0-only */
/* sampled.h - profiles of a boot from the samples that collector perf-record sent. */
#ifndef KDUEL_BOOT_SAMPLED_H
#define KDUEL_BOOT_SAMPLED_H

#include "runner/boot/record.h"

/* Take the texts of samples out of the record, and add a profile for each iteration that they are of. -EPROTO
 * with the line that is not as the agent writes it. */
int sampled__collect(struct record *rec, struct err *err);

#endif
