// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - a hash table of blocks, by address, length and `last`. */
#include "collectors/tlbmodel/profile.h"

#define SLOTS (2u * PROFILE_CHUNK * PROFILE_CHUNKS) /* so that at most half are in use */

struct profile_block *profile__block(const struct profile *p, uint32_t number)
{
	return number ? &p->chunk[(number - 1) / PROFILE_CHUNK][(number - 1) % PROFILE_CHUNK] :
			NULL;
}

/* Allocate the chunk for block p->n + 1, if it is not there yet. False: the profile is full, or
 * there is no memory. */
static bool grow(struct profile *p)
{
	size_t i = p->n / PROFILE_CHUNK;

	if (p->n == PROFILE_CHUNK * PROFILE_CHUNKS)
		return false;
	if (!p->chunk[i])
		p->chunk[i] = calloc(PROFILE_CHUNK, sizeof(*p->chunk[i]));
	if (!p->runs[i])
		p->runs[i] = p->counters(i);
	return p->chunk[i] && p->runs[i];
}

uint32_t profile__find(struct profile *p, uint64_t va, uint32_t n, uint32_t last)
{
	uint64_t key = (va ^ (uint64_t)n << 48 ^ last) * 0x9e3779b97f4a7c15ull;
	struct profile_block *b;
	uint32_t *slot;

	if (!p->counters)
		return 0;
	if (!p->slots)
		p->slots = calloc(SLOTS, sizeof(*p->slots));
	if (!p->slots)
		return 0;
	for (size_t i = key >> 40 & (SLOTS - 1);; i = (i + 1) & (SLOTS - 1)) {
		slot = &p->slots[i];
		b = profile__block(p, *slot);
		if (!b)
			break;
		if (b->va == va && b->n == n && b->last == last)
			return *slot;
	}
	if (!grow(p))
		return 0;
	*slot = (uint32_t)++p->n;
	b = profile__block(p, *slot);
	*b = (struct profile_block){ .va = va, .n = n, .last = last };
	b->runs = &p->runs[(p->n - 1) / PROFILE_CHUNK][(p->n - 1) % PROFILE_CHUNK];
	return *slot;
}

static void free_sizes(struct profile *p)
{
	for (uint32_t i = 1; i <= p->n; i++)
		free(profile__block(p, i)->sizes);
}

void profile__reset(struct profile *p)
{
	free_sizes(p);
	if (p->slots)
		memset(p->slots, 0, SLOTS * sizeof(*p->slots));
	for (size_t i = 0; i < PROFILE_CHUNKS && p->runs[i]; i++)
		memset(p->runs[i], 0, PROFILE_CHUNK * sizeof(*p->runs[i]));
	p->n = 0;
}

uint64_t profile__instructions(const struct profile *p)
{
	uint64_t sum = 0;

	for (uint32_t i = 1; i <= p->n; i++) {
		const struct profile_block *b = profile__block(p, i);

		sum += b->n * *b->runs;
	}
	return sum;
}

void profile__release(struct profile *p)
{
	free_sizes(p);
	for (size_t i = 0; i < PROFILE_CHUNKS; i++)
		free(p->chunk[i]);
	free(p->slots);
	*p = (struct profile){ 0 };
}
