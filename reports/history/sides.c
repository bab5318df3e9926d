// SPDX-License-Identifier: GPL-2.0-only
/* sides.c - the variants of all campaigns, and which of them changed since an earlier history. */
#include "reports/history/sides.h"
#include "lib/hash.h"
#include "reports/history/index.h"

const char *side__tag(const struct side *side, const char *key)
{
	const char *value = campaign_tag__find(side->tags, side->n_tags, key);

	return value ? value : "";
}

static int compare_tags(const void *a, const void *b)
{
	const struct campaign_tags *x = a, *y = b;

	return (x->campaign > y->campaign) - (x->campaign < y->campaign);
}

/* Fill in the tags and strings of a side, and the index of its kind. */
static void fill_side(struct sides *l, struct history_texts *texts, struct side *side)
{
	struct campaign_tags key = { .campaign = side->v.campaign }, *found;
	const char *machine;
	_free_ char *kind = NULL, *host = NULL;

	found = l->n_tags ? bsearch(&key, l->tags, l->n_tags, sizeof(key), compare_tags) : NULL;
	side->tags = found ? found->tags : NULL;
	side->n_tags = found ? found->n : 0;
	/* Older versions of kduel did not tag machines: use the host name. */
	machine = side__tag(side, "machine");
	host = xstrndup(side->v.host, strcspn(side->v.host, ":"));
	side->machine = history_texts__add(texts, *machine ? machine : host);
	kind = xasprintf("%s\t%s\t%s", side->v.plan, side->machine, side->v.name);
	side->kind = names__add(&l->kinds, kind);
	l->of_kind[side->kind]++;
	side->kind_name = history_texts__add(texts, kind);
	side->plan = history_texts__add(texts, side->v.plan);
	side->name = history_texts__add(texts, side->v.name);
	side->uuid = history_texts__add(texts, side->v.uuid);
	side->commit = history_texts__add(texts, side__tag(side, "commit"));
	side->branch = history_texts__add(texts, side__tag(side, "branch"));
	side->expected = side__tag(side, "expected");
	side->date_ns = side->v.created_ns;
	if (*side__tag(side, "date"))
		tag__date(side__tag(side, "date"),
			  &side->date_ns); /* was validated when it was set */
}

void sides__fill(struct sides *l, struct history_texts *texts)
{
	l->v = xcalloc(l->n + 1, sizeof(*l->v));
	l->of_kind = xcalloc(l->n + 1, sizeof(*l->of_kind));
	for (size_t i = 0; i < l->n; i++) {
		l->v[i].v = l->raw[i];
		fill_side(l, texts, &l->v[i]);
	}
}

void sides__release(struct sides *l)
{
	campaign_tags__free(l->tags, l->n_tags);
	value_side__free(l->raw, l->n);
	names__release(&l->kinds);
	free(l->of_kind);
	free(l->v);
}

static uint64_t hash_text(uint64_t h, const char *text)
{
	return hash__add_number(hash__add(h, text), strlen(text));
}

static uint64_t hash_side(const struct side *s)
{
	uint64_t h = hash_text(hash__text(s->kind_name), s->uuid);

	h = hash_text(hash_text(h, s->commit), s->branch);
	h = hash_text(h, s->expected);
	h = hash__add_number(h, s->v.created_ns);
	h = hash__add_number(h, s->date_ns);
	for (size_t i = 0; i < s->n_boots; i++) {
		h = hash_text(hash_text(h, s->boots[i].uuid), s->boots[i].running);
		h = hash__add_number(h, s->boots[i].slot);
	}
	return h;
}

static int compare_boots(const void *a, const void *b)
{
	const struct value_boot *x = a, *y = b;

	if (x->variant != y->variant)
		return x->variant < y->variant ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Sides and boots are both sorted by variant. */
void sides__take_boots(struct sides *l, struct value_boot *boots, size_t n)
{
	/* Avoids a NULL array if there are no boots. */
	static const struct value_boot none[1];
	size_t at = 0;

	if (n)
		qsort(boots, n, sizeof(*boots), compare_boots);
	for (size_t i = 0; i < l->n; i++) {
		struct side *s = &l->v[i];

		while (at < n && boots[at].variant < s->v.variant)
			at++;
		s->boots = n ? boots + at : none;
		while (at < n && boots[at].variant == s->v.variant) {
			s->has_sessions |= *boots[at++].running != 0;
			s->n_boots++;
		}
		s->hash = hash_side(s);
	}
}

void sides__keep(const struct sides *l, struct history *h)
{
	h->sides = xcalloc(l->n + 1, sizeof(*h->sides));
	h->campaigns = xcalloc(l->n + 1, sizeof(*h->campaigns));
	for (size_t i = 0; i < l->n; i++) {
		const struct side *s = &l->v[i];
		/* Variants of a campaign are adjacent. */
		bool same = i && s->uuid == s[-1].uuid;

		h->sides[h->n_sides++] = (struct history_side){ s->v.variant, s->kind_name,
								s->hash };
		if (!same)
			h->campaigns[h->n_campaigns++] =
				(struct history_campaign){ s->uuid, s->plan, s->machine };
	}
	qsort(h->campaigns, h->n_campaigns, sizeof(*h->campaigns), history_campaign__compare);
}

/* Merge both lists, which are sorted by variant, and add the kinds with a side that is new, gone or
 * different to `changed`. */
static void find_changed(const struct sides *l, const struct history *before, struct names *changed)
{
	size_t i = 0, k = 0;

	while (i < before->n_sides || k < l->n) {
		const struct history_side *old = i < before->n_sides ? &before->sides[i] : NULL;
		const struct side *now = k < l->n ? &l->v[k] : NULL;
		bool has_old = old && (!now || old->variant <= now->v.variant);
		bool has_now = now && (!old || now->v.variant <= old->variant);

		if (!has_old || !has_now || old->hash != now->hash) {
			if (has_old)
				names__add(changed, old->kind);
			if (has_now)
				names__add(changed, now->kind_name);
		}
		i += has_old;
		k += has_now;
	}
}

static bool same_note(const struct change_note *a, const struct change_note *b)
{
	/* Strings are interned: compare pointers. */
	return a->stream == b->stream && a->campaign == b->campaign && a->state == b->state &&
	       a->text == b->text && a->author == b->author && a->assignee == b->assignee &&
	       a->bug == b->bug && a->made_ns == b->made_ns;
}

char *history_kind__of(const char *key)
{
	const char *end = key;

	for (int tabs = 0; *end && (*end != '\t' || ++tabs < 3);)
		end++;
	return xstrndup(key, (size_t)(end - key));
}

static void add_noted(struct names *changed, const struct history *h, size_t from)
{
	for (size_t i = from; i < h->n_notes; i++) {
		_free_ char *kind = history_kind__of(h->notes[i].stream);

		names__add(changed, kind);
	}
}

/* Add the kinds with new notes. Notes are normally only appended; if earlier ones differ
 * nevertheless, all from the first difference on count. */
static void find_noted(const struct history *h, const struct history *before, struct names *changed)
{
	size_t same = 0;

	while (same < h->n_notes && same < before->n_notes &&
	       same_note(&h->notes[same], &before->notes[same]))
		same++;
	add_noted(changed, h, same);
	add_noted(changed, before, same);
}

void sides__changed(const struct sides *l, const struct history *h, const struct history *before,
		    struct names *changed)
{
	find_changed(l, before, changed);
	find_noted(h, before, changed);
}
