/* SPDX-License-Identifier: GPL-2.0-only */
/* arch.h - the architectures whose kernels kduel can boot, and how they differ. */
#ifndef KDUEL_HOST_ARCH_H
#define KDUEL_HOST_ARCH_H

#include "lib/base.h"

#define ARCH_ARM64 "arm64"
#define ARCH_AMD64 "amd64"
#define ARCH_NAMES "arm64 or amd64" /* for messages */

struct arch {
	const char *deb; /* Debian's name; used in plans, in the database, and in package names */
	const char *machine; /* what `uname -m` prints */
	const char *kbuild; /* kbuild's name: the directory below arch/ */
	const char *make; /* value of ARCH= for kbuild; x86_64 rather than x86 means 64 bits */
	const char *image; /* path of the bootable image in a built kernel tree */
	const char *formats; /* supported image formats, for messages */
	const char *console; /* the guest's serial port */
	const char *qemu; /* the QEMU program */
	const char *qemu_package; /* the package of that program */
	const char *bios; /* the package of the firmware; NULL: it comes with QEMU */
	const char *agent; /* file name of the agent */
	unsigned int elf; /* e_machine of ELF files */
};

extern const struct arch arch__all[];
extern const size_t arch__count;

/* Find an architecture by Debian's name (may be NULL); NULL if kduel does not support it. */
const struct arch *arch__find(const char *deb);
/* The architecture of the host that runs kduel; NULL if it is not in the table. */
const struct arch *arch__host(void);
/* The architecture of a program, by its ELF header; NULL if it is not in the table, or if the file is
 * not a program. */
const struct arch *arch__of_program(const char *path);
/* The architecture in the name of a package, or in a glob such as linux-image-6.18*-cloud-amd64; NULL
 * if the name does not tell. */
const struct arch *arch__of_package(const char *name);

#endif
