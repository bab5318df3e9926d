// SPDX-License-Identifier: GPL-2.0-only
/* sources.c - formats and parses the counts by source function of a boot. */
#include "reports/profile/sources.h"

#include <inttypes.h>

#define HEAD "source 1\n"
#define ITERATIONS_MAX 100000

char *sources__format(const struct sources *s)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	fputs(HEAD, f);
	for (size_t i = 0; i < s->strings.n; i++)
		fprintf(f, "\"%s\n", s->strings.v[i]);
	for (size_t i = 0; i < s->n_inlined; i++)
		fprintf(f, "+%u\t%u\t%u\n", s->inlined[i].parent + 1, s->inlined[i].name,
			s->inlined[i].file);
	for (size_t i = 0; i < s->n_parts; i++) {
		const struct sources_part *part = &s->parts[i];

		fprintf(f, "iteration %d\n", part->iter);
		for (size_t k = 0; k < part->n; k++) {
			const struct sources_place *p = &part->v[k];

			for (size_t c = 0; c < FUNCTION_COUNTS; c++) {
				if (c == FUNCTION_CALLS)
					continue;
				if (p->count[c])
					fprintf(f, "%" PRIu64, p->count[c]);
				fputc('\t', f);
			}
			fprintf(f, "%u\t%u\t%u\t%u\t%u\n", p->symbol, p->module, p->unit, p->file,
				p->inlined + 1);
		}
	}
	fclose(f);
	return text;
}

/* Parse a number below `limit`, terminated by `last`, and advance *at past it. With `optional`, an
 * empty field is 0. */
static bool number(char **at, char last, bool optional, uint64_t limit, uint64_t *v)
{
	char *end = *at;

	errno = 0;
	*v = **at >= '0' && **at <= '9' ? strtoull(*at, &end, 10) : 0;
	if (errno || *end != last || (end == *at && !optional) || *v >= limit)
		return false;
	*at = end + 1;
	return true;
}

static bool index_of(char **at, char last, size_t limit, uint32_t *v)
{
	uint64_t n;

	if (!number(at, last, false, limit < UINT32_MAX ? limit : UINT32_MAX, &n))
		return false;
	*v = (uint32_t)n;
	return true;
}

/* Parents are stored plus one; 0 wraps to NO_INLINED. */
static bool read_inlined(struct sources *s, char *at)
{
	struct sources_inlined in = { .depth = 1 };

	if (!index_of(&at, '\t', s->n_inlined + 1, &in.parent) ||
	    !index_of(&at, '\t', s->strings.n, &in.name) ||
	    !index_of(&at, '\n', s->strings.n, &in.file))
		return false;
	in.parent--;
	if (in.parent != NO_INLINED)
		in.depth = s->inlined[in.parent].depth + 1;
	if (in.depth > SOURCES_DEPTH_MAX)
		return false;
	*APPEND(s->inlined, s->n_inlined) = in;
	return true;
}

static bool begin_part(struct sources *s, char *at)
{
	uint64_t iter;

	if (!number(&at, '\n', false, ITERATIONS_MAX, &iter) ||
	    (s->n_parts && (int)iter <= s->parts[s->n_parts - 1].iter))
		return false;
	*APPEND(s->parts, s->n_parts) = (struct sources_part){ .iter = (int)iter };
	return true;
}

static bool read_place(struct sources *s, char *at)
{
	struct sources_part *part = s->n_parts ? &s->parts[s->n_parts - 1] : NULL;
	struct sources_place p = { 0 };
	bool ok = part;

	for (size_t c = 0; ok && c < FUNCTION_COUNTS; c++)
		ok = c == FUNCTION_CALLS || number(&at, '\t', true, UINT64_MAX, &p.count[c]);
	ok = ok && index_of(&at, '\t', s->strings.n, &p.symbol) &&
	     index_of(&at, '\t', s->strings.n, &p.module) &&
	     index_of(&at, '\t', s->strings.n, &p.unit) &&
	     index_of(&at, '\t', s->strings.n, &p.file) &&
	     index_of(&at, '\n', s->n_inlined + 1, &p.inlined);
	if (!ok)
		return false;
	p.inlined--;
	*APPEND(part->v, part->n) = p;
	return true;
}

/* Strings are numbered in order of appearance. Reject duplicates, which would shift the numbers. */
static bool read_string(struct sources *s, char *at, size_t len)
{
	const size_t n = s->strings.n;

	at[len] = '\0';
	return !strchr(at, '\t') && n < UINT32_MAX && names__add(&s->strings, at) == n;
}

int sources__parse(struct sources *s, char *text, struct err *err)
{
	bool ok = str_starts(text, HEAD);

	*s = (struct sources){ 0 };
	for (char *line = ok ? text + strlen(HEAD) : text, *next; ok && *line; line = next) {
		const size_t len = strcspn(line, "\n");

		if (line[len] != '\n')
			ok = false;
		else if (*line == '"')
			ok = read_string(s, line + 1, len - 1);
		else if (*line == '+')
			ok = read_inlined(s, line + 1);
		else if (str_starts(line, "iteration "))
			ok = begin_part(s, line + 10);
		else
			ok = read_place(s, line);
		next = line + len + 1;
	}
	return ok ? 0 : err__set(err, -EUCLEAN, "a boot's counts by source function are damaged");
}

const struct sources_part *sources__part(const struct sources *s, int iter)
{
	for (size_t i = 0; i < s->n_parts; i++)
		if (s->parts[i].iter == iter)
			return &s->parts[i];
	return NULL;
}

void sources__release(struct sources *s)
{
	for (size_t i = 0; i < s->n_parts; i++)
		free(s->parts[i].v);
	free(s->parts);
	free(s->inlined);
	names__release(&s->strings);
	*s = (struct sources){ 0 };
}
