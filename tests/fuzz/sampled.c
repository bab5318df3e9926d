// SPDX-License-Identifier: GPL-2.0-only
/* sampled.c - input of sampled profiles: perf's ring buffer, the kernel's symbols, the agent's text, the text
 * in the database. */
#include "collectors/pmc/ring.h"
#include "collectors/support/live_symbols.h"
#include "reports/store/profile.h"
#include "runner/boot/sampled.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte is the position in the ring buffer at which the data begins. */
static void ring(const uint8_t *data, size_t size)
{
	struct pmc_samples s = { 0 };
	uint8_t room[256] = { 0 };
	const uint64_t tail = size ? data[0] : 0, head = tail + (size > 256 ? 256 : size);

	for (size_t i = 0; i < size && i < sizeof(room); i++)
		room[(tail + i) % sizeof(room)] = data[i];
	if (!pmc_ring__take(room, sizeof(room), tail, head, &s) && s.n > sizeof(room) / 16)
		abort();
	pmc_samples__release(&s);
}

static void symbols(const uint8_t *data, size_t size)
{
	struct live_symbols s;
	struct err err = { "" };
	int ret = live_symbols__parse(&s, xstrndup((const char *)data, size), &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; !ret && i < s.n; i++)
		if ((i && s.v[i].at <= s.v[i - 1].at) ||
		    (*s.v[i].name && live_symbols__find(&s, s.v[i].at) != i))
			abort();
	live_symbols__release(&s);
}

/* A text of the agent that is accepted must be readable from the database. */
static void agent(const char *text)
{
	struct record r;
	struct err err = { "" };
	int ret;

	record__init(&r, PLATFORM_FAKE);
	for (int i = 0; i < 3; i++)
		record__iteration(&r, &(struct store_iteration){ .workload = "w", .iter = i }, 5);
	if (record__text(&r, "perf-record/w", text, &err))
		abort();
	ret = sampled__collect(&r, &err);
	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; i < r.boot.n_profiles; i++) {
		const struct store_profile *p = &r.boot.profiles[i];
		struct store_profile again = { .kernel = p->kernel };
		size_t len;
		_free_ char *packed = profile__format(p, &len);

		if (profile__parse(&again, packed, &err) || again.n != p->n ||
		    again.period != p->period)
			abort();
		free(again.v);
	}
	record__release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);

	ring(data, size);
	symbols(data, size);
	agent(text);
	return 0;
}
