// SPDX-License-Identifier: GPL-2.0-only
/* repeats.c - what a report has to say of boots that were to repeat others to the bit. */
#include "reports/report/steps.h"
#include "reports/analysis/repeats.h"

struct tally {
	unsigned int exact, same, differ, unseen; /* boots in exact mode; repeats */
	char *boots; /* owned: the numbers of those unseen */
};

static int look_at(struct store *st, struct report *r, const struct campaign *c,
		   const struct campaign_boot *b, struct tally *t, struct err *err)
{
	const struct campaign_boot *of = repeats__in_slot(c, (unsigned int)b->repeat_of);
	_free_ char *why = NULL;
	int ret;

	if (!of || of->status != BOOT_OK || b->status != BOOT_OK || of->variant != b->variant) {
		_free_ char *old = t->boots;

		t->boots = xasprintf("%s%s%u", old ? old : "", old ? ", " : "", b->slot + 1);
		t->unseen++;
		return 0;
	}
	ret = repeats__compare(st, c, b, of, &why, err);
	t->same += !ret && !why;
	t->differ += why != NULL;
	if (why)
		strvec__pushf(&r->cautions, "these figures are not exact: %s", why);
	return ret;
}

static int check_campaign(struct store *st, struct report *r, const struct campaign *c,
			  struct err *err)
{
	struct tally t = { 0 };
	int ret = 0;

	for (size_t i = 0; i < c->n_boots && !ret; i++) {
		const struct campaign_boot *b = &c->boots[i];

		t.exact += *b->workload != '\0';
		if (b->repeat_of >= 0 && b->status != BOOT_INTERRUPTED)
			ret = look_at(st, r, c, b, &t, err);
	}
	r->unfit = r->unfit || t.differ;
	if (!ret && t.unseen)
		strvec__pushf(&r->cautions,
			      "not seen to repeat to the bit, because a boot or the one "
			      "that it repeats failed: boot%s %s",
			      t.unseen == 1 ? "" : "s", t.boots);
	if (!ret && t.exact && !t.same && !t.differ)
		strvec__push(&r->cautions,
			     "no boot has been repeated yet: nothing shows so far that "
			     "the counts are exact");
	free(t.boots);
	return ret;
}

int report__check_repeats(struct store *st, struct report *r, struct err *err)
{
	int ret = check_campaign(st, r, r->campaign, err);

	return ret || !r->other ? ret : check_campaign(st, r, r->other, err);
}
