// SPDX-License-Identifier: GPL-2.0-only
/* tlbmodel_parse.c - addresses in texts of /sys and /proc. */
#include "collectors/support/tlbmodel_parse.h"

#include "lib/units.h"

/* The name of the driver follows: the kernel's own memory is called System RAM and no more. */
#define ADDED " : System RAM ("

int tlbmodel__note(const char *text, uint64_t *pa, uint64_t *size)
{
	return !units__hex(&text, pa) && !units__hex(&text, size) && *pa && *size ? 0 : -EPROTO;
}

/* "0x1000-0x2000" or without 0x. */
static bool parse_range(const char *s, uint64_t *first, uint64_t *last)
{
	return !units__hex(&s, first) && *s++ == '-' && !units__hex(&s, last);
}

/* "  40210000-41ffffff : Kernel code": the bounds when the line ends in `what`. */
static bool parse_resource(const char *line, size_t len, const char *what, uint64_t *first,
			   uint64_t *last)
{
	size_t n = strlen(what);

	return len > n && !strncmp(line + len - n, what, n) && parse_range(line, first, last);
}

int tlbmodel__image(const char *iomem, uint64_t *first, uint64_t *last)
{
	uint64_t a, b;

	*first = *last = 0;
	for (const char *line = iomem; *line;) {
		size_t len = strcspn(line, "\n");

		if (parse_resource(line, len, " : Kernel code", &a, &b))
			*first = a;
		else if (parse_resource(line, len, " : Kernel data", &a, &b))
			*last = b;
		line += len + (line[len] == '\n');
	}
	return *first && *first < *last ? 0 : -EPROTO;
}

/* "  100000000-13fffffff : System RAM (virtio_mem)" */
bool tlbmodel__added(const char **at, uint64_t *first, uint64_t *last)
{
	for (const char *line = *at; *line;) {
		size_t len = strcspn(line, "\n");
		const char *next = line + len + (line[len] == '\n');

		if (memmem(line, len, ADDED, strlen(ADDED)) && parse_range(line, first, last)) {
			*at = next;
			return true;
		}
		line = next;
	}
	return false;
}

/* By the caller that allocated the area: since 6.10 modules and BPF get theirs from execmem. */
static bool is_module(const char *line, size_t len)
{
	static const char *const callers[] = { "execmem", "module", "bpf_jit", "bpf_prog_pack",
					       "alloc_insn_page" };

	for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
		if (memmem(line, len, callers[i], strlen(callers[i])))
			return true;
	return false;
}

/* "0xffff800080010000-0xffff800080012000    8192 load_module+0x150/0x1a0 pages=1 vmalloc" */
const char *tlbmodel__area_owner(const char *text, const char *at, int *len)
{
	const char *line = at;

	if (line > text && line[-1] == '\n')
		line--;
	while (line > text && line[-1] != '\n')
		line--;
	for (int i = 0; i < 2; i++) {
		line += strspn(line, " ");
		line += strcspn(line, " \n");
	}
	line += strspn(line, " ");
	*len = (int)strcspn(line, " \n");
	return line;
}

bool tlbmodel__module_area(const char **at, uint64_t *start, uint64_t *end)
{
	while (**at) {
		const char *line = *at;
		size_t len = strcspn(line, "\n");

		*at = line + len + (line[len] == '\n');
		if (is_module(line, len) && parse_range(line, start, end) && *start < *end)
			return true;
	}
	return false;
}
