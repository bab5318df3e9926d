/* SPDX-License-Identifier: GPL-2.0-only */
/* symbols.h - finds the function, of the kernel or of a module, at an address of a boot. */
#ifndef KDUEL_BOOT_SYMBOLS_H
#define KDUEL_BOOT_SYMBOLS_H

#include "runner/boot/profile_lines.h"
#include "runner/kernels/files/kallsyms.h"
#include "runner/kernels/files/module_symbols.h"

struct symbol {
	uint64_t start, end;
	const char *name; /* "": code without a symbol */
	const char *module; /* "": the kernel itself, or not known */
	const char *section; /* of the module's file; "": `at` is an offset in the image */
	uint64_t at; /* offset in the section */
};

struct symbols_section {
	size_t module; /* index in `names` */
	char name[32];
	uint64_t at;
};

/* The code of a boot. Before symbols__place() its addresses are not known. */
struct symbols {
	struct kallsyms kernel;
	struct module_symbols *modules;
	struct strvec names; /* of the modules, in the order of `modules` */
	struct symbols_section *sections; /* where they were loaded, by address */
	size_t n_sections;
	/* Set by symbols__place(); by address. */
	struct symbol *v;
	size_t n;
};

/* Read the symbols of a kernel, and of the modules in `sections`, the agent's text TLB_SECTIONS
 * (may be NULL). A module without a file gets none. -ENOENT: the image has no symbols; -EPROTO: the
 * text is not as the agent writes it. Release `s` in any case. */
int symbols__load(struct symbols *s, const struct kernel *k, const char *sections, struct err *err);
/* Compute the addresses for a part of the boot. */
void symbols__place(struct symbols *s, const struct profile_part *part);
/* The function at an address. If there is none, a symbol without a name from `va` up to the next
 * function. */
struct symbol symbols__find(const struct symbols *s, uint64_t va);
void symbols__release(struct symbols *s);

#endif
