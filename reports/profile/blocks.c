// SPDX-License-Identifier: GPL-2.0-only
/* blocks.c - parses the execution counts of blocks stored with a boot. */
#include "reports/profile/blocks.h"

#include "reports/profile/names.h"

/* Parse a decimal number terminated by `last`, and advance *at past it. */
static bool number(const char **at, char last, uint64_t *v)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*v = strtoull(*at, &end, 10);
	if (errno || *end != last)
		return false;
	*at = end + 1;
	return true;
}

/* Parse a word terminated by `last`, which is replaced with NUL. */
static char *word(char **at, char last)
{
	char *s = *at, *end = s + strcspn(s, "\t\n");

	if (*end != last)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return s;
}

static bool is_wanted(const struct blocks_function *f, const char *name, const char *module)
{
	const size_t own = function_name__length(f->name);

	return (!module || streq(f->module, module)) &&
	       (streq(f->name, name) || (strlen(name) == own && !strncmp(f->name, name, own)));
}

/* Limits for one text. Functions of the same name are small, and each instruction is in one block
 * or in a few that overlap; but a malicious text of a few kilobytes could take years to process. */
#define WANTED_SIZE_MAX BLOCKS_SIZE_MAX
#define COUNTED_MAX (64u << 20) /* instructions of all blocks */

/* Parse the line of a function after the colon. Strings point into the text. */
static bool read_function(char *line, struct blocks_function *f)
{
	const char *numbers;

	*f = (struct blocks_function){ 0 };
	f->name = word(&line, '\t');
	f->module = f->name ? word(&line, '\t') : NULL;
	f->section = f->module ? word(&line, '\t') : NULL;
	numbers = line;
	return f->section && number(&numbers, '\t', &f->at) && number(&numbers, '\n', &f->size) &&
	       f->size && f->size <= BLOCKS_SIZE_MAX && !(f->size % 4);
}

/* Parse the line of a block, and add its executions if the function has counters. */
static bool read_block(const char *line, struct blocks_function *f, uint64_t operations,
		       uint64_t *counted)
{
	uint64_t first, n, runs;

	if (!number(&line, '\t', &first) || !number(&line, '\t', &n) ||
	    !number(&line, '\n', &runs) || first >= f->size / 4 || n > f->size / 4 - first)
		return false;
	*counted += f->runs ? n : 0;
	if (*counted > COUNTED_MAX)
		return false;
	for (uint64_t i = first; f->runs && i < first + n; i++) {
		f->runs[i] += (double)runs / (operations ? (double)operations : 1);
		f->total += (double)runs / (operations ? (double)operations : 1);
	}
	return true;
}

/* Append a function to the list, with copies of its strings and with counters. */
static void keep(struct blocks_function *f, struct blocks_function **list, size_t *n)
{
	f->name = xstrdup(f->name);
	f->module = xstrdup(f->module);
	f->section = xstrdup(f->section);
	f->n = f->size / 4;
	f->runs = xcalloc(f->n, sizeof(*f->runs));
	GROW(*list, *n);
	(*list)[(*n)++] = *f;
}

int blocks__find(char *text, const char *name, const char *module, struct blocks_function **list,
		 size_t *n, bool *per_op, struct err *err)
{
	const char *at = text + strlen(BLOCKS_HEAD);
	struct blocks_function f = { 0 };
	uint64_t operations, size = 0, counted = 0;
	bool ok = str_starts(text, BLOCKS_HEAD) && number(&at, '\n', &operations), wanted = false;

	*list = NULL;
	*n = 0;
	*per_op = ok && operations;
	for (char *line = ok ? text + (at - text) : text, *next; ok && *line; line = next) {
		next = strchr(line, '\n');
		ok = next;
		if (!ok)
			break;
		next++;
		if (*line == ':') {
			ok = read_function(line + 1, &f);
			wanted = ok && is_wanted(&f, name, module);
			size += wanted ? f.size : 0;
			ok = ok && size <= WANTED_SIZE_MAX;
			if (wanted && ok)
				keep(&f, list, n);
		} else {
			ok = f.name &&
			     read_block(line, wanted ? &(*list)[*n - 1] : &f, operations, &counted);
		}
	}
	if (ok)
		return 0;
	blocks__free(*list, *n);
	*list = NULL;
	*n = 0;
	return err__set(err, -EUCLEAN, "the blocks of a profile are damaged");
}

void blocks__free(struct blocks_function *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].module);
		free(list[i].section);
		free(list[i].runs);
	}
	free(list);
}
