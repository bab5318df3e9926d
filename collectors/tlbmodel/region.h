/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * region.h - what part of the kernel's address space an address belongs to.
 *
 * Nothing here is a fixed address: the kernel says in its vmcoreinfo note (docs of kexec; the
 * arm64 part is arch_crash_save_vmcoreinfo()) where its regions are in this boot, the agent adds
 * where the image lies and which areas hold modules.
 */
#ifndef KDUEL_TLBMODEL_REGION_H
#define KDUEL_TLBMODEL_REGION_H

#include "collectors/tlbmodel/ram.h"

#define REGION_AREAS 512 /* areas of modules, at most */
#define REGION_ADDED 64 /* ranges of added memory, at most */

enum region {
	REGION_LINEAR, /* all RAM, mapped one to one */
	REGION_VMALLOC,
	REGION_MODULES, /* module text and data, BPF programs */
	REGION_IMAGE, /* kernel text and data */
	REGION_VMEMMAP, /* struct page */
	REGION_OTHER, /* fixmap, PCI I/O, and what is between */
	REGION_USER,
	REGION_MAX,
};

/* Sections of the kernel's own dump of its page tables; the image is in that of vmalloc. */
enum section {
	SECTION_LINEAR,
	SECTION_MODULES,
	SECTION_VMALLOC,
	SECTION_VMEMMAP,
	SECTION_OTHER,
	SECTION_MAX,
};

struct range {
	uint64_t start, end; /* end exclusive */
};

struct regions {
	bool known; /* the note has been read */
	unsigned int va_bits; /* the kernel is configured for */
	unsigned int page_shift;
	struct range linear, modules, vmalloc, vmemmap, image;
	uint64_t image_offset; /* virtual minus physical */
	uint64_t table; /* physical address of the kernel's first page table; 0: not said */
	uint64_t note_pa, image_pa, module_start, added_start; /* first halves of pairs */
	struct range area[REGION_AREAS]; /* of modules, wherever KASLR put them */
	size_t n_areas, lost_areas; /* those beyond the limit count as vmalloc */
	uint64_t area_bytes; /* of all */
	struct range added[REGION_ADDED]; /* physical: memory that a driver has added */
	size_t n_added;
};

/* Take in one MARK_BOUND. 0, -EINVAL for an unknown one, -EPROTO for a note that lacks a key or
 * is not in RAM, and for an area that cannot be one. */
int regions__bound(struct regions *r, const struct ram *ram, uint64_t which, uint64_t value);
/* Read the note's text. 0 or -EPROTO. */
int regions__parse(struct regions *r, const char *note, size_t len);
/* Set where the linear map begins: it depends on what the CPU can, not on the configuration. */
void regions__set_va_bits(struct regions *r, unsigned int va_bits);
/* Was the memory at this physical address added while the kernel ran? */
bool regions__is_added(const struct regions *r, uint64_t pa);
enum region regions__of(const struct regions *r, uint64_t va);
const char *region__name(enum region region);
enum section regions__section(const struct regions *r, uint64_t va);
const char *section__name(enum section section); /* "linear_map", as `kduel layout` has it */

#endif
