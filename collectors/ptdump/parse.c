// SPDX-License-Identifier: GPL-2.0-only
/* parse.c - parses the markers and rows of one dump, also from a log, and checks that none is
 * missing. */
#include "collectors/ptdump/parse.h"
#include "collectors/support/dmesg_line.h"
#include "collectors/ptdump/fit.h"
#include "collectors/ptdump/marker.h"

#include <stdarg.h>

#define OTHER "other" /* rows between the end of a section and the next start */
#define UNNAMED "unnamed" /* rows before the first marker, until an end marker names them */
#define LINE_MAX_LEN 1023

/* Bytes by level and contiguous bit, until the granule is known. */
struct tally {
	uint64_t bytes[LEVEL_MAX][2];
};

struct parser {
	const char *name;
	struct err *err;
	struct layout *l;
	struct tally *tallies; /* one per section */
	struct ptdump_fit fit;
	size_t line;
	size_t section; /* index + 1; 0: outside */
	size_t begun; /* line on which it begins */
	bool pairs; /* it must have an end */
	bool any_marker, any_row;
	bool from_zero; /* the first row is the hole from 0: the first marker may be missing */
	size_t last_line, last_section; /* of the previous row */
	uint64_t last_start, last_end;
};

static int fail(const struct parser *p, const char *fmt, ...) __printf(2, 3);
static int fail(const struct parser *p, const char *fmt, ...)
{
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return err__set(p->err, -EINVAL, "%s:%zu: %s", p->name, p->line, msg);
}

static size_t add_section(struct parser *p, const char *key)
{
	layout__add(p->l, key);
	p->tallies = xrealloc(p->tallies, p->l->n_sections, sizeof(*p->tallies));
	memset(&p->tallies[p->l->n_sections - 1], 0, sizeof(*p->tallies));
	return p->l->n_sections;
}

/* A dump has each section once, and a section that needs an end must have had it. */
static int begin_section(struct parser *p, const struct ptdump_marker *m)
{
	if (p->section && p->pairs)
		return fail(p,
			    "expected the end of section %s, which begins on line %zu; found "
			    "section %s: is a part missing?",
			    p->l->sections[p->section - 1].name, p->begun, m->key);
	if (layout__find(p->l, m->key))
		return fail(p,
			    "expected one dump; found section %s a second time: split the file, "
			    "one dump each",
			    m->key);
	p->section = add_section(p, m->key);
	p->begun = p->line;
	p->pairs = m->pairs;
	return 0;
}

static int handle_marker(struct parser *p, const char *text)
{
	struct ptdump_marker m;

	if (ptdump_marker__parse(text, &m))
		return fail(p, "expected a marker such as '---[ Linear Mapping start ]---'; it has "
			       "no name or no ' ]---'");
	/* Dumps of Linux 5.6 to 5.10 lack the first marker, as they begin with the hole from 0; the
	 * section's end names it. */
	if (!p->any_marker && p->section && !m.begins)
		snprintf(p->l->sections[p->section - 1].name, sizeof(m.key), "%s", m.key);
	p->any_marker = true;
	if (m.begins)
		return begin_section(p, &m);
	if (!p->section || !streq(p->l->sections[p->section - 1].name, m.key))
		return fail(p, "expected %s%s; found the end of section %s: is a part missing?",
			    p->section ? "the end of section " : "a section to begin",
			    p->section ? p->l->sections[p->section - 1].name : "", m.key);
	p->section = 0;
	return 0;
}

/* Bytes by leaf size need the granule, which is known only after the last row: count them in the
 * tally. */
static void count_row(struct layout_section *s, struct tally *t, const struct ptdump_row *row)
{
	if (row->kind == ROW_INVALID)
		s->invalid += row->size;
	if (row->kind != ROW_LEAF)
		return;
	t->bytes[row->level][row->con] += row->size;
	*(row->ro ? &s->ro : &s->rw) += row->size;
	*(row->x ? &s->x : &s->nx) += row->size;
	s->wx += row->x && !row->ro ? row->size : 0;
	s->usr += row->usr ? row->size : 0;
}

/* Check that the row comes after all previous ones, and find its section: index + 1, or 0 for a
 * hole outside all sections. */
static int find_section(struct parser *p, const struct ptdump_row *row, size_t *section)
{
	if (!p->any_row && ptdump_row__is_from_zero(row))
		p->from_zero = true;
	if (!p->any_marker && !p->from_zero)
		return fail(p, "expected a marker such as '---[ Linear Mapping start ]---' before "
			       "the first row: is the beginning missing?");
	/* An end of 0 is 2^64: nothing comes after it. */
	if (p->any_row && (row->start < p->last_end || !p->last_end))
		return fail(p,
			    "expected a row at 0x%016llx or above, where that of line %zu ends; "
			    "found 0x%016llx: rows %s",
			    (unsigned long long)p->last_end, p->last_line,
			    (unsigned long long)row->start,
			    row->start < p->last_start ? "are out of order" : "overlap");
	if (!p->any_marker && !p->section && row->kind != ROW_HOLE) {
		p->section = add_section(p, UNNAMED);
		p->begun = p->line;
		p->pairs = true;
	}
	*section = p->section;
	if (!*section && row->kind != ROW_HOLE) {
		const struct layout_section *other = layout__find(p->l, OTHER);

		*section = other ? (size_t)(other - p->l->sections) + 1 : add_section(p, OTHER);
	}
	return 0;
}

