/* SPDX-License-Identifier: GPL-2.0-only */
/* symbols.h - which function of the kernel or of a module an address of a boot belongs to. */
#ifndef KDUEL_BOOT_SYMBOLS_H
#define KDUEL_BOOT_SYMBOLS_H

#include "runner/boot/profile_lines.h"
#include "runner/kernels/files/kallsyms.h"
#include "runner/kernels/files/module_symbols.h"

struct symbol {
	uint64_t start, end;
	const char *name; /* "": code that no symbol names */
	const char *module; /* "": the kernel itself, or not known */
	const char *section; /* of the module's file; "": `at` is a place in the image */
	uint64_t at; /* there */
};

struct symbols_section {
	size_t module; /* index in `names` */
	char name[32];
	uint64_t at;
};

/* What is known of a boot's code before it is known where it lay. */
struct symbols {
	struct kallsyms kernel;
	struct module_symbols *modules;
	struct strvec names; /* of the modules, in their order */
	struct symbols_section *sections; /* where they lay, by address */
	size_t n_sections;
	/* After symbols__place(), by address. */
	struct symbol *v;
	size_t n;
};

/* Read the symbols of a kernel and of the modules in the agent's text `sections` (TLB_SECTIONS; may be
 * NULL). A module without a file has none. -ENOENT: the image has none; -EPROTO: the text is not as
 * the agent writes it. Release in any case. */
int symbols__load(struct symbols *s, const struct kernel *k, const char *sections, struct err *err);
/* Where they are in a part of the boot. */
void symbols__place(struct symbols *s, const struct profile_part *part);
/* The function at an address; of an address without one, as far as that reaches. */
struct symbol symbols__find(const struct symbols *s, uint64_t va);
void symbols__release(struct symbols *s);

#endif
