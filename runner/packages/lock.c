// SPDX-License-Identifier: GPL-2.0-only
/* lock.c - lists of locked packages: text form, order, differences. */
#include "runner/packages/lock.h"

#include <ctype.h>

/* Kernel and guest may both need the same package: it is listed once. */
void lock__add(struct lock *l, const char *name, const char *version, const char *arch,
	       const char *sha256)
{
	struct lock_entry *e;

	for (size_t i = 0; i < l->n; i++) {
		e = &l->v[i];
		if (streq(e->name, name) && streq(e->version, version) && streq(e->arch, arch) &&
		    streq(e->sha256, sha256))
			return;
	}
	e = APPEND(l->v, l->n);
	e->name = xstrdup(name);
	e->version = xstrdup(version);
	e->arch = xstrdup(arch);
	snprintf(e->sha256, sizeof(e->sha256), "%s", sha256);
}

void lock__merge(struct lock *l, const struct lock *from)
{
	for (size_t i = 0; i < from->n; i++)
		lock__add(l, from->v[i].name, from->v[i].version, from->v[i].arch,
			  from->v[i].sha256);
	l->stale |= from->stale;
}

const struct lock_entry *lock__find(const struct lock *l, const char *name, const char *arch)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->v[i].name, name) && streq(l->v[i].arch, arch))
			return &l->v[i];
	return NULL;
}

/* A total order, so that the text does not depend on the order in which packages were added: its
 * hash names directories in the cache. */
static int by_text(const void *a, const void *b)
{
	const struct lock_entry *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	if (!c)
		c = strcmp(x->arch, y->arch);
	if (!c)
		c = strcmp(x->version, y->version);
	return c ? c : strcmp(x->sha256, y->sha256);
}

/* A sorted copy of the entries. It shares the strings with the lock: the caller frees only the
 * array. */
static struct lock_entry *sorted(const struct lock *l)
{
	struct lock_entry *p = xcalloc(l->n, sizeof(*p));

	if (l->n)
		memcpy(p, l->v, l->n * sizeof(*p));
	qsort(p, l->n, sizeof(*p), by_text);
	return p;
}

char *lock__format(const struct lock *l)
{
	struct lock_entry *p = sorted(l);
	char *text = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < l->n; i++)
		fprintf(f, "%s %s %s %s\n", p[i].name, p[i].version, p[i].arch, p[i].sha256);
	fclose(f);
	free(p);
	return text;
}

/* Does `s` begin with a letter or digit, and consist of those and `extra`? The words become parts
 * of paths and command lines. */
static bool is_word(const char *s, const char *extra)
{
	if (!isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr(extra, *s))
			return false;
	return true;
}

/* Parse a line without its newline. Returns what is wrong with it, or NULL. Modifies `line`. */
static const char *parse_line(char *line, struct lock *l)
{
	char *w[5], *save = NULL;
	size_t n = 0;

	line[strcspn(line, "#")] = '\0';
	for (char *t = line; n < 5 && (t = strtok_r(t, " \t\r", &save)); t = NULL)
		w[n++] = t;
	if (!n)
		return NULL;
	if (n != 4)
		return "expected four words: name version architecture sha256";
	if (!is_word(w[0], "+-."))
		return "the package name has an invalid character";
	if (!is_word(w[1], "+-.~:"))
		return "the version has an invalid character";
	if (!is_word(w[2], "-"))
		return "the architecture has an invalid character";
	if (strlen(w[3]) != 64 || strspn(w[3], "0123456789abcdef") != 64)
		return "the last word is not a sha256 (64 lower-case hex digits)";
	lock__add(l, w[0], w[1], w[2], w[3]);
	return NULL;
}

int lock__parse(const char *path, const char *text, struct lock *l, struct err *err)
{
	unsigned int line = 0;

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");
		_free_ char *copy = xstrndup(p, len);
		const char *wrong = parse_line(copy, l);

		line++;
		if (wrong)
			return err__set(err, -EINVAL, "%s:%u: %s", path, line, wrong);
		p += len + (p[len] == '\n');
	}
	return 0;
}

/* Merge two sorted lists. If a name has several versions, they are compared pairwise in that
 * order. */
char *lock__diff(const struct lock *old, const struct lock *now)
{
	struct lock_entry *a = sorted(old), *b = sorted(now);
	size_t i = 0, j = 0, len = 0;
	char *text = NULL;
	FILE *f = xmemstream(&text, &len);

	while (i < old->n || j < now->n) {
		int c = i == old->n ? 1 : j == now->n ? -1 : strcmp(a[i].name, b[j].name);

		if (!c)
			c = strcmp(a[i].arch, b[j].arch);
		if (c < 0) {
			fprintf(f, "%s %s removed\n", a[i].name, a[i].version);
			i++;
		} else if (c > 0) {
			fprintf(f, "%s %s added\n", b[j].name, b[j].version);
			j++;
		} else {
			if (!streq(a[i].version, b[j].version))
				fprintf(f, "%s %s -> %s\n", a[i].name, a[i].version, b[j].version);
			else if (!streq(a[i].sha256, b[j].sha256))
				fprintf(f, "%s %s has other content than before\n", a[i].name,
					a[i].version);
			i++;
			j++;
		}
	}
	fclose(f);
	free(a);
	free(b);
	return text;
}

void lock__release(struct lock *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].version);
		free(l->v[i].arch);
	}
	free(l->v);
	*l = (struct lock){ 0 };
}
