// SPDX-License-Identifier: GPL-2.0-only
/* open.c - loads and compares campaigns. */
#include "reports/report/open.h"
#include "reports/store/refs.h"

/* Takes ownership of the dataset. */
static int build(struct dataset *d, struct report **r, struct err *err)
{
	int ret = report__build(d, r, err);

	if (ret) {
		dataset__free(d);
		return ret;
	}
	dataset__drop_samples(d);
	(*r)->data = d;
	return 0;
}

static int open_campaign(struct store *st, const char *campaign, bool verdicts_only,
			 struct report **r, struct dataset **none, struct err *err)
{
	struct dataset *d = NULL;
	int ret = dataset__load(st, campaign, &d, err);

	*r = NULL;
	if (none)
		*none = NULL;
	if (ret)
		return ret;
	d->verdicts_only = verdicts_only;
	if (d->of[0].c->n_compares || !none)
		return build(d, r, err);
	*none = d;
	return 0;
}

int report__open(struct store *st, const char *campaign, struct report **r, struct dataset **none,
		 struct err *err)
{
	return open_campaign(st, campaign, false, r, none, err);
}

int report__open_verdicts(struct store *st, const char *campaign, struct report **r,
			  struct dataset **none, struct err *err)
{
	return open_campaign(st, campaign, true, r, none, err);
}

int report__open_sides(struct store *st, const char *candidate, const char *baseline,
		       struct report **r, struct err *err)
{
	struct dataset *d = NULL;
	int ret = dataset__load_sides(st, candidate, baseline, &d, err);

	*r = NULL;
	return ret ? ret : build(d, r, err);
}

/* Convert "ID[,ID...].NAME" to a side of dataset__load_sides(); text that is one already is
 * returned as it is. IDs contain no dot, but names in an imported database may contain anything.
 * The caller frees. NULL with `err` set if it is neither. */
static char *parse_side(const char *text, struct err *err)
{
	const size_t ids = strspn(text, STORE_UUIDS);
	const char *dot = ids && text[ids] == '.' ? text + ids : NULL;

	if (!dot && (strchr(text, ':') || strchr(text, '=')))
		return xstrdup(text);
	dot = dot ? dot : strchr(text, '.');
	if (dot && dot != text && dot[1])
		return xasprintf("%.*s:%s", (int)(dot - text), text, dot + 1);
	err__set(err, -EINVAL,
		 "\"%.200s\" is not a variant: expected the id of a campaign (or several, with commas "
		 "between them), a dot, and a variant's name",
		 text);
	return NULL;
}

int report__open_pair(struct store *st, const char *candidate, const char *baseline,
		      struct report **r, struct err *err)
{
	_free_ char *cand = parse_side(candidate, err);
	_free_ char *base = cand ? parse_side(baseline, err) : NULL;

	*r = NULL;
	return base ? report__open_sides(st, cand, base, r, err) : -EINVAL;
}
