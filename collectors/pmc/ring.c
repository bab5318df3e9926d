// SPDX-License-Identifier: GPL-2.0-only
/* ring.c - parses records of perf_event_open(2): samples, and records about missing samples. */
#include "collectors/pmc/ring.h"

#include <linux/perf_event.h>

#define RECORD_MAX 32 /* number of bytes of a record that are read */

/* Copy from the ring, possibly around its end. */
static void copy(uint8_t *to, const uint8_t *data, uint64_t size, uint64_t at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = data[(at + i) & (size - 1)];
}

static uint64_t word(const uint8_t *record, size_t at)
{
	uint64_t v;

	memcpy(&v, record + at, sizeof(v));
	return v;
}

/* A sample has the address after its header. A record of lost samples has the event and their
 * number; PERF_RECORD_LOST_SAMPLES has only the number. */
static bool take_record(const struct perf_event_header *h, const uint8_t *record,
			struct pmc_samples *s)
{
	switch (h->type) {
	case PERF_RECORD_SAMPLE:
		if (h->size < 16)
			return false;
		if ((h->misc & PERF_RECORD_MISC_CPUMODE_MASK) != PERF_RECORD_MISC_KERNEL) {
			s->elsewhere++;
			return true;
		}
		GROW(s->ip, s->n);
		s->ip[s->n++] = word(record, 8);
		return true;
	case PERF_RECORD_LOST:
		s->lost += h->size >= 24 ? word(record, 16) : 0;
		return h->size >= 24;
	case PERF_RECORD_LOST_SAMPLES:
		s->lost += h->size >= 16 ? word(record, 8) : 0;
		return h->size >= 16;
	case PERF_RECORD_THROTTLE:
		s->throttled++;
		return true;
	default:
		return true;
	}
}

int pmc_ring__take(const uint8_t *data, uint64_t size, uint64_t tail, uint64_t head,
		   struct pmc_samples *s)
{
	if (!size || (size & (size - 1)) || head - tail > size)
		return -EPROTO;
	while (tail != head) {
		uint8_t record[RECORD_MAX] = { 0 };
		struct perf_event_header h;

		if (head - tail < sizeof(h))
			return -EPROTO;
		copy(record, data, size, tail, sizeof(h));
		memcpy(&h, record, sizeof(h));
		if (h.size < sizeof(h) || h.size % 8 || h.size > head - tail)
			return -EPROTO;
		copy(record, data, size, tail, h.size < RECORD_MAX ? h.size : RECORD_MAX);
		if (!take_record(&h, record, s))
			return -EPROTO;
		tail += h.size;
	}
	return 0;
}

bool pmc_samples__agree(const struct pmc_samples *s, uint64_t period)
{
	const double stands = ((double)s->n + (double)s->elsewhere) * (double)period;
	const double off = stands - (double)s->counted;
	const double slack = (double)period * (double)s->cpus + 0.02 * (double)s->counted;

	return off <= slack && -off <= slack;
}

void pmc_samples__release(struct pmc_samples *s)
{
	free(s->ip);
	*s = (struct pmc_samples){ 0 };
}
