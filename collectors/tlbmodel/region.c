// SPDX-License-Identifier: GPL-2.0-only
/* region.c - maps addresses to regions, by the bounds in the vmcoreinfo note. */
#include "collectors/tlbmodel/region.h"

#include "collectors/tlbmodel/decode.h"
#include "collectors/tlbmodel/marker.h"

/* VMCOREINFO_NOTE_SIZE: a page, at most 64 KiB, and the header of an ELF note. */
#define NOTE_MAX (65536 + 256)
#define X86_IMAGES 0xffffffff80000000ull /* __START_KERNEL_map; hashed addresses are below it */

/* The value of "KEY=..." in the note. `base` as for strtoull(). */
static int read_key(const char *note, size_t len, const char *key, int base, uint64_t *v)
{
	char pattern[64], digits[32] = "";
	int n = snprintf(pattern, sizeof(pattern), "%s=", key);
	const char *at = memmem(note, len, pattern, (size_t)n), *end = note + len;
	char *rest;

	if (!at || (at > note && at[-1] != '\n' && at[-1] != '\0'))
		return -EPROTO;
	at += n;
	for (size_t i = 0; i < sizeof(digits) - 1 && at < end && *at != '\n'; i++)
		digits[i] = *at++;
	errno = 0;
	*v = strtoull(digits, &rest, base);
	return errno || rest == digits || *rest ? -EPROTO : 0;
}

/* The keys are from arch_crash_save_vmcoreinfo() in arch/arm64/kernel/vmcore_info.c (crash_core.c
 * up to 6.8) and from kernel/vmcore_info.c. */
int regions__parse(struct regions *r, const char *note, size_t len)
{
	uint64_t va_bits, page;
	const struct {
		const char *key;
		uint64_t *value;
	} keys[] = {
		{ "PAGESIZE", &page },
		{ "NUMBER(VA_BITS)", &va_bits },
		{ "NUMBER(MODULES_VADDR)", &r->modules.start },
		{ "NUMBER(MODULES_END)", &r->modules.end },
		{ "NUMBER(VMALLOC_START)", &r->vmalloc.start },
		{ "NUMBER(VMALLOC_END)", &r->vmalloc.end },
		{ "NUMBER(VMEMMAP_START)", &r->vmemmap.start },
		{ "NUMBER(VMEMMAP_END)", &r->vmemmap.end },
		{ "NUMBER(kimage_voffset)", &r->image_offset },
	};

	r->known = false;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (read_key(note, len, keys[i].key, 0, keys[i].value))
			return -EPROTO;
	if (va_bits < 36 || va_bits > 52 || (page != 4096 && page != 16384 && page != 65536))
		return -EPROTO;
	r->va_bits = (unsigned int)va_bits;
	r->page_shift = (unsigned int)__builtin_ctzll(page);
	/* The linear map ends at _PAGE_END(VA_BITS_MIN): what follows it must have an address on a
	 * CPU without 52-bit addresses, too. */
	if (va_bits > 48)
		va_bits = page == 16384 ? 47 : 48;
	r->linear.end = ~0ull << (va_bits - 1);
	regions__set_va_bits(r, r->va_bits);
	if (read_key(note, len, "SYMBOL(swapper_pg_dir)", 16, &r->table))
		r->table = 0;
	else
		r->table -= r->image_offset;
	r->known = true;
	return 0;
}

void regions__set_va_bits(struct regions *r, unsigned int va_bits)
{
	if (va_bits >= 36 && va_bits <= 52)
		r->linear.start = ~0ull << va_bits;
}

/* Refuse what is not between the start of the module region and the end of vmalloc: a hashed
 * address (%p with kptr_restrict at 0) is never there. */
static int add_area(struct regions *r, uint64_t start, uint64_t end)
{
	if (start >= end || start < r->modules.start || end > r->vmalloc.end)
		return -EPROTO;
	r->area_bytes += end - start;
	if (r->n_areas < REGION_AREAS)
		r->area[r->n_areas++] = (struct range){ start, end };
	else
		r->lost_areas++;
	return 0;
}

/* Too many ranges are an error, as a census of a part of them would be wrong. */
static int add_added(struct regions *r, uint64_t start, uint64_t last)
{
	if (start >= last || r->n_added == REGION_ADDED)
		return -EPROTO;
	r->added[r->n_added++] = (struct range){ start, last + 1 };
	return 0;
}

