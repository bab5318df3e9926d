// SPDX-License-Identifier: GPL-2.0-only
/* headline.c - picks the one line of a finding to show in a list of campaigns. */
#include "reports/campaigns/headline.h"
#include "reports/report/open.h"

/* Priority: failed boots, then the finding of the first comparison, then open questions. */
static int weight(const struct finding_line *line)
{
	static const int of_kind[] = {
		[FINDING_SCOPE] = 0, [FINDING_OPEN] = 1,  [FINDING_SAME] = 2, [FINDING_BETTER] = 3,
		[FINDING_MIXED] = 4, [FINDING_WORSE] = 5, [FINDING_NEXT] = 0,
	};

	if (!line->block && line->kind == FINDING_WORSE)
		return 6;
	return line->block > 1 ? 0 : of_kind[line->kind];
}

void headline__make(const struct report *r, struct headline *out)
{
	_cleanup_(finding__release) struct finding f = { 0 };
	const struct finding_line *best = f.line; /* every finding has its scope */
	bool worse = false, better = false;

	*out = (struct headline){ .word = "none" };
	if (!r) {
		out->text = xstrdup("Nothing is compared.");
		return;
	}
	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++) {
		const struct finding_line *line = &f.line[i];

		best = weight(line) > weight(best) ? line : best;
		worse |= line->block == 1 && line->kind == FINDING_WORSE;
		better |= line->block == 1 && line->kind == FINDING_BETTER;
	}
	out->word = best->block && worse && better ? "mixed" : finding__kind_name(best->kind);
	if (best->kind == FINDING_SCOPE)
		out->word = finding__kind_name(FINDING_OPEN);
	out->text = xstrdup(best->text);
	if (r->n_blocks) {
		out->worse = r->blocks[0].primary[VERDICT_REGRESSION];
		out->better = r->blocks[0].primary[VERDICT_IMPROVEMENT];
		out->undecided = r->blocks[0].primary[VERDICT_INCONCLUSIVE] ||
				 r->blocks[0].primary[VERDICT_INSUFFICIENT];
	}
}

void headline__release(struct headline *h)
{
	free(h->text);
	*h = (struct headline){ 0 };
}

struct headline_slot {
	char uuid[40];
	const char *state; /* owned */
	unsigned int n_done, n_failed;
	struct headline h;
};

void headline_cache__init(struct headline_cache *k)
{
	*k = (struct headline_cache){ 0 };
	pthread_mutex_init(&k->lock, NULL);
}

void headline_cache__release(struct headline_cache *k)
{
	for (size_t i = 0; i < k->n; i++) {
		headline__release(&k->v[i].h);
		free((char *)k->v[i].state);
	}
	free(k->v);
	pthread_mutex_destroy(&k->lock);
}

static bool is_of(const struct headline_slot *s, const struct campaign_brief *c)
{
	return streq(s->uuid, c->uuid) && streq(s->state, c->state) && s->n_done == c->n_done &&
	       s->n_failed == c->n_failed;
}

/* A deep copy. */
static struct headline copy_of(const struct headline *h)
{
	struct headline copy = *h;

	copy.text = xstrdup(h->text);
	return copy;
}

/* With the lock held. */
static bool find(struct headline_cache *k, const struct campaign_brief *c, struct headline *out)
{
	for (size_t i = 0; i < k->n; i++)
		if (is_of(&k->v[i], c)) {
			*out = copy_of(&k->v[i].h);
			return true;
		}
	return false;
}

static void keep(struct headline_cache *k, const struct campaign_brief *c, const struct headline *h)
{
	struct headline_slot *s = NULL;

	if (strlen(c->uuid) >= sizeof(s->uuid))
		return;
	for (size_t i = 0; i < k->n && !s; i++)
		s = streq(k->v[i].uuid, c->uuid) ? &k->v[i] : NULL;
	if (!s) {
		s = APPEND(k->v, k->n);
		*s = (struct headline_slot){ 0 };
		snprintf(s->uuid, sizeof(s->uuid), "%s", c->uuid);
	}
	headline__release(&s->h);
	free((char *)s->state);
	s->state = xstrdup(c->state);
	s->n_done = c->n_done;
	s->n_failed = c->n_failed;
	s->h = copy_of(h);
}

/* Made without the lock: two threads may make the same headline, but no thread waits. */
int headline_cache__get(struct headline_cache *k, struct store *st, const struct campaign_brief *c,
			struct headline *out, struct err *err)
{
	struct dataset *none = NULL;
	struct report *r = NULL;
	bool found = false;
	int ret;

	if (k) {
		pthread_mutex_lock(&k->lock);
		found = find(k, c, out);
		pthread_mutex_unlock(&k->lock);
	}
	if (found)
		return 0;
	ret = report__open_verdicts(st, c->uuid, &r, &none, err);
	/* One damaged campaign must not hide the others. */
	if (ret == -ENODATA || ret == -EINVAL || ret == -EUCLEAN) {
		*out = (struct headline){ .word = "none", .text = xstrdup(err->msg) };
		return 0;
	}
	if (ret)
		return ret;
	headline__make(r, out);
	report__free(r);
	dataset__free(none);
	if (k) {
		pthread_mutex_lock(&k->lock);
		keep(k, c, out);
		pthread_mutex_unlock(&k->lock);
	}
	return 0;
}
