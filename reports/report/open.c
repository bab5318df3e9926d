// SPDX-License-Identifier: GPL-2.0-only
/* open.c - loads what is to be compared, and compares it. */
#include "reports/report/open.h"

/* Takes over the dataset. */
static int build(struct dataset *d, const struct report_pair *pair, struct report **r,
		 struct err *err)
{
	int ret = report__build(d, pair, r, err);

	if (ret) {
		dataset__free(d);
		return ret;
	}
	dataset__drop_samples(d);
	(*r)->data = d;
	return 0;
}

int report__open(struct store *st, const char *campaign, struct report **r, struct dataset **none,
		 struct err *err)
{
	struct dataset *d = NULL;
	int ret = dataset__load(st, campaign, NULL, &d, err);

	*r = NULL;
	if (none)
		*none = NULL;
	if (ret)
		return ret;
	if (d->of[0].c->n_compares || !none)
		return build(d, NULL, r, err);
	*none = d;
	return 0;
}

int report__open_sides(struct store *st, const struct report_side *candidate,
		       const struct report_side *baseline, struct report **r, struct err *err)
{
	const struct report_pair pair = { candidate->variant, baseline->variant };
	struct dataset *d = NULL;
	int ret = dataset__load(st, candidate->campaign, baseline->campaign, &d, err);

	*r = NULL;
	return ret ? ret : build(d, &pair, r, err);
}

/* Split "ID.NAME": ids have no dot. *id is owned, and the side points into both. */
static int parse_side(const char *text, struct report_side *s, char **id, struct err *err)
{
	const char *dot = strchr(text, '.');

	if (!dot || dot == text || !dot[1])
		return err__set(err, -EINVAL,
				"\"%.200s\" is no variant: expected the id of a "
				"campaign, a dot, and a variant's name",
				text);
	*id = xstrndup(text, (size_t)(dot - text));
	*s = (struct report_side){ .campaign = *id, .variant = dot + 1 };
	return 0;
}

int report__open_pair(struct store *st, const char *candidate, const char *baseline,
		      struct report **r, struct err *err)
{
	_free_ char *cand_id = NULL, *base_id = NULL;
	struct report_side cand = { 0 }, base = { 0 };
	int ret = parse_side(candidate, &cand, &cand_id, err);

	*r = NULL;
	if (!ret)
		ret = parse_side(baseline, &base, &base_id, err);
	return ret ? ret : report__open_sides(st, &cand, &base, r, err);
}
