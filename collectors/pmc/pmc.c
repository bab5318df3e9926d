// SPDX-License-Identifier: GPL-2.0-only
/* pmc.c - names and codes of events, groups of counters, and totals of readings. */
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

/* Suggest the nearest name, as for every other misspelt word in a plan. */
static int fail_unknown(const char *name, struct err *err)
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

/* Mark an event, or the events of which a ratio consists. */
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
	return fail_unknown(name, err);
}

int pmc__parse_wanted(const char *text, bool *want, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *save, *word = strtok_r(copy, ", ", &save);
	int ret = 0;

	memset(want, 0, PMC_MAX * sizeof(*want));
	if (!word)
		return err__set(err, -EINVAL, "no event is given; 'all' counts all that there are");
	for (; !ret && word; word = strtok_r(NULL, ", ", &save)) {
		if (streq(word, "all"))
			memset(want, true, PMC_MAX * sizeof(*want));
		else
			ret = want_one(word, want, err);
	}
	return ret;
}

/* Parse one EVENT=CODE. Code 0 is refused, as it stands for no event. */
static int table_entry(char *word, uint64_t *codes, struct err *err)
{
	char *value = strchr(word, '='), *end;
	enum pmc_event e;

	if (!value)
		return err__set(err, -EINVAL, "'%.64s' is not EVENT=CODE", word);
	*value++ = '\0';
	e = pmc_event__find(word);
	if (e == PMC_NONE || pmc_event__software(e))
		return fail_unknown(word, err);
	errno = 0;
	codes[e] = strtoull(value, &end, 0);
	if (errno || *end || value[0] < '0' || value[0] > '9' || !codes[e])
		return err__set(err, -EINVAL, "'%.64s' is not the code of an event, expected 0x...",
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

struct grouping {
	pmc_fits fits;
	void *arg;
	struct pmc_group *v;
	size_t n;
};

/* The pointer is valid until the next call: the array may move. */
static struct pmc_group *new_group(struct grouping *g, struct pmc_slot *leader)
{
	struct pmc_group *new = APPEND(g->v, g->n);

	*new = (struct pmc_group){ 0 };
	if (leader)
		new->slots[new->n++] = leader;
	return new;
}

/* Only the PMU knows which events it counts together, so ask it each time. */
static bool add_if_fits(const struct grouping *g, struct pmc_group *group, struct pmc_slot *slot)
{
	if (group->n == PMC_GROUP_MAX)
		return false;
	group->slots[group->n++] = slot;
	if (g->fits(g->arg, group, 1))
		return true;
	group->n--;
	return false;
}

/* Put a slot into the last group of its side. If it does not fit, put it into a new group with the
 * leader, or else without it, as some events cannot be counted together with it. */
static void group_slot(struct grouping *g, struct pmc_slot *leader, struct pmc_slot *slot,
		       size_t first)
{
	if (g->n > first && add_if_fits(g, &g->v[g->n - 1], slot))
		return;
	if (add_if_fits(g, new_group(g, leader), slot))
		return;
	g->n--;
	if (leader && add_if_fits(g, new_group(g, NULL), slot))
		return;
	g->n -= leader != NULL;
	snprintf(slot->status, sizeof(slot->status),
		 "not counted: it opens but never runs, alone "
		 "as well (counters taken by somebody else?)");
}

/* A slot with a status cannot be counted and belongs to no group. */
static bool belongs(const struct pmc_slot *s, enum pmc_side side, bool software)
{
	return !s->status[0] && s->spec.side == side &&
	       pmc_event__software(s->spec.event) == software;
}

/* Instructions lead every group of their side, so that the numerator and the denominator of a ratio
 * are counted at the same time. */
static void group_side(struct grouping *g, struct pmc_slot *slots, size_t n, enum pmc_side side,
		       bool software)
{
	struct pmc_slot *leader = NULL;
	size_t first = g->n;

	for (size_t i = 0; i < n; i++)
		if (belongs(&slots[i], side, software) && slots[i].spec.event == PMC_instructions)
			leader = &slots[i];
	if (leader) {
		group_slot(g, NULL, leader, first);
		if (leader->status[0])
			leader = NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (&slots[i] != leader && belongs(&slots[i], side, software))
			group_slot(g, leader, &slots[i], first);
}

size_t pmc__group(struct pmc_slot *slots, size_t n, pmc_fits fits, void *arg,
		  struct pmc_group **out)
{
	struct grouping g = { .fits = fits, .arg = arg };

	for (enum pmc_side side = PMC_KERNEL; side <= PMC_ALL; side++) {
		group_side(&g, slots, n, side, false);
		group_side(&g, slots, n, side, true);
	}
	*out = g.v;
	return g.n;
}

/* Does group `i` fit the PMU together with the groups before it that have this turn? */
static bool joins(struct pmc_group *groups, size_t i, unsigned int turn, pmc_fits fits, void *arg)
{
	struct pmc_group *with = xcalloc(i + 1, sizeof(*with));
	size_t n = 0;
	bool ok;

	for (size_t k = 0; k < i; k++)
		if (groups[k].turn == turn)
			with[n++] = groups[k];
	with[n++] = groups[i];
	ok = n == 1 || fits(arg, with, n);
	free(with);
	return ok;
}

unsigned int pmc__turns(struct pmc_group *groups, size_t n, pmc_fits fits, void *arg)
{
	unsigned int turns = 1;

	for (size_t i = 0; i < n; i++) {
		struct pmc_group *g = &groups[i];
		unsigned int turn = 0;

		g->turn = PMC_EVERY_TURN;
		if (pmc_event__software(g->slots[0]->spec.event))
			continue;
		while (turn < turns && !joins(groups, i, turn, fits, arg))
			turn++;
		g->turn = turn;
		if (turn == turns)
			turns++;
	}
	return turns;
}

int pmc__total(const struct pmc_reading *before, const struct pmc_reading *after, size_t n,
	       bool sparse, struct pmc_total *out, const char **why)
{
	*out = (struct pmc_total){ 0 };
	for (size_t i = 0; i < n; i++) {
		uint64_t value = after[i].value - before[i].value;
		uint64_t enabled = after[i].enabled_ns - before[i].enabled_ns;
		uint64_t running = after[i].running_ns - before[i].running_ns;

		if (!enabled && sparse) /* no task of the cgroup ran on this CPU */
			continue;
		if (!enabled || !running) {
			*why = enabled ? "not counted: it was on but never ran" :
					 "not counted: in error, the PMU had no counter for it";
			*out = (struct pmc_total){ 0 };
			return -ENODATA;
		}
		/* Multiplexed: extrapolate, as perf stat does. */
		out->value += running < enabled ?
				      (double)value * (double)enabled / (double)running :
				      (double)value;
		out->enabled_ns += enabled;
		out->running_ns += running;
	}
	*why = "not counted: it was on nowhere";
	return out->running_ns ? 0 : -ENODATA;
}

/* Keep the times of the total that ran for the smaller share: a ratio is no better than its worst
 * part. */
static void keep_worse_times(const struct pmc_total *t, struct pmc_total *out)
{
	if (out->enabled_ns && (double)t->running_ns * (double)out->enabled_ns >=
				       (double)out->running_ns * (double)t->enabled_ns)
		return;
	out->enabled_ns = t->enabled_ns;
	out->running_ns = t->running_ns;
}

int pmc_ratio__value(const struct pmc_ratio *r, const struct pmc_total *by_event,
		     struct pmc_total *out)
{
	const enum pmc_event parts[] = { r->over, r->under, r->plus };
	double under = 0;

	*out = (struct pmc_total){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct pmc_total *t;

		if (parts[i] == PMC_NONE)
			continue;
		t = &by_event[parts[i]];
		if (!t->running_ns)
			return -ENODATA;
		keep_worse_times(t, out);
		under += i ? t->value : 0;
	}
	if (under <= 0)
		return -ENODATA;
	out->value = r->factor * by_event[r->over].value / under;
	return 0;
}
