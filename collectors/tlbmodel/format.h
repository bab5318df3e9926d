/* SPDX-License-Identifier: GPL-2.0-only */
/* format.h - version of the lines between the plugin and the host; docs/TLB.md describes them. */
#ifndef KDUEL_TLBMODEL_FORMAT_H
#define KDUEL_TLBMODEL_FORMAT_H

#define TLB_FORMAT 2

/* Bytes that the host reads: room for 10000 iterations, the most a plan may have, with four cores.
 * The plugin stops writing well before, whatever the guest does, and says so. */
#define TLB_FILE_MAX (64u << 20)
#define TLB_FILE_STOP (TLB_FILE_MAX - (1u << 20))

#endif
