/* SPDX-License-Identifier: GPL-2.0-only */
/* sampled.h - profiles from the samples that collector perf-record sent. */
#ifndef KDUEL_BOOT_SAMPLED_H
#define KDUEL_BOOT_SAMPLED_H

#include "runner/boot/record.h"

/* Remove the texts with samples from the record, and add a profile for each of their iterations.
 * -EPROTO, with the line that is not as the agent writes it. */
int sampled__collect(struct record *rec, struct err *err);

#endif
