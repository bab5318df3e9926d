// SPDX-License-Identifier: GPL-2.0-only
/* scatter.c - fills pipes page by page in random order, then empties half of them. */
#include "workloads/support/scatter.h"

#include "lib/rng.h"
#include "workloads/support/limits.h"

#include <fcntl.h>
#include <unistd.h>

#define PAGE 4096u /* with larger pages, less is freed in the same way */
#define PIPE_PAGES 16u /* capacity of a new pipe (pipe(7)) */

static void close_pipe(struct scatter *s, size_t pipe)
{
	for (size_t i = 2 * pipe; i < 2 * pipe + 2; i++) {
		base__close_fd(&s->fds[i]);
		s->fds[i] = -1;
	}
}

static int open_pipes(struct scatter *s, struct err *err)
{
	int ret = limits__files(2 * s->n, err);

	s->fds = xcalloc(2 * s->n, sizeof(*s->fds));
	for (size_t i = 0; i < 2 * s->n; i++)
		s->fds[i] = -1;
	for (size_t i = 0; i < s->n && !ret; i++)
		if (pipe2(&s->fds[2 * i], O_CLOEXEC | O_NONBLOCK) < 0)
			ret = err__set(err, -errno, "pipe %zu of %zu: %s", i, s->n,
				       strerror(errno));
	return ret;
}

/* The pipe for each page: every pipe PIPE_PAGES times, shuffled. */
static uint32_t *shuffled(size_t pipes, struct rng *rng)
{
	size_t n = pipes * PIPE_PAGES;
	uint32_t *order = xcalloc(n, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)(i % pipes);
	for (size_t i = n; i > 1; i--) {
		size_t k = rng__below(rng, i);
		uint32_t v = order[i - 1];

		order[i - 1] = order[k];
		order[k] = v;
	}
	return order;
}

/* Writing a whole page takes a new page. Pipes are non-blocking, so that a full one is an error. */
static int fill_pipes(struct scatter *s, struct rng *rng, struct err *err)
{
	static const char page[PAGE];
	_free_ uint32_t *order = shuffled(s->n, rng);

	for (size_t i = 0; i < s->n * PIPE_PAGES; i++)
		if (write(s->fds[2 * order[i] + 1], page, PAGE) != PAGE)
			return err__set(err, errno ? -errno : -EIO,
					"a pipe does not take page %zu "
					"of %zu: %s (see pipe-user-pages-soft in pipe(7))",
					i, s->n * PIPE_PAGES, strerror(errno));
	return 0;
}

int scatter__make(struct scatter *s, uint64_t bytes, uint64_t seed, struct err *err)
{
	struct rng rng;
	int ret;

	*s = (struct scatter){ .n = bytes / (PIPE_PAGES * PAGE) };
	if (!s->n)
		return 0;
	rng__seed(&rng, seed);
	ret = open_pipes(s, err);
	if (!ret)
		ret = fill_pipes(s, &rng, err);
	for (size_t i = 0; i < s->n && !ret; i++)
		if (rng__next(&rng) & 1)
			close_pipe(s, i);
	return ret;
}

void scatter__release(struct scatter *s)
{
	for (size_t i = 0; i < s->n && s->fds; i++)
		close_pipe(s, i);
	free(s->fds);
	*s = (struct scatter){ 0 };
}
