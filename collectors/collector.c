// SPDX-License-Identifier: GPL-2.0-only
/* collector.c - the list of collectors, and the check of their tables at startup. */
#include "collectors/collector.h"

#define X(name) extern const struct collector col_##name;
#include "collectors/list.h"
#undef X

const struct collector *const collector__all[] = {
#define X(name) &col_##name,
#include "collectors/list.h"
#undef X
	NULL,
};

const size_t collector__count = ARRAY_SIZE(collector__all) - 1;

const struct collector *collector__find(const char *name)
{
	for (size_t i = 0; i < collector__count; i++)
		if (streq(collector__all[i]->name, name))
			return collector__all[i];
	return NULL;
}

void collector__validate_all(void)
{
	for (size_t i = 0; i < collector__count; i++) {
		const struct collector *c = collector__all[i];
		_cleanup_(param_set__release) struct param_set set = { 0 };

		if (!c->collect || !c->phases || !c->summary || !c->version || !c->max_s ||
		    (i && strcmp(collector__all[i - 1]->name, c->name) >= 0)) {
			fprintf(stderr, "kduel: collector '%s' is incomplete or out of order\n",
				c->name);
			abort();
		}
		param_set__init(&set, c->params);
	}
}
