/* SPDX-License-Identifier: GPL-2.0-only */
/* disasm.h - the instructions of a function as text, by objdump (binutils). */
#ifndef KDUEL_KERNELS_FILES_DISASM_H
#define KDUEL_KERNELS_FILES_DISASM_H

#include "lib/strvec.h"
#include "runner/kernels/files/kernel.h"

struct disasm_place {
	const char *module, *section; /* "" and "": the image */
	uint64_t at, size; /* bytes, there */
};

/* An instruction a line, of 4 bytes each: "bl\tvfs_read", "b.ne\t+0x40" within the function. Names are
 * from the image's own table, or the relocations of the module. `lines` is empty before. -ENOENT: the
 * kernel has no such file or place; -EOPNOTSUPP: there is no objdump, and `err` names the package. */
int disasm__function(const struct kernel *k, const struct disasm_place *place, struct strvec *lines,
		     struct err *err);

#endif
