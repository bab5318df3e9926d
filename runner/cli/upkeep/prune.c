// SPDX-License-Identifier: GPL-2.0-only
/*
 * prune.c - drop old data. Samples are only dropped with their whole campaign, so that the verdicts
 * of a campaign never change.
 */
#include "runner/cli/upkeep/prune.h"
#include "lib/clock.h"
#include "lib/units.h"
#include "reports/campaigns/campaigns.h"
#include "reports/store/refs.h"
#include "reports/store/upkeep.h"
#include "runner/cli/log.h"

#define CAMPAIGNS 3 /* the last kind; those before have the values of enum store_texts */

static const char *const kinds[PRUNE_KINDS] = { "logs", "failed_logs", "dumps", "campaigns" };
static const char *const names[CAMPAIGNS] = { "logs", "logs of boots that failed", "dumps" };

int prune__set(struct prune_policy *p, unsigned int kind, const char *age, struct err *err)
{
	if (units__age(age, &p->of[kind].age_ns))
		return err__set(err, -EINVAL, "expected an age such as 30d, not '%.40s'", age);
	p->of[kind].given = true;
	return 0;
}

void prune__read(struct yaml *y, yaml_node_t *node, struct prune_policy *p)
{
	const size_t n = yaml__pairs(y, node, "keep");

	for (size_t i = 0; i < n; i++) {
		yaml_node_t *key, *value;
		const char *name = yaml__pair(y, node, i, &key, &value), *age;
		unsigned int kind = 0;
		struct err err;

		while (name && kind < PRUNE_KINDS && !streq(name, kinds[kind]))
			kind++;
		if (name && kind == PRUNE_KINDS) {
			struct strvec all = { (char **)kinds, PRUNE_KINDS };

			yaml__unknown(y, key, "key", name, " in 'keep'", &all);
		}
		if (!name || kind == PRUNE_KINDS)
			continue;
		age = yaml__scalar(y, value, name, "an age");
		if (age && prune__set(p, kind, age, &err))
			yaml__note(y, value, "'%s': %s", name, err.msg);
	}
}

bool prune__is_empty(const struct prune_policy *p)
{
	for (size_t i = 0; i < PRUNE_KINDS; i++)
		if (p->of[i].given)
			return false;
	return true;
}

/* Is it the newest good night of its name, which the next one is compared with? To be called for
 * each campaign, newest first. */
static bool is_last_good(const struct campaign_line *l, struct strvec *seen)
{
	const char *night = campaign_line__tag(l, "nightly");

	if (!streq(campaign_line__tag(l, TAG_VERDICT), VERDICT_GOOD) || strvec__has(seen, night))
		return false;
	strvec__push(seen, night);
	return true;
}

/* Append the campaigns that are old enough to drop a kind of data. gone[] marks those that are
 * removed as a whole. */
static void find_old(const struct campaign_list *list, const struct prune_policy *p, size_t kind,
		     bool *gone, struct strvec *uuids)
{
	_cleanup_(strvec__release) struct strvec seen = { 0 };
	const uint64_t now = clock__wall_ns();

	for (size_t i = 0; i < list->n; i++) {
		const struct campaign_line *l = &list->v[i];
		const bool good = is_last_good(l, &seen);

		/* Keep campaigns with a date in the future: the clock was or is wrong. */
		if (gone[i] || streq(l->c->state, "running") || l->c->created_ns > now ||
		    now - l->c->created_ns < p->of[kind].age_ns)
			continue;
		if (kind == CAMPAIGNS && (good || *campaign_line__tag(l, "keep")))
			continue;
		gone[i] = kind == CAMPAIGNS;
		strvec__push(uuids, l->c->uuid);
	}
}

static int drop_texts(struct store *st, size_t kind, const struct strvec *uuids, bool dry_run,
		      struct err *err)
{
	uint64_t n, bytes;
	char size[16];
	int ret = store__drop_texts(st, (enum store_texts)kind, uuids, dry_run, &n, &bytes, err);

	if (!ret && n)
		log__info("%s %s: %llu, %s", dry_run ? "would drop" : "dropped", names[kind],
			  (unsigned long long)n, units__fmt_size(bytes, size, sizeof(size)));
	return ret;
}

static int drop_campaigns(struct store *st, const struct strvec *uuids, bool dry_run,
			  struct err *err)
{
	int ret = dry_run || !uuids->n ? 0 : store__remove(st, uuids, err);

	for (size_t i = 0; !ret && i < uuids->n; i++)
		log__info("%s campaign %.8s", dry_run ? "would remove" : "removed", uuids->v[i]);
	return ret;
}

int prune__run(struct store *st, const struct prune_policy *p, bool dry_run, struct err *err)
{
	_cleanup_(campaign_list__release) struct campaign_list list;
	int ret = campaign_list__load(st, &(struct campaign_filter){ 0 }, &list, err);
	_free_ bool *gone = ret ? NULL : xcalloc(list.n + 1, sizeof(*gone));

	/* Campaigns first, as their other data need not be dropped separately. */
	for (size_t i = 1; !ret && i <= PRUNE_KINDS; i++) {
		const size_t k = PRUNE_KINDS - i;
		_cleanup_(strvec__release) struct strvec uuids = { 0 };

		if (!p->of[k].given)
			continue;
		find_old(&list, p, k, gone, &uuids);
		ret = k == CAMPAIGNS ? drop_campaigns(st, &uuids, dry_run, err) :
				       drop_texts(st, k, &uuids, dry_run, err);
	}
	return ret;
}
