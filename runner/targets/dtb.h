/* SPDX-License-Identifier: GPL-2.0-only */
/* dtb.h - changes to the device tree that QEMU makes for its virt machine. */
#ifndef KDUEL_DTB_H
#define KDUEL_DTB_H

#include "lib/err.h"

struct dtb_change {
	/* For /chosen/kaslr-seed, which decides the memory layout, and rng-seed, which QEMU
	 * overwrites again when it loads the tree. */
	uint64_t seed;
	/* Persistent memory: physical address and size in bytes (0: none). */
	uint64_t pmem_base, pmem_size;
};

/* Change a flattened device tree of `len` bytes, which is validated first: write the seeds, and add
 * a node for persistent memory (binding pmem/pmem-region.yaml). *out is a new tree of *out_len
 * bytes, which the caller frees. 0, or -EINVAL with `err` set. */
int dtb__change(const void *dtb, size_t len, const struct dtb_change *change, void **out,
		size_t *out_len, struct err *err);
/* Read a tree from file `from`, change it, and write it to file `to`. 0 or -errno. */
int dtb__change_file(const char *from, const char *to, const struct dtb_change *change,
		     struct err *err);

#endif
