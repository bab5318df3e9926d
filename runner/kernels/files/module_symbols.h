/* SPDX-License-Identifier: GPL-2.0-only */
/* module_symbols.h - the functions of a kernel module, from the symbols in its file. */
#ifndef KDUEL_KERNELS_FILES_MODULE_SYMBOLS_H
#define KDUEL_KERNELS_FILES_MODULE_SYMBOLS_H

#include "runner/kernels/files/kernel.h"

struct module_function {
	size_t section; /* index in `sections` */
	uint64_t at, size; /* in it */
	char *name;
};

struct module_section {
	char *name;
	uint64_t size;
};

/* Zero-initialised it is empty. */
struct module_symbols {
	struct module_section *sections; /* those with code */
	size_t n_sections;
	struct module_function *v;
	size_t n;
};

/* Read an uncompressed module; `data` is used as room. -EINVAL: it is none; `err` says so, without the
 * file's name. Release in any case. */
int module_symbols__parse(char *data, size_t len, struct module_symbols *out, struct err *err);
/* Of module `name`, as the running kernel calls it. -ENOENT: the kernel came without such a file. */
int module_symbols__load(const struct kernel *k, const char *name, struct module_symbols *out,
			 struct err *err);
/* Where its file is, as it came with the kernel; NULL: there is none. The caller frees. */
char *module_symbols__path(const struct kernel *k, const char *name);
/* The file of a module, uncompressed; the caller frees. Errors as above. */
int module_symbols__file(const struct kernel *k, const char *name, char **data, size_t *len,
			 struct err *err);
void module_symbols__release(struct module_symbols *m);

#endif
