/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ram.h - access to the guest's RAM from inside the QEMU process.
 *
 * The guest's RAM is a memory-backend-memfd, which QEMU maps into its own address space;
 * /proc/self/maps says where. Reads are plain loads from that mapping.
 */
#ifndef KDUEL_TLBMODEL_RAM_H
#define KDUEL_TLBMODEL_RAM_H

#include "lib/base.h"

struct ram {
	const uint8_t *host; /* QEMU's own mapping: there is nothing to release */
	uint64_t base, size; /* guest-physical address, bytes */
};

/* Find the first mapping of a memory-backend-memfd in the text of a maps file, together with those
 * that continue it. `base`: guest-physical address of the RAM. 0, or -ENOENT: there is no such
 * mapping. */
int ram__parse(struct ram *ram, const char *maps, uint64_t base);
/* ram__parse() of /proc/self/maps. 0, -ENOENT, or another -errno from reading that file. */
int ram__find(struct ram *ram, uint64_t base);
/* Pointer to `len` bytes at a guest-physical address; NULL if they are not all in RAM. */
const void *ram__at(const struct ram *ram, uint64_t pa, uint64_t len);
/* Read a little-endian 64-bit word atomically. False: it is not in RAM, or not aligned. */
bool ram__u64(const struct ram *ram, uint64_t pa, uint64_t *v);

#endif
