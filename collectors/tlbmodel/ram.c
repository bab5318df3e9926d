// SPDX-License-Identifier: GPL-2.0-only
/* ram.c - finds QEMU's mapping of the guest's RAM in /proc/self/maps, and reads from it. */
#include "collectors/tlbmodel/ram.h"

#include "collectors/tlbmodel/trace.h"
#include "lib/fs.h"
#include "lib/units.h"

#include <endian.h>

#define MAPS_MAX (16u << 20)
#define BACKEND "/memfd:memory-backend-memfd"

struct mapping {
	uint64_t start, end, offset;
	uint64_t inode; /* the decimal digits, read as hex: it is only compared */
};

/* A line of proc_pid_maps(5): "START-END PERMS OFFSET DEV INODE PATH". */
static bool parse_line(const char *line, size_t len, struct mapping *m)
{
	if (!memmem(line, len, BACKEND, strlen(BACKEND)) || units__hex(&line, &m->start) ||
	    *line++ != '-' || units__hex(&line, &m->end) || *line++ != ' ')
		return false;
	line += strcspn(line, " \n"); /* permissions */
	if (units__hex(&line, &m->offset))
		return false;
	line += strspn(line, " ");
	line += strcspn(line, " \n"); /* device */
	return !units__hex(&line, &m->inode) && m->end > m->start;
}

/* If QEMU has changed the protection of a part, the mapping is split over several lines: join those
 * that continue each other, both in address and in the file. */
int ram__parse(struct ram *ram, const char *maps, uint64_t base)
{
	struct mapping all = { 0 }, m;

	for (const char *line = maps; *line;) {
		size_t len = strcspn(line, "\n");

		if (!parse_line(line, len, &m))
			;
		else if (!all.end && !m.offset)
			all = m;
		else if (all.end == m.start && all.inode == m.inode &&
			 m.offset == all.end - all.start)
			all.end = m.end;
		line += len + (line[len] == '\n');
	}
	if (!all.end)
		return -ENOENT;
	ram->host = (const uint8_t *)(uintptr_t)all.start;
	ram->base = base;
	ram->size = all.end - all.start;
	return 0;
}

int ram__find(struct ram *ram, uint64_t base)
{
	_free_ char *maps = NULL;
	int ret = fs__read("/proc/self/maps", MAPS_MAX, &maps, NULL);

	return ret ? ret : ram__parse(ram, maps, base);
}

const void *ram__at(const struct ram *ram, uint64_t pa, uint64_t len)
{
	if (pa < ram->base || len > ram->size || pa - ram->base > ram->size - len)
		return NULL;
	return ram->host + (pa - ram->base);
}

bool ram__u64(const struct ram *ram, uint64_t pa, uint64_t *v)
{
	const uint64_t *p = pa & 7 ? NULL : ram__at(ram, pa, 8);

	/* Another vCPU may be writing the tables: read with a single load, as hardware does. */
	if (!p)
		return false;
	*v = le64toh(__atomic_load_n(p, __ATOMIC_RELAXED));
	trace__put(TRACE_MEMORY, 0, pa, *v);
	return true;
}
