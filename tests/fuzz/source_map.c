// SPDX-License-Identifier: GPL-2.0-only
/* source_map.c - files with debug information, linked and not: what is read of them has its shape. */
#include "runner/kernels/files/source_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct source_map *m)
{
	for (size_t i = 0; i < m->n_nodes; i++) {
		const struct source_node *n = &m->nodes[i];

		if ((n->parent != NO_SOURCE && n->parent >= i) || !n->name || !n->file || !n->unit)
			abort();
	}
	for (size_t s = 0; s < m->n_sections; s++)
		for (size_t i = 0; i < m->sections[s].n; i++) {
			const struct source_span *span = &m->sections[s].v[i];
			uint64_t end;

			if (span->end <= span->start || span->node >= m->n_nodes ||
			    (i && span->start < span[-1].end) ||
			    source_map__find(m, m->sections[s].name, span->start, &end) !=
				    span->node ||
			    end != span->end)
				abort();
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct source_range want[] = { { 0, 64 }, { 128, 4096 } };
	static const struct source_request requests[] = { { NULL, 0, NULL },
							  { want, ARRAY_SIZE(want), "/src" } };

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		_free_ char *room = xcalloc(size, 1);
		struct source_map m;
		struct err err = { "" };
		int ret;

		memcpy(room, data, size);
		ret = source_map__parse(room, size, &requests[i], &m, &err);
		if ((ret == 0) != !err.msg[0])
			abort();
		check(&m);
		source_map__release(&m);
	}
	return 0;
}
