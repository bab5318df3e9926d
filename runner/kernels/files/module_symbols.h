/* SPDX-License-Identifier: GPL-2.0-only */
/* module_symbols.h - the functions of a kernel module, from its symbol table. */
#ifndef KDUEL_KERNELS_FILES_MODULE_SYMBOLS_H
#define KDUEL_KERNELS_FILES_MODULE_SYMBOLS_H

#include "runner/kernels/files/kernel.h"

struct module_function {
	size_t section; /* index in `sections` */
	uint64_t at, size; /* offset in the section, and length, in bytes */
	char *name;
};

struct module_section {
	char *name;
	uint64_t size;
};

/* Empty when zero-initialised. */
struct module_symbols {
	struct module_section *sections; /* those with code */
	size_t n_sections;
	struct module_function *v;
	size_t n;
};

/* Read an uncompressed module; libelf may modify `data`. -EINVAL: it is not a module; `err` says so
 * without naming the file. Release `out` in any case. */
int module_symbols__parse(char *data, size_t len, struct module_symbols *out, struct err *err);
/* The same for module `name` (with underscores, as in lsmod) of a kernel. -ENOENT: the kernel came
 * without that file. */
int module_symbols__load(const struct kernel *k, const char *name, struct module_symbols *out,
			 struct err *err);
/* Path of the module's file, compressed or not. NULL: there is none. The caller frees. */
char *module_symbols__path(const struct kernel *k, const char *name);
/* The content of a module's file, uncompressed; the caller frees. Errors as for
 * module_symbols__load(). */
int module_symbols__file(const struct kernel *k, const char *name, char **data, size_t *len,
			 struct err *err);
void module_symbols__release(struct module_symbols *m);

#endif
