// SPDX-License-Identifier: GPL-2.0-only
/* metric.c - lists of metrics, the names of their enums, and the basis of a metric on each
 * platform. */
#include "lib/metric.h"

/* These words are stored in databases and printed in CSV: they must not change. */
static const char *const basis_names[BASIS_MAX] = {
	[BASIS_MEASURED] = "measured", [BASIS_MEASURED_GUEST] = "measured (guest)",
	[BASIS_EXACT] = "exact",       [BASIS_MODELLED] = "modelled",
	[BASIS_EMULATED] = "emulated", [BASIS_SIMULATED] = "simulated",
};

static const char *const kind_names[] = {
	[METRIC_STATE] = "state",
	[METRIC_COUNT] = "count",
	[METRIC_TIME] = "time",
	[METRIC_MODEL] = "model",
};

/* The copy owns its strings; an entry without a name terminates the list for metric__find(). */
void metric_list__add(struct metric_list *l, const struct metric *m)
{
	struct metric copy = *m;

	copy.name = xstrdup(m->name);
	copy.unit = xstrdup(m->unit);
	copy.help = xstrdup(m->help);
	copy.per = m->per ? xstrdup(m->per) : NULL;
	copy.events = m->events ? xstrdup(m->events) : NULL;
	l->v = xrealloc(l->v, l->n + 2, sizeof(*l->v));
	l->v[l->n++] = copy;
	l->v[l->n] = (struct metric){ .name = NULL };
}

void metric_list__release(struct metric_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free((char *)l->v[i].name);
		free((char *)l->v[i].unit);
		free((char *)l->v[i].help);
		free((char *)l->v[i].per);
		free((char *)l->v[i].events);
	}
	free(l->v);
	*l = (struct metric_list){ 0 };
}

enum metric_basis metric__basis(enum metric_kind kind, enum metric_platform platform)
{
	switch (platform) {
	case PLATFORM_HARDWARE:
		return BASIS_MEASURED;
	case PLATFORM_KVM:
		return BASIS_MEASURED_GUEST;
	case PLATFORM_FAKE:
		return BASIS_SIMULATED;
	case PLATFORM_TCG:
	case PLATFORM_ICOUNT:
		break;
	}
	/* Emulation preserves state; it preserves counts only if its clock counts instructions; it
	 * distorts time. */
	switch (kind) {
	case METRIC_STATE:
		return BASIS_EXACT;
	case METRIC_COUNT:
		return platform == PLATFORM_ICOUNT ? BASIS_EXACT : BASIS_EMULATED;
	case METRIC_MODEL:
		return BASIS_MODELLED;
	case METRIC_TIME:
		break;
	}
	return BASIS_EMULATED;
}

const char *metric__basis_name(enum metric_basis basis)
{
	return basis_names[basis];
}

const char *metric__kind_name(enum metric_kind kind)
{
	return kind_names[kind];
}

/* -EINVAL also for words from a newer kduel. */
int metric__kind_parse(const char *name)
{
	for (int i = 0; i < (int)ARRAY_SIZE(kind_names); i++)
		if (streq(name, kind_names[i]))
			return i;
	return -EINVAL;
}

const char *metric__better_name(enum metric_better better)
{
	return better == BETTER_HIGHER ? "higher" : "lower";
}

int metric__basis_parse(const char *name)
{
	for (int i = 0; i < BASIS_MAX; i++)
		if (streq(name, basis_names[i]))
			return i;
	return -EINVAL;
}

const struct metric *metric__find(const struct metric *table, const char *name)
{
	for (; table && table->name; table++)
		if (streq(table->name, name))
			return table;
	return NULL;
}

double metric__points(const char *unit)
{
	return streq(unit, "%") ? 1 : streq(unit, "ratio") ? 100 : 0;
}
