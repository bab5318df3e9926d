// SPDX-License-Identifier: GPL-2.0-only
/* template.c - replace the placeholders of a plan. */
#include "runner/cli/nightly/template.h"

static const struct template_value *find(const struct template_value *values, size_t n,
					 const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(values[i].name) == len && !strncmp(values[i].name, name, len))
			return &values[i];
	return NULL;
}

/* "${commit}, ${good} or ${reference}"; the caller frees. */
static char *all_names(const struct template_value *values, size_t n)
{
	char *text;
	FILE *f = xmemstream(&text, &(size_t){ 0 });

	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s${%s}", !i ? "" : i + 1 < n ? ", " : " or ", values[i].name);
	fclose(f);
	return text;
}

/* Set `err` to `what` (which is freed), with line and column of `at`. Columns count characters, not
 * bytes. */
static int refuse(const char *path, const char *text, const char *at, struct err *err, char *what)
{
	int line = 1, col = 1;

	for (const char *s = text; s < at; s++) {
		line += *s == '\n';
		/* Do not count UTF-8 continuation bytes. */
		col = *s == '\n' ? 1 : col + (((unsigned char)*s & 0xc0) != 0x80);
	}
	err__set(err, -EINVAL, "%s:%d:%d: %s", path, line, col, what);
	free(what);
	return -EINVAL;
}

int template__fill(const char *path, const char *text, const struct template_value *values,
		   size_t n, char **out, struct err *err)
{
	FILE *f = xmemstream(out, &(size_t){ 0 });
	_free_ char *names = all_names(values, n);
	const char *at = text, *next;
	int ret = 0;

	while (!ret && (next = strstr(at, "${"))) {
		const char *name = next + 2;
		const size_t len = strcspn(name, "}\n");
		const struct template_value *v = find(values, n, name, len);

		fprintf(f, "%.*s", (int)(next - at), at);
		if (name[len] != '}' || !v)
			ret = refuse(path, text, next, err,
				     xasprintf("unknown '${%.*s', expected %s",
					       (int)(len < 40 ? len : 40), name, names));
		else if (!v->value)
			ret = refuse(path, text, next, err,
				     xasprintf("${%s} has no value: %s", v->name, v->why));
		else
			fputs(v->value, f);
		at = name + len + 1;
	}
	if (!ret)
		fputs(at, f);
	fclose(f);
	if (ret) {
		free(*out);
		*out = NULL;
	}
	return ret;
}
