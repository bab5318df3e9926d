// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/pmc/pmc.h"

#include "lib/units.h"

#include <linux/perf_event.h>

static const struct event {
	const char *name;
	uint64_t code;
	bool software;
} events[PMC_MAX] = {
#define EVENT(name, arm, ...) { #name, arm, false },
#define SOFTWARE(name, config, ...) { #name, config, true },
#include "collectors/pmc/list.h"
#undef EVENT
#undef SOFTWARE
};

const struct pmc_ratio pmc_ratios[] = {
#define RATIO(name, over, under, plus, factor, ...) \
	{ #name, PMC_##over, PMC_##under, PMC_##plus, factor },
#include "collectors/pmc/list.h"
#undef RATIO
};

const size_t pmc_n_ratios = ARRAY_SIZE(pmc_ratios);

const char *pmc_event__name(enum pmc_event e)
{
	return events[e].name;
}

bool pmc_event__software(enum pmc_event e)
{
	return events[e].software;
}

uint64_t pmc_event__code(enum pmc_event e)
{
	return events[e].code;
}

enum pmc_event pmc_event__find(const char *name)
{
	for (size_t i = 0; i < PMC_MAX; i++)
		if (streq(events[i].name, name))
			return (enum pmc_event)i;
	return PMC_NONE;
}

bool pmc_code__architected(uint64_t code)
{
	return code < 0x40 || (code >= 0x4000 && code < 0x4040);
}

static int unknown(const char *name, struct err *err)
{
	const char *all[PMC_MAX + ARRAY_SIZE(pmc_ratios)], *near;
	size_t n = 0;

	for (size_t i = 0; i < PMC_MAX; i++)
		all[n++] = events[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(pmc_ratios); i++)
		all[n++] = pmc_ratios[i].name;
	near = units__nearest(name, all, n);
	return err__set(err, -EINVAL, "unknown event or ratio '%.64s'%s%s%s", name,
			near ? ", did you mean '" : "; docs/COUNTERS.md has them all",
			near ? near : "", near ? "'?" : "");
}

static int want_one(const char *name, bool *want, struct err *err)
{
	enum pmc_event e = pmc_event__find(name);

	if (e != PMC_NONE) {
		want[e] = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(pmc_ratios); i++) {
		const struct pmc_ratio *r = &pmc_ratios[i];

		if (!streq(r->name, name))
			continue;
		want[r->over] = want[r->under] = true;
		if (r->plus != PMC_NONE)
			want[r->plus] = true;
		return 0;
	}
	return unknown(name, err);
}

int pmc__parse_wanted(const char *text, bool *want, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *save, *word = strtok_r(copy, ", ", &save);
	int ret = 0;

	memset(want, 0, PMC_MAX * sizeof(*want));
	if (!word)
		return err__set(err, -EINVAL, "no event is named; 'all' counts whatever there is");
	for (; !ret && word; word = strtok_r(NULL, ", ", &save)) {
		if (streq(word, "all"))
			memset(want, true, PMC_MAX * sizeof(*want));
		else
			ret = want_one(word, want, err);
	}
	return ret;
}

static int table_entry(char *word, uint64_t *codes, struct err *err)
{
	char *value = strchr(word, '='), *end;
	enum pmc_event e;

	if (!value)
		return err__set(err, -EINVAL, "'%.64s' is no EVENT=CODE", word);
	*value++ = '\0';
	e = pmc_event__find(word);
	if (e == PMC_NONE || pmc_event__software(e))
		return unknown(word, err);
	errno = 0;
	codes[e] = strtoull(value, &end, 0);
	if (errno || *end || value[0] < '0' || value[0] > '9' || !codes[e])
		return err__set(err, -EINVAL, "'%.64s' is no code of an event, expected 0x...",
				value);
	return 0;
}

int pmc__parse_table(const char *text, uint64_t *codes, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *save, *word;
	int ret = 0;

	memset(codes, 0, PMC_MAX * sizeof(*codes));
	for (word = strtok_r(copy, " ", &save); !ret && word; word = strtok_r(NULL, " ", &save))
		ret = table_entry(word, codes, err);
	return ret;
}
