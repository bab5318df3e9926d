/* SPDX-License-Identifier: GPL-2.0-only */
/* disasm.h - disassembles a function with objdump (binutils). arm64 only. */
#ifndef KDUEL_KERNELS_FILES_DISASM_H
#define KDUEL_KERNELS_FILES_DISASM_H

#include "lib/strvec.h"
#include "runner/kernels/files/kernel.h"

struct disasm_place {
	const char *module, *section; /* both "" for the image */
	uint64_t at, size; /* in bytes, from the start of image or section */
};

/* Append one line per instruction (4 bytes), "bl\tvfs_read", or "b.ne\t+0x40" for a target in the
 * function itself. Names are from the kallsyms of the image, or the relocations of the module.
 * `lines` must be empty. -ENOENT: the kernel has no such module or function; -EOPNOTSUPP: there is
 * no objdump, `err` names the package; -EIO: its output is not as expected. */
int disasm__function(const struct kernel *k, const struct disasm_place *place, struct strvec *lines,
		     struct err *err);

#endif
