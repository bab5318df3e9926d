// SPDX-License-Identifier: GPL-2.0-only
/* param.c - checks values from a plan against the table that declares them. */
#include "lib/param.h"

#include "lib/units.h"

/* Completes "must be ..." */
static const char *const expected[] = {
	[PARAM_INT] = "an unsigned integer",
	[PARAM_SIZE] = "a size such as 64M",
	[PARAM_DURATION] = "a duration such as 500ms or 10s",
	[PARAM_NUMBER] = "a number",
	[PARAM_BOOL] = "true or false",
	[PARAM_CPUS] = "a CPU list such as 0-3,5",
	[PARAM_TEXT] = "text",
};

/* Index of `text` in `choices`, "first|second|...". */
static int parse_enum(const char *choices, const char *text, uint64_t *index)
{
	size_t n = strlen(text);

	*index = 0;
	for (const char *c = choices;; c++, (*index)++) {
		size_t len = strcspn(c, "|");

		if (len == n && !strncmp(c, text, n))
			return 0;
		c += len;
		if (!*c)
			return -EINVAL;
	}
}

/* *u and *d are 0 if the type has no such number. */
static int parse(const struct param *p, const char *text, uint64_t *u, double *d)
{
	*u = 0;
	*d = 0;
	switch (p->type) {
	case PARAM_INT:
		return units__u64(text, u);
	case PARAM_SIZE:
		return units__size(text, u);
	case PARAM_DURATION:
		return units__duration(text, u);
	case PARAM_NUMBER:
		return units__double(text, d);
	case PARAM_BOOL:
		*u = streq(text, "true");
		return *u || streq(text, "false") ? 0 : -EINVAL;
	case PARAM_ENUM:
		return parse_enum(p->choices, text, u);
	case PARAM_CPUS: {
		int n = *text ? units__cpu_list(text, NULL, 0) : 0;

		return n < 0 ? n : 0;
	}
	case PARAM_TEXT:
		return 0;
	}
	return -EINVAL;
}

/* Only numbers have bounds; min = max = 0 means none. */
int param__check(const struct param *p, const char *text, uint64_t *u, double *d, struct err *err)
{
	bool bounded = p->type <= PARAM_NUMBER && (p->min != 0 || p->max != 0);
	uint64_t uv;
	double dv, v;

	if (parse(p, text, &uv, &dv)) {
		bool choice = p->type == PARAM_ENUM;

		return err__set(err, -EINVAL, "'%s' must be %s%s, not '%s'", p->name,
				choice ? "one of " : "", choice ? p->choices : expected[p->type],
				text);
	}
	v = p->type == PARAM_NUMBER ? dv : (double)uv;
	if (bounded && (v < p->min || v > p->max))
		return err__set(err, -EINVAL, "'%s' is out of range (%.15g to %.15g%s): '%s'",
				p->name, p->min, p->max,
				p->type == PARAM_DURATION ? " ns" :
				p->type == PARAM_SIZE	  ? " bytes" :
							    "",
				text);
	if (u)
		*u = uv;
	if (d)
		*d = dv;
	return 0;
}

/* Set the text of a parameter and its number, if the text is valid. */
static int set_value(struct param_value *v, const char *text, struct err *err)
{
	int ret = param__check(v->param, text, &v->u, &v->d, err);
	char *old = v->text;

	if (ret)
		return ret;
	v->text = xstrdup(text); /* before freeing the old text, which may be the same */
	free(old);
	return 0;
}

/* Defaults come from our own tables: a bad one is a bug and aborts at its first use. */
static void fill(struct param_set *set, const struct param *table, bool full)
{
	struct err err;

	*set = (struct param_set){ 0 };
	if (!table)
		return;
	while (table[set->n].name)
		set->n++;
	set->v = xcalloc(set->n, sizeof(*set->v));
	for (size_t i = 0; i < set->n; i++) {
		const char *text = full && table[i].full ? table[i].full : table[i].def;

		set->v[i].param = &table[i];
		if (set_value(&set->v[i], text, &err)) {
			fprintf(stderr, "kduel: bad default: %s\n", err.msg);
			abort();
		}
	}
}

void param_set__init(struct param_set *set, const struct param *table)
{
	fill(set, table, false);
}

void param_set__init_full(struct param_set *set, const struct param *table)
{
	fill(set, table, true);
}

static struct param_value *find(const struct param_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (streq(set->v[i].param->name, name))
			return &set->v[i];
	return NULL;
}

int param_set__put(struct param_set *set, const char *name, const char *text, struct err *err)
{
	struct param_value *v = find(set, name);
	_free_ const char **names = NULL;
	const char *near;

	if (v) {
		v->given = true;
		return set_value(v, text, err);
	}
	names = xcalloc(set->n, sizeof(*names));
	for (size_t i = 0; i < set->n; i++)
		names[i] = set->v[i].param->name;
	near = units__nearest(name, names, set->n);
	return err__set(err, -ENOENT, "unknown parameter '%s'%s%s%s", name,
			near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

/* Names are hard-coded in the plug-ins: an unknown one is a bug. */
const struct param_value *param_set__get(const struct param_set *set, const char *name)
{
	const struct param_value *v = find(set, name);

	if (!v) {
		fprintf(stderr, "kduel: no parameter '%s'\n", name);
		abort();
	}
	return v;
}

void param_set__release(struct param_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->v[i].text);
	free(set->v);
	*set = (struct param_set){ 0 };
}
