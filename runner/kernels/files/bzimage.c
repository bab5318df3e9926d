// SPDX-License-Identifier: GPL-2.0-only
/* bzimage.c - reads the header of a bzImage, and lays out its kernel as it is in memory. */
#include "runner/kernels/files/bzimage.h"

#include <elf.h>
#include <endian.h>

#define SETUP_SECTS 0x1f1
#define SYSSIZE 0x1f4 /* what follows the set-up code, in 16-byte units */
#define BOOT_FLAG 0x1fe
#define MAGIC 0x202
#define VERSION 0x206
#define KERNEL_VERSION 0x20e
#define XLOADFLAGS 0x236 /* since protocol 2.12 */
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c

#define SECTOR 512
#define XLF_KERNEL_64 1u
#define PROTOCOL_64 0x20c

static uint16_t le16(const void *head, size_t at)
{
	uint16_t v;

	memcpy(&v, (const char *)head + at, sizeof(v));
	return le16toh(v);
}

static uint32_t le32(const void *head, size_t at)
{
	uint32_t v;

	memcpy(&v, (const char *)head + at, sizeof(v));
	return le32toh(v);
}

bool bzimage__is(const void *head, size_t len)
{
	return len >= MAGIC + 4 && !memcmp((const char *)head + MAGIC, "HdrS", 4);
}

int bzimage__read(const void *head, size_t len, uint64_t size, struct bzimage *b, const char **what)
{
	uint64_t setup, release;

	*b = (struct bzimage){ 0 };
	*what = "the beginning of an x86 kernel: the file is cut off";
	if (len < BZIMAGE_HEADER)
		return -EINVAL;
	*what = "an x86 kernel that is not a 64-bit bzImage";
	if (le16(head, BOOT_FLAG) != 0xaa55 || le16(head, VERSION) < PROTOCOL_64 ||
	    !(le16(head, XLOADFLAGS) & XLF_KERNEL_64))
		return -ENOEXEC;
	/* A count of 0 would mean 4, but only kernels older than PROTOCOL_64 have it. */
	setup = ((uint64_t)((const uint8_t *)head)[SETUP_SECTS] + 1) * SECTOR;
	b->at = setup + le32(head, PAYLOAD_OFFSET);
	b->len = le32(head, PAYLOAD_LENGTH);
	release = le16(head, KERNEL_VERSION);
	if (release && release + SECTOR < setup)
		b->release = release + SECTOR;
	*what = "a bzImage that is cut off";
	if (setup + 16ull * le32(head, SYSSIZE) > size || b->at + b->len > size || b->len < 4)
		return -EINVAL;
	*what = NULL;
	return 0;
}

/* Is this a segment at a kernel address? The per-CPU data is linked at 0. */
static bool is_part(const Elf64_Phdr *ph)
{
	return le32toh(ph->p_type) == PT_LOAD && le64toh(ph->p_vaddr) >> 63;
}

int bzimage__lay_out(char **data, size_t *len, size_t max)
{
	uint64_t first = UINT64_MAX, end = 0;
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	uint64_t table, n;
	char *out;

	if (*len < sizeof(eh) || memcmp(*data, ELFMAG, SELFMAG))
		return -EINVAL;
	memcpy(&eh, *data, sizeof(eh));
	table = le64toh(eh.e_phoff);
	n = le16toh(eh.e_phnum);
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || le16toh(eh.e_machine) != EM_X86_64 ||
	    le16toh(eh.e_phentsize) != sizeof(ph) || table > *len ||
	    n > (*len - table) / sizeof(ph))
		return -EINVAL;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at, bytes;

		memcpy(&ph, *data + table + i * sizeof(ph), sizeof(ph));
		if (!is_part(&ph))
			continue;
		at = le64toh(ph.p_vaddr);
		bytes = le64toh(ph.p_filesz);
		if (le64toh(ph.p_offset) > *len || bytes > *len - le64toh(ph.p_offset) ||
		    bytes > UINT64_MAX - at)
			return -EINVAL;
		first = at < first ? at : first;
		end = at + bytes > end ? at + bytes : end;
	}
	if (first >= end || end - first > max)
		return -EINVAL;
	out = xcalloc(end - first, 1);
	for (uint64_t i = 0; i < n; i++) {
		memcpy(&ph, *data + table + i * sizeof(ph), sizeof(ph));
		if (is_part(&ph))
			memcpy(out + (le64toh(ph.p_vaddr) - first), *data + le64toh(ph.p_offset),
			       le64toh(ph.p_filesz));
	}
	free(*data);
	*data = out;
	*len = end - first;
	return 0;
}
