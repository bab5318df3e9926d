// SPDX-License-Identifier: GPL-2.0-only
/* repeats.c - checks boots in exact mode that must repeat others bit for bit. */
#include "reports/report/repeats.h"
#include "reports/analysis/repeats.h"

struct tally {
	unsigned int exact; /* boots of exact mode */
	unsigned int same, differ; /* repeats that were compared: equal, different */
	unsigned int unchecked; /* repeats that could not be compared, because a boot failed */
	char *boots; /* owned: the numbers of the unchecked ones */
};

/* Compare a repeat with the boot that had the same seed. */
static void check_repeat(struct report *r, const struct dataset_campaign *dc,
			 const struct campaign_boot *b, struct tally *t)
{
	const struct campaign_boot *of = repeats__in_slot(dc->c, (unsigned int)b->repeat_of);
	const struct dataset_variant *v = &dc->variants[b->variant];
	_free_ char *why = NULL;

	if (!of || of->status != BOOT_OK || b->status != BOOT_OK || of->variant != b->variant) {
		_free_ char *old = t->boots;

		t->boots = xasprintf("%s%s%u", old ? old : "", old ? ", " : "", b->slot + 1);
		t->unchecked++;
		return;
	}
	why = repeats__compare(dc->c, b, of, v->series, v->n_series, v->counts, v->n_counts);
	t->same += !why;
	t->differ += why != NULL;
	if (why)
		strvec__pushf(&r->cautions, "these figures are not exact: %s", why);
}

/* One repeat that differs makes the whole report unfit: no count of the campaign can be trusted to
 * be exact. */
static void check_campaign(struct report *r, const struct dataset_campaign *dc)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < dc->c->n_boots; i++) {
		const struct campaign_boot *b = &dc->c->boots[i];

		t.exact += *b->workload != '\0';
		if (b->repeat_of >= 0 && boot_status__fills_slot(b->status))
			check_repeat(r, dc, b, &t);
	}
	r->unfit = r->unfit || t.differ;
	if (t.unchecked)
		strvec__pushf(&r->cautions,
			      "not checked for exact repetition, because a boot or the "
			      "one that it repeats failed: boot%s %s",
			      plural_s(t.unchecked), t.boots);
	if (t.exact && !t.same && !t.differ)
		strvec__push(&r->cautions,
			     "no boot has been repeated yet: nothing shows so far that "
			     "the counts are exact");
	free(t.boots);
}

void report__check_repeats(const struct dataset *d, struct report *r)
{
	for (size_t i = 0; i < d->n; i++)
		check_campaign(r, &d->of[i]);
}
