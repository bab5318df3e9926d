// SPDX-License-Identifier: GPL-2.0-only
/* spec.c - converts a build_spec to JSON, stored with a named kernel to build it again, and
 * back. */
#include "runner/kernels/build/spec.h"

#include <jansson.h>

/* json_pack() takes over the reference. */
static json_t *list_json(const struct strvec *v)
{
	json_t *a = json_array();

	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(a, json_string(v->v[i]));
	return a;
}

char *build_spec__to_json(const struct build_spec *s)
{
	json_t *o = json_pack("{s:s?, s:o, s:s?, s:s?, s:s?, s:s, s:s, s:o, s:o}", "source",
			      s->source, "suites", list_json(&s->suites), "dir", s->dir, "git",
			      s->git, "ref", s->ref, "arch", s->arch, "base", s->base, "patches",
			      list_json(&s->patches), "config", list_json(&s->config));
	char *text = o ? json_dumps(o, JSON_SORT_KEYS) : NULL;

	json_decref(o);
	/* A path that is not UTF-8 cannot be stored in JSON. */
	return text ? text : xstrdup("{}");
}

/* NULL when the member is missing or null. The caller frees. */
static char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? xstrdup(s) : NULL;
}

static void list_of(const json_t *o, const char *key, struct strvec *out)
{
	const json_t *a = json_object_get(o, key);

	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *s = json_string_value(json_array_get(a, i));

		if (s)
			strvec__push(out, s);
	}
}

/* A recipe is a file in the cache: it may be damaged, or written by a newer kduel. */
int build_spec__from_json(const char *text, struct build_spec *s)
{
	json_t *o = json_loads(text, 0, NULL);

	*s = (struct build_spec){
		.source = text_of(o, "source"),
		.dir = text_of(o, "dir"),
		.git = text_of(o, "git"),
		.ref = text_of(o, "ref"),
		.arch = text_of(o, "arch"),
		.base = text_of(o, "base"),
	};
	list_of(o, "suites", &s->suites);
	list_of(o, "patches", &s->patches);
	list_of(o, "config", &s->config);
	json_decref(o);
	if (s->arch && s->base && !!s->source + !!s->dir + (s->git && s->ref) == 1)
		return 0;
	build_spec__release(s);
	return -EINVAL;
}

/* Specs that JSON cannot represent are never equal. */
bool build_spec__equal(const struct build_spec *a, const struct build_spec *b)
{
	_free_ char *ta = build_spec__to_json(a), *tb = build_spec__to_json(b);

	return streq(ta, tb) && !streq(ta, "{}");
}

void build_spec__release(struct build_spec *s)
{
	free(s->source);
	free(s->dir);
	free(s->git);
	free(s->ref);
	free(s->arch);
	free(s->base);
	strvec__release(&s->suites);
	strvec__release(&s->patches);
	strvec__release(&s->config);
	*s = (struct build_spec){ 0 };
}
