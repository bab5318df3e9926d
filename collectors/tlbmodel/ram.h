/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ram.h - the guest's RAM, read from inside QEMU's own process.
 *
 * QEMU maps a memory-backend-memfd into itself, and says so in /proc/self/maps. Reads are
 * plain loads from that mapping: the same bytes the guest has, no copy, nothing to clean up.
 */
#ifndef KDUEL_TLBMODEL_RAM_H
#define KDUEL_TLBMODEL_RAM_H

#include "lib/base.h"

struct ram {
	const uint8_t *host;
	uint64_t base, size; /* guest-physical */
};

/* From the text of a maps file: the first mapping of a memory-backend-memfd, and those that
 * continue it. `base`: where the machine puts it. -ENOENT: there is none. */
int ram__parse(struct ram *ram, const char *maps, uint64_t base);
/* The same from /proc/self/maps. */
int ram__find(struct ram *ram, uint64_t base);
/* `len` bytes at a guest-physical address, or NULL when not all of it is RAM. */
const void *ram__at(const struct ram *ram, uint64_t pa, uint64_t len);
/* A little-endian word; false when it is not in RAM or not aligned. */
bool ram__u64(const struct ram *ram, uint64_t pa, uint64_t *v);

#endif
