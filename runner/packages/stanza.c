// SPDX-License-Identifier: GPL-2.0-only
/* stanza.c - parses package records (deb822 fields). */
#include "runner/packages/stanza.h"

#include "runner/packages/lock.h"

#include <strings.h>

static void stanza_release(struct stanza *s)
{
	free(s->package);
	free(s->version);
	free(s->arch);
	free(s->sha256);
	free(s->size);
	free(s->depends);
	*s = (struct stanza){ 0 };
}

static void keep(char **field, const char *value, size_t len)
{
	free(*field);
	*field = xstrndup(value, len);
}

/* Field names are case-insensitive (deb-control(5)). */
static bool is_field(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

/* " SHA256 SIZE NAME_VERSION.orig.tar.xz". Additional tarballs are called .orig-COMPONENT.tar.* and
 * ignored. */
static void take_file(struct stanza *s, const char *line, size_t len)
{
	_free_ char *copy = xstrndup(line, len);
	char *save = NULL, *sha256 = strtok_r(copy, " \t\r", &save);
	char *size = strtok_r(NULL, " \t\r", &save), *name = strtok_r(NULL, " \t\r", &save);

	if (!name || !strstr(name, ".orig.tar.") || str_ends(name, ".asc"))
		return;
	keep(&s->sha256, sha256, strlen(sha256));
	keep(&s->size, size, strlen(size));
}

/* A line that begins with a blank continues the previous field. Of those only the file list of a
 * source package is used. */
static void take_line(struct stanza *s, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value;
	size_t name;

	if (*line == ' ' || *line == '\t') {
		if (s->in_files)
			take_file(s, line, len);
		return;
	}
	s->in_files = false;
	if (!colon)
		return;
	name = (size_t)(colon - line);
	value = colon + 1;
	len -= name + 1;
	for (; len && (*value == ' ' || *value == '\t'); len--)
		value++;
	for (; len && strchr(" \t\r", value[len - 1]); len--)
		;
	if (is_field(line, name, "Package"))
		keep(&s->package, value, len);
	else if (is_field(line, name, "Version"))
		keep(&s->version, value, len);
	else if (is_field(line, name, "Architecture"))
		keep(&s->arch, value, len);
	else if (is_field(line, name, "SHA256"))
		keep(&s->sha256, value, len);
	else if (is_field(line, name, "Checksums-Sha256"))
		s->in_files = s->source = true;
	else if (is_field(line, name, "Size"))
		keep(&s->size, value, len);
	else if (is_field(line, name, "Depends") || is_field(line, name, "Pre-Depends")) {
		_free_ char *old = s->depends;

		s->depends = old ? xasprintf("%s, %.*s", old, (int)len, value) :
				   xstrndup(value, len);
	}
}

/* Keep the record if it is complete: apt prints records of virtual packages, without a version. */
static void end_record(struct stanzas *out, struct stanza *s)
{
	if (!s->package || !s->version || !s->arch) {
		stanza_release(s);
		return;
	}
	if (s->source)
		keep(&s->arch, LOCK_SOURCE, strlen(LOCK_SOURCE));
	*APPEND(out->v, out->n) = *s;
	*s = (struct stanza){ 0 };
}

void stanzas__parse(const char *text, struct stanzas *out)
{
	struct stanza s = { 0 };

	*out = (struct stanzas){ 0 };
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (strspn(text, " \t\r") >= len)
			end_record(out, &s);
		else
			take_line(&s, text, len);
		text += len + (text[len] == '\n');
	}
	end_record(out, &s);
}

const struct stanza *stanzas__find(const struct stanzas *s, const char *package,
				   const char *version)
{
	for (size_t i = 0; i < s->n; i++)
		if (streq(s->v[i].package, package) &&
		    (!version || streq(s->v[i].version, version)))
			return &s->v[i];
	return NULL;
}

void stanzas__release(struct stanzas *s)
{
	for (size_t i = 0; i < s->n; i++)
		stanza_release(&s->v[i]);
	free(s->v);
	*s = (struct stanzas){ 0 };
}

/* Write the bare names of alternatives, "a (>= 1) | b:any [arm64]", to `to`: "a|b". */
static void alternatives(char *group, char *to)
{
	char *save = NULL;

	*to = '\0';
	for (char *t = strtok_r(group, "|", &save); t; t = strtok_r(NULL, "|", &save)) {
		size_t end = strlen(to);

		t += strspn(t, " \t");
		t[strcspn(t, " \t:([<")] = '\0';
		if (*t)
			memcpy(stpcpy(to + end, end ? "|" : ""), t, strlen(t) + 1);
	}
}

void stanza__depends(const char *field, struct strvec *out)
{
	_free_ char *copy = xstrdup(field);
	_free_ char *names = xcalloc(1, strlen(field) + 1);
	char *save = NULL;

	for (char *g = strtok_r(copy, ",", &save); g; g = strtok_r(NULL, ",", &save)) {
		alternatives(g, names);
		if (*names)
			strvec__push(out, names);
	}
}
