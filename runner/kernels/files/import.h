/* SPDX-License-Identifier: GPL-2.0-only */
/* import.h - copies a kernel from files, or from unpacked packages, into the cache. */
#ifndef KDUEL_KERNELS_FILES_IMPORT_H
#define KDUEL_KERNELS_FILES_IMPORT_H

#include "runner/kernels/files/kernel.h"

/* A kernel given as files. */
struct kernel_files {
	const char *image, *arch;
	const char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	const char *config; /* file, or NULL */
	const char *vmlinux; /* that it was made of, whose DWARF is kept; or NULL */
	const char *origin; /* for people */
	const char *recipe; /* text that is kept with it as build.json, or NULL */
};

/* Copy it into the cache. -ENOEXEC: no image that boots; -ENOENT: no such modules. */
int kernel_import__files(const struct kernel_files *f, struct kernel **out, struct err *err);
/* The same for an unpacked package tree (boot/, usr/lib/modules/), from which files are moved.
 * `hash` receives the kernel's. `dir` is an empty directory on the file system of the cache. */
int kernel_import__tree(const char *tree, const char *dir, const char *arch, const char *origin,
			char hash[65], struct err *err);

#endif
