// SPDX-License-Identifier: GPL-2.0-only
/* repeat.c - compare an exact boot with the one that it repeats, once both are stored. */
#include "runner/campaign/repeat.h"

#include "reports/analysis/repeats.h"
#include "reports/store/values.h"

/* Find a difference between a boot and the one it repeats. *why describes it (the caller frees); NULL
 * if there is none. */
static int find_difference(struct store *st, const struct campaign *c,
			   const struct campaign_boot *boot, const struct campaign_boot *of,
			   char **why, struct err *err)
{
	int64_t variant = c->variants[boot->variant].id;
	_free_ struct reading *counts = NULL;
	struct series *series;
	size_t n_series, n_counts;
	int ret = store__series(st, variant, &series, &n_series, err);

	if (ret)
		return ret;
	ret = store__counts(st, variant, true, &counts, &n_counts, err);
	if (!ret)
		*why = repeats__compare(c, boot, of, series, n_series, counts, n_counts);
	series__free(series, n_series);
	return ret;
}

/* Compare the boot of a slot with that of the slot it repeats. 0; -EBADMSG if they differ. */
static int compare_boots(struct store *st, const struct campaign *c,
			 const struct schedule_slot *slot, struct err *err)
{
	const struct campaign_boot *boot = repeats__in_slot(c, slot->slot);
	const struct campaign_boot *of = repeats__in_slot(c, (unsigned int)slot->repeat_of);
	_free_ char *why = NULL;
	int ret;

	/* A failed boot has nothing to compare; the report says that it failed. */
	if (!boot || !of || boot->status != BOOT_OK || of->status != BOOT_OK)
		return 0;
	ret = find_difference(st, c, boot, of, &why, err);
	if (ret || !why)
		return ret;
	return err__set(err, -EBADMSG,
			"%s. Exact mode is useless if boots do not repeat; `kduel "
			"show %.8s %u --command` shows the command line",
			why, c->uuid, boot->slot + 1);
}

/* `slot` may be a repeat or be repeated by another slot. Returns the repeat of the two if both are
 * done, else NULL. */
static const struct schedule_slot *repeat_of(const struct campaign_run *c,
					     const struct schedule_slot *slot)
{
	if (slot->repeat_of >= 0)
		return c->done[slot->repeat_of] ? slot : NULL;
	for (size_t i = slot->slot + 1; i < c->n_slots; i++)
		if (c->slots[i].repeat_of == (int)slot->slot)
			return c->done[i] ? &c->slots[i] : NULL;
	return NULL;
}

int repeat__check(const struct campaign_run *c, struct store *st, const struct schedule_slot *slot,
		  struct err *err)
{
	const struct schedule_slot *repeat = c->plan->exact ? repeat_of(c, slot) : NULL;
	_cleanup_(campaign__freep) struct campaign *stored = NULL;
	int ret;

	if (!repeat)
		return 0;
	/* Load the campaign again: it must include the boot that was just stored. */
	ret = store__load(st, c->uuid, &stored, err);
	if (ret)
		return ret;
	return compare_boots(st, stored, repeat, err);
}

/* An earlier run may have been killed after storing both boots, but before comparing them. */
int repeat__check_all(const struct campaign_run *c, struct store *st, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; c->plan->exact && i < c->n_slots && !ret; i++)
		if (c->done[i] && c->slots[i].repeat_of >= 0)
			ret = repeat__check(c, st, &c->slots[i], err);
	return ret;
}