static int handle_row(struct parser *p, const char *line, const char *text)
{
	struct ptdump_row row;
	struct err err;
	size_t section = 0;
	int ret = ptdump_row__parse(line, text, &row, &err);

	if (ret)
		return err__set(p->err, ret, "%s:%zu:%s", p->name, p->line, err.msg);
	/* Sections that begin at the same address cause empty rows. */
	if (!row.size)
		return 0;
	ret = find_section(p, &row, &section);
	if (ret)
		return ret;
	if (ptdump_fit__row(&p->fit, &row, &err))
		return fail(p, "%s", err.msg);
	if (section) {
		struct layout_section *s = &p->l->sections[section - 1];

		count_row(s, &p->tallies[section - 1], &row);
		if (p->any_row && p->last_section == section && p->section)
			s->gap += row.start - p->last_end;
	}
	p->any_row = true;
	p->last_line = p->line;
	p->last_section = section;
	p->last_start = row.start;
	p->last_end = row.start + row.size;
	return 0;
}

static bool is_payload(const char *text)
{
	return ptdump_marker__looks_like(text) || ptdump_row__looks_like(text);
}

/* Find where a line of the dump begins after what a log puts before it: the prefixes that dmesg
 * has, the date of dmesg -T, the host name of syslog. NULL: the line is not part of the dump. */
static const char *payload(const char *line)
{
	const char *text = dmesg_line__text(line, NULL);

	if (is_payload(text))
		return text;
	/* Check a line that begins like a row even so: it may be a truncated one. */
	return text > line + strspn(line, " \t\r") && !str_starts(text, "0x") ? NULL : text;
}

static int handle_line(struct parser *p, const char *line)
{
	const char *text = payload(line);

	if (p->section && strstr(line, "printk messages dropped"))
		return fail(p,
			    "section %s, which begins on line %zu, lacks rows: the kernel has "
			    "dropped lines of its log here",
			    p->l->sections[p->section - 1].name, p->begun);
	if (!text)
		return 0;
	if (ptdump_marker__looks_like(text))
		return handle_marker(p, text);
	if (ptdump_row__looks_like(text))
		return handle_row(p, line, text);
	/* Within a section this is an unreadable row; elsewhere it belongs to the log. */
	if (p->section && *text)
		return handle_row(p, line, text);
	return 0;
}

/* Lines may end in CR LF (serial consoles). Long or binary lines are errors only within the
 * dump. */
static int handle_lines(struct parser *p, const char *text, size_t len)
{
	char line[LINE_MAX_LEN + 1];

	for (const char *end = text + len; text < end; p->line++) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);
		size_t kept = n < LINE_MAX_LEN ? n : LINE_MAX_LEN;
		int ret;

		if (p->section && (kept < n || memchr(text, '\0', n)))
			return fail(p,
				    "expected a row or a marker; found a line of %zu bytes, too "
				    "long or with a zero byte in it",
				    n);
		memcpy(line, text, kept);
		while (kept && (line[kept - 1] == '\r' || line[kept - 1] == ' '))
			kept--;
		line[kept] = '\0';
		ret = handle_line(p, line);
		if (ret)
			return ret;
		text += n + (nl != NULL);
	}
	return 0;
}

static int check_end(struct parser *p)
{
	if (!p->any_marker)
		return err__set(p->err, -EINVAL,
				"%s: expected a page-table dump of arm64 "
				"(kernel_page_tables in debugfs, with markers such as "
				"'---[ Linear Mapping start ]---'); found none",
				p->name);
	if (!p->any_row)
		return err__set(p->err, -EINVAL, "%s: expected rows; found markers alone", p->name);
	/* A dump that reaches the end of the address space is complete. */
	if (p->section && p->pairs && p->last_end)
		return fail(p,
			    "expected the end of section %s, which begins on line %zu; found the "
			    "end of the text: is a part missing?",
			    p->l->sections[p->section - 1].name, p->begun);
	return 0;
}

/* Convert levels to leaf sizes, now that the granule is known. */
static void file_tally(const struct tally *t, enum layout_granule g, struct layout_section *s)
{
	const struct layout_leaf *leaf = layout__leaves(g);

	for (int level = 0; level < LEVEL_MAX; level++) {
		for (int con = 0; con < 2; con++) {
			struct ptdump_row row = { .level = (enum ptdump_level)level, .con = con };
			uint64_t size = ptdump_row__leaf_size(&row, g);

			for (size_t i = 0; leaf[i].name; i++)
				if (leaf[i].size == size)
					s->leaf[i] += t->bytes[level][con];
		}
	}
}

int ptdump__parse(const char *name, const char *text, size_t len, int granule, struct layout **out,
		  struct err *err)
{
	struct parser p = { .name = name, .err = err, .line = 1, .l = xcalloc(1, sizeof(*p.l)) };
	int ret;

	if (granule >= 0)
		ptdump_fit__demand(&p.fit, (enum layout_granule)granule);
	ret = handle_lines(&p, text, len);
	if (!ret)
		ret = check_end(&p);
	if (ret)
		goto out;
	p.l->granule = ptdump_fit__granule(&p.fit, &p.l->source);
	p.l->end = p.last_end;
	if (granule >= 0)
		p.l->source = GRANULE_GIVEN;
	for (size_t i = 0; p.tallies && i < p.l->n_sections; i++)
		file_tally(&p.tallies[i], p.l->granule, &p.l->sections[i]);
	*out = p.l;
	p.l = NULL;
out:
	layout__free(p.l);
	free(p.tallies);
	return ret;
}
