// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal.c - the journal has lines "at SECONDS CAMPAIGN BOOT STATE" and "took SECONDS METHOD MS".
 * A line that a crash cut short is ignored: the last known state is then the one before it, and the
 * machine itself is asked what it runs.
 */
#include "runner/machine/journal.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/cache.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#define SIZE_MAX_BYTES (256u << 10) /* a longer journal loses its first half */
#define BOOTS_MAX 100 /* boots that the percentile is taken over */

#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define WORD "%" STRING(JOURNAL_WORD_LEN) "s"
#define JOURNAL_WORD_LEN 23 /* JOURNAL_WORD_MAX without the NUL */

/* Parse an "at" line. */
static bool parse_state(const char *line, char state[JOURNAL_WORD_MAX])
{
	char at[21], boot[21], word[JOURNAL_WORD_MAX];
	uint64_t n;

	if (sscanf(line, "at %20s %*s %20s " WORD, at, boot, word) != 3 || units__u64(at, &n) ||
	    units__u64(boot, &n))
		return false;
	memcpy(state, word, sizeof(word));
	return true;
}

static bool parse_took(const char *line, const char *method, uint64_t *ms)
{
	char word[JOURNAL_WORD_MAX], at[21], took[21];

	return sscanf(line, "took %20s " WORD " %20s", at, word, took) == 3 &&
	       streq(word, method) && !units__u64(took, ms);
}

/* Drop the first half of the journal, in whole lines. */
static int shorten(const char *path, char *text, size_t len)
{
	char *half = memchr(text + len / 2, '\n', len - len / 2);

	return half ? fs__write_atomic(path, half + 1, len - (size_t)(half + 1 - text)) : 0;
}

/* Read the last state. *cut says that the last line has no newline: the caller must write one before
 * appending. */
static int read_last(struct journal *j, bool *cut)
{
	_free_ char *text = NULL;
	char *save = NULL;
	size_t len;
	int ret = fs__read(j->path, 64u << 20, &text, &len);

	*cut = false;
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	*cut = len && text[len - 1] != '\n';
	while (len && text[len - 1] != '\n')
		text[--len] = '\0';
	ret = len > SIZE_MAX_BYTES ? shorten(j->path, text, len) : 0;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		(void)parse_state(l, j->last);
	return ret;
}

int journal__open(const char *machine, struct journal *j, struct err *err)
{
	bool cut;
	int ret;

	*j = (struct journal){ .path = cache__path("machines/%s.journal", machine), .fd = -1 };
	ret = read_last(j, &cut);
	if (ret)
		return err__errno(err, ret, j->path);
	j->fd = open(j->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (j->fd < 0 || (cut && write(j->fd, "\n", 1) != 1))
		return err__errno(err, -errno, j->path);
	return 0;
}

static int append(struct journal *j, char *line, struct err *err)
{
	_free_ char *own = line;
	const size_t len = strlen(own);
	ssize_t n = write(j->fd, own, len);
	int ret = n < 0 ? -errno : (size_t)n < len ? -ENOSPC : fdatasync(j->fd) ? -errno : 0;

	return ret ? err__errno(err, ret, j->path) : 0;
}

int journal__enter(struct journal *j, const char *state, const char *campaign, unsigned int slot,
		   struct err *err)
{
	snprintf(j->last, sizeof(j->last), "%s", state);
	return append(j,
		      xasprintf("at %" PRIu64 " %.64s %u %s\n",
				(uint64_t)(clock__wall_ns() / NSEC_PER_SEC), campaign, slot + 1,
				state),
		      err);
}

int journal__took(struct journal *j, const char *method, uint64_t ns, struct err *err)
{
	return append(j,
		      xasprintf("took %" PRIu64 " %s %" PRIu64 "\n",
				(uint64_t)(clock__wall_ns() / NSEC_PER_SEC), method,
				(uint64_t)(ns / NSEC_PER_MSEC)),
		      err);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

uint64_t journal__p95(const struct journal *j, const char *method)
{
	_free_ char *text = NULL;
	uint64_t ms[BOOTS_MAX];
	char *save = NULL;
	size_t n = 0, seen = 0;

	if (fs__read(j->path, 64u << 20, &text, NULL))
		return 0;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		uint64_t took;

		if (!parse_took(l, method, &took))
			continue;
		ms[seen++ % BOOTS_MAX] = took < UINT64_MAX / NSEC_PER_SEC ? took : 0;
		n = seen < BOOTS_MAX ? seen : BOOTS_MAX;
	}
	if (!n)
		return 0;
	qsort(ms, n, sizeof(*ms), by_value);
	return ms[(95 * n + 99) / 100 - 1] * NSEC_PER_MSEC;
}

void journal__close(struct journal *j)
{
	base__close_fd(&j->fd);
	free(j->path);
	j->path = NULL;
}