int regions__bound(struct regions *r, const struct ram *ram, uint64_t which, uint64_t value)
{
	const char *note;

	switch (which) {
	case BOUND_VMCOREINFO:
		r->note_pa = value;
		return 0;
	case BOUND_VMCOREINFO_SIZE:
		note = value && value <= NOTE_MAX ? ram__at(ram, r->note_pa, value) : NULL;
		return note ? regions__parse(r, note, value) : -EPROTO;
	case BOUND_IMAGE_START:
		r->image_pa = value;
		return 0;
	case BOUND_IMAGE_END:
		r->image.start = r->image_pa + r->image_offset;
		r->image.end = value + 1 + r->image_offset;
		return r->known && r->image.start < r->image.end ? 0 : -EPROTO;
	case BOUND_TEXT:
		/* On x86_64 only the image and modules are needed; modules are above the
		 * image. */
		r->image_offset = value - r->image_pa;
		r->modules.start = value;
		r->vmalloc.end = UINT64_MAX;
		r->known = value >= X86_IMAGES;
		return r->known ? 0 : -EPROTO;
	case BOUND_MODULES_CLEAR:
		r->n_areas = r->lost_areas = 0;
		r->area_bytes = 0;
		return 0;
	case BOUND_MODULE_START:
		r->module_start = value;
		return 0;
	case BOUND_MODULE_END:
		return add_area(r, r->module_start, value);
	case BOUND_ADDED_CLEAR:
		r->n_added = 0;
		return 0;
	case BOUND_ADDED_START:
		r->added_start = value;
		return 0;
	case BOUND_ADDED_END:
		return add_added(r, r->added_start, value);
	default:
		return -EINVAL;
	}
}

static bool contains(const struct range *range, uint64_t va)
{
	return va >= range->start && va < range->end;
}

bool regions__is_added(const struct regions *r, uint64_t pa)
{
	for (size_t i = 0; i < r->n_added; i++)
		if (contains(&r->added[i], pa))
			return true;
	return false;
}

enum section regions__section(const struct regions *r, uint64_t va)
{
	if (contains(&r->linear, va))
		return SECTION_LINEAR;
	if (contains(&r->modules, va))
		return SECTION_MODULES;
	if (contains(&r->vmalloc, va))
		return SECTION_VMALLOC;
	return contains(&r->vmemmap, va) ? SECTION_VMEMMAP : SECTION_OTHER;
}

/* The image is in the range of vmalloc, and with KASLR modules are, too: check for these two before
 * saying vmalloc. */
enum region regions__of(const struct regions *r, uint64_t va)
{
	static const enum region of_section[SECTION_MAX] = {
		[SECTION_LINEAR] = REGION_LINEAR,   [SECTION_MODULES] = REGION_MODULES,
		[SECTION_VMALLOC] = REGION_VMALLOC, [SECTION_VMEMMAP] = REGION_VMEMMAP,
		[SECTION_OTHER] = REGION_OTHER,
	};
	enum section section;

	if (!va__is_kernel(va))
		return REGION_USER;
	section = regions__section(r, va);
	if (section == SECTION_LINEAR)
		return REGION_LINEAR;
	if (contains(&r->image, va))
		return REGION_IMAGE;
	for (size_t i = 0; section == SECTION_VMALLOC && i < r->n_areas; i++)
		if (contains(&r->area[i], va))
			return REGION_MODULES;
	return of_section[section];
}

const char *section__name(enum section section)
{
	static const char *const names[SECTION_MAX] = {
		[SECTION_LINEAR] = "linear_map", [SECTION_MODULES] = "modules",
		[SECTION_VMALLOC] = "vmalloc",	 [SECTION_VMEMMAP] = "vmemmap",
		[SECTION_OTHER] = "other",
	};

	return names[section];
}

const char *region__name(enum region region)
{
	static const char *const names[REGION_MAX] = {
		[REGION_LINEAR] = "linear",   [REGION_VMALLOC] = "vmalloc",
		[REGION_MODULES] = "modules", [REGION_IMAGE] = "image",
		[REGION_VMEMMAP] = "vmemmap", [REGION_OTHER] = "other",
		[REGION_USER] = "user",
	};

	return names[region];
}
