/* SPDX-License-Identifier: GPL-2.0-only */
/* dtb.h - changes to the device tree that QEMU makes for its virt machine. */
#ifndef KDUEL_DTB_H
#define KDUEL_DTB_H

#include "lib/err.h"

struct dtb_change {
	/* Seeds /chosen/kaslr-seed, which decides the memory layout, and rng-seed, which QEMU
	 * replaces again when it loads the tree. */
	uint64_t seed;
	/* Persistent memory: physical address and bytes; size 0: none. */
	uint64_t pmem_base, pmem_size;
};

/* Change the flattened device tree in `dtb` (`len` bytes; any bytes are safe): write the seeds,
 * and add a node of the binding pmem/pmem-region.yaml. *out is a new tree of *out_len bytes that
 * the caller frees. 0, or -EINVAL with `err` set. */
int dtb__change(const void *dtb, size_t len, const struct dtb_change *change, void **out,
		size_t *out_len, struct err *err);
/* The same from file to file. */
int dtb__change_file(const char *from, const char *to, const struct dtb_change *change,
		     struct err *err);

#endif
