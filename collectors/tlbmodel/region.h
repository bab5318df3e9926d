/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * region.h - which region of the kernel's address space an address belongs to.
 *
 * No address is hard-coded. The kernel's vmcoreinfo note (Documentation/admin-guide/kdump/
 * vmcoreinfo.rst; the arm64 part is arch_crash_save_vmcoreinfo()) says where the regions are in
 * this boot; the agent adds where the image is and which areas hold modules.
 */
#ifndef KDUEL_TLBMODEL_REGION_H
#define KDUEL_TLBMODEL_REGION_H

#include "collectors/tlbmodel/ram.h"

#define REGION_AREAS 512 /* maximum number of areas of modules */
#define REGION_ADDED 64 /* maximum number of ranges of added memory */

enum region {
	REGION_LINEAR, /* all RAM, at a fixed offset */
	REGION_VMALLOC,
	REGION_MODULES, /* module text and data, BPF programs */
	REGION_IMAGE, /* kernel text and data */
	REGION_VMEMMAP, /* struct page */
	REGION_OTHER, /* fixmap, PCI I/O, and gaps */
	REGION_USER,
	REGION_MAX,
};

/* Sections of the kernel's own page-table dump (ptdump). The image is in SECTION_VMALLOC. */
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
	bool known; /* the note has been read; x86_64: BOUND_TEXT was a valid address */
	unsigned int va_bits; /* the kernel's CONFIG_ARM64_VA_BITS */
	unsigned int page_shift;
	struct range linear, modules, vmalloc, vmemmap, image;
	uint64_t image_offset; /* virtual minus physical address of the image */
	uint64_t table; /* physical address of swapper_pg_dir; 0: the note does not have it */
	/* From one MARK_BOUND, kept until the one that completes the pair. */
	uint64_t note_pa, image_pa, module_start, added_start;
	struct range area[REGION_AREAS]; /* areas of modules, wherever KASLR put them */
	size_t n_areas, lost_areas; /* lost: over the limit; they count as vmalloc */
	uint64_t area_bytes; /* of all areas, lost ones included */
	struct range added[REGION_ADDED]; /* physical: memory that a driver has added */
	size_t n_added;
};

/* Apply one MARK_BOUND (marker.h). 0; -EINVAL: unknown `which`; -EPROTO: the note lacks a key or is
 * not in RAM, or the range cannot be right, or there are too many ranges of added memory. */
int regions__bound(struct regions *r, const struct ram *ram, uint64_t which, uint64_t value);
/* Parse the text of the note. 0, or -EPROTO if a key is missing or has no sensible value. */
int regions__parse(struct regions *r, const char *note, size_t len);
/* Set the start of the linear map from the VA bits in TCR_EL1: a kernel that is configured for 52
 * bits uses 48 (47 with 16K pages) on a CPU that has no more. Values outside of 36 to 52 are
 * ignored. */
void regions__set_va_bits(struct regions *r, unsigned int va_bits);
/* Is this physical address in memory that was added to the running kernel? */
bool regions__is_added(const struct regions *r, uint64_t pa);
enum region regions__of(const struct regions *r, uint64_t va);
const char *region__name(enum region region);
/* The section of a kernel address in a page-table dump. */
enum section regions__section(const struct regions *r, uint64_t va);
const char *section__name(enum section section); /* as in `kduel layout`: "linear_map" etc. */

#endif
