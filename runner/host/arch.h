/* SPDX-License-Identifier: GPL-2.0-only */
/* arch.h - the architectures whose kernels kduel boots, and what differs between them. */
#ifndef KDUEL_HOST_ARCH_H
#define KDUEL_HOST_ARCH_H

#include "lib/base.h"

#define ARCH_ARM64 "arm64"
#define ARCH_AMD64 "amd64"
#define ARCH_NAMES "arm64 or amd64" /* for messages */

struct arch {
	const char *deb; /* Debian's name: in plans, in the database, of packages */
	const char *machine; /* what `uname -m` prints */
	const char *kbuild; /* kbuild's name: its directory below arch/ */
	const char *make; /* kbuild's ARCH=, by which it knows that a PC has 64 bits */
	const char *image; /* what kbuild leaves to be booted, below the tree */
	const char *formats; /* of images, for messages */
	const char *console; /* the guest's serial port */
	const char *qemu; /* QEMU's program for it */
	const char *qemu_package; /* that holds the program */
	const char *bios; /* the package with its firmware, as new as QEMU; NULL: QEMU has it */
	const char *agent; /* file name of the agent */
	unsigned int elf; /* e_machine of its programs */
};

extern const struct arch arch__all[];
extern const size_t arch__count;

/* By Debian's name; NULL: kduel boots no such kernels. */
const struct arch *arch__find(const char *deb);
/* That of the machine that runs kduel; NULL when it is none of these. */
const struct arch *arch__host(void);
/* That of a program, by its ELF header; NULL: it is none of them, or no program. */
const struct arch *arch__of_program(const char *path);
/* That of a package, or of a glob, by its name: linux-image-6.18*-cloud-amd64; NULL when it does not
 * say. */
const struct arch *arch__of_package(const char *name);

#endif
