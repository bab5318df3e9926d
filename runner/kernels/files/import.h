/* SPDX-License-Identifier: GPL-2.0-only */
/* import.h - copies a kernel from files, or from unpacked packages, into the cache. */
#ifndef KDUEL_KERNELS_FILES_IMPORT_H
#define KDUEL_KERNELS_FILES_IMPORT_H

#include "runner/kernels/files/kernel.h"

/* A kernel given as files. Only `image` and `origin` must be set. */
struct kernel_files {
	const char *image;
	const char *arch; /* it must be for this one; NULL: any */
	const char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	const char *config; /* file, or NULL */
	const char *vmlinux; /* the vmlinux of this image, whose DWARF is kept; or NULL */
	const char *origin; /* where it is from, shown to the user */
	const char *recipe; /* text of build.json, which is kept with it; or NULL */
};

/* Copy it into the cache. *out is the kernel there. -ENOEXEC: not an image that kduel boots, or for
 * another architecture than f->arch; -ENOENT: there are no modules in f->modules; or another
 * -errno. */
int kernel_import__files(const struct kernel_files *f, struct kernel **out, struct err *err);
/* The same for an unpacked package tree (boot/, usr/lib/modules/), whose files are moved. `dir`, on
 * the file system of the cache, is where the kernel is assembled. `arch` is what it must be for;
 * NULL: any. `hash` receives the kernel's. */
int kernel_import__tree(const char *tree, const char *dir, const char *arch, const char *origin,
			char hash[65], struct err *err);

#endif
