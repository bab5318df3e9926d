// SPDX-License-Identifier: GPL-2.0-only
/* schedule.c - the boots of a campaign, and facts that differ between its variants. */
#include "reports/pages/schedule.h"
#include "lib/units.h"

/* The boot that fills a slot: the last one, as only boots that did not are repeated. */
static const struct campaign_boot *boot_at(const struct campaign *c, unsigned int slot)
{
	const struct campaign_boot *boot = NULL;

	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].slot == slot)
			boot = &c->boots[i];
	return boot;
}

char *schedule__progress(const struct campaign *c)
{
	uint64_t first = UINT64_MAX, last = 0;
	unsigned int done = 0, failed = 0;
	_free_ char *left = NULL, *bad = NULL;
	char buf[32];

	for (unsigned int slot = 0; slot < c->n_slots; slot++) {
		const struct campaign_boot *b = boot_at(c, slot);

		if (!b)
			continue;
		done++;
		failed += b->status != BOOT_OK;
		first = b->started_ns < first ? b->started_ns : first;
		last = b->ended_ns > last ? b->ended_ns : last;
	}
	bad = failed ? xasprintf(", %u failed", failed) : xstrdup("");
	left = done && done < c->n_slots && last > first ?
		       xasprintf("; about %s left",
				 units__fmt_duration((last - first) / done * (c->n_slots - done),
						     buf, sizeof(buf))) :
		       xstrdup("");
	return xasprintf("%u of %u boots are done%s%s", done, c->n_slots, bad, left);
}

/* One boot of the schedule: place, variant and status, with the reason of a failure as tooltip. */
static void put_cell(struct html *h, const struct page_request *req, const struct campaign *c,
		     unsigned int slot)
{
	const struct campaign_boot *b = boot_at(c, slot);
	_free_ char *url = NULL;
	char n[16];

	snprintf(n, sizeof(n), "%u", slot + 1);
	if (!b) {
		html__fmt(h,
			  "<span class=\"boot todo\" title=\"boot %s has not run\"><b>%s</b>-</span>",
			  n, n);
		return;
	}
	url = link__to(req, "campaign", c->uuid, "boot", n, NULL);
	html__fmt(h,
		  "<a class=\"boot%s\" href=\"%s\" title=\"boot %s, %s: %s %s\"><b>%s %s</b>%s</a>",
		  b->status == BOOT_OK ? "" : " bad", url, n, c->variants[b->variant].name,
		  boot_status__name(b->status), b->detail, n, c->variants[b->variant].name,
		  boot_status__name(b->status));
}

/* The block of a slot. For a boot that has not run yet it follows from its place, with one boot of
 * each variant per block. */
static unsigned int block_of(const struct campaign *c, unsigned int slot)
{
	const struct campaign_boot *b = boot_at(c, slot);

	return b ? b->block : slot / (unsigned int)(c->n_variants ? c->n_variants : 1);
}

/* One list entry per block. */
void schedule__put_boots(struct html *h, const struct page_request *req, const struct campaign *c)
{
	html__put(h, "<h2 id=\"boots\">Boots, in the order they ran</h2>\n<ol class=\"boots\">\n");
	for (unsigned int slot = 0; slot < c->n_slots; slot++) {
		unsigned int block = block_of(c, slot);

		if (!slot || block != block_of(c, slot - 1)) {
			html__put(h, slot ? "</li>\n" : "");
			html__fmt(h, "<li><span class=\"blk\" title=\"block %u\">%u</span>",
				  block + 1, block + 1);
		}
		put_cell(h, req, c, slot);
	}
	html__put(h, c->n_slots ? "</li>\n" : "");
	html__put(h,
		  "</ol>\n<p class=\"note\">One group per block; each cell is a boot with its variant "
		  "and status, and leads to its console and kernel log.</p>\n");
}

/* The facts of a variant. */
struct known {
	struct boot_fact *facts; /* of its first good boot; NULL if there is none */
	size_t n;
};

/* The value of a fact, or NULL. Linear search: a boot has a few dozen facts. */
static const char *fact_of(const struct known *k, const char *key)
{
	for (size_t i = 0; i < k->n; i++)
		if (streq(k->facts[i].key, key))
			return k->facts[i].value;
	return NULL;
}

/* Does this fact differ between variants that have facts at all? A missing fact differs from any
 * value. */
static bool differs(const struct campaign *c, const struct known *known, const char *key)
{
	const char *first = NULL;

	for (size_t i = 0; i < c->n_variants; i++) {
		const char *v = known[i].facts ? fact_of(&known[i], key) : NULL;

		if (!known[i].facts)
			continue;
		if (!v)
			return true;
		if (first && !streq(first, v))
			return true;
		first = v;
	}
	return false;
}

/* A table of only the facts that differ: most do not, as kduel keeps everything but the kernels
 * equal. */
static void put_differences(struct html *h, const struct campaign *c, const struct known *known)
{
	_cleanup_(strvec__release) struct strvec keys = { 0 }, heads = { 0 };
	size_t n = 0;

	strvec__push(&heads, "Fact");
	for (size_t i = 0; i < c->n_variants; i++) {
		strvec__push(&heads, c->variants[i].name);
		for (size_t k = 0; k < known[i].n; k++)
			strvec__push(&keys, known[i].facts[k].key);
	}
	strvec__sort_unique(&keys);
	html__put(h, "<h2 id=\"differences\">What differs between the variants</h2>\n");
	for (size_t i = 0; i < keys.n; i++) {
		if (!differs(c, known, keys.v[i]))
			continue;
		if (!n++)
			piece__table_begin(h, "Differences", (const char *const *)heads.v);
		html__fmt(h, "<tr><th scope=\"row\">%s</th>", keys.v[i]);
		for (size_t k = 0; k < c->n_variants; k++) {
			const char *v = fact_of(&known[k], keys.v[i]);

			html__fmt(h, "<td>%.300s</td>", v ? v : "-");
		}
		html__put(h, "</tr>\n");
	}
	if (n)
		html__fmt(h,
			  "</tbody></table></div>\n<p class=\"note\">From the first good boot of each "
			  "variant; %zu other facts are the same.</p>\n",
			  keys.n - n);
	else
		html__fmt(h, "<p>None of the %zu facts collected.</p>\n", keys.n);
}

int schedule__put_differences(struct store *st, struct html *h, const struct campaign *c,
			      struct err *err)
{
	struct known *known = xcalloc(c->n_variants + 1, sizeof(*known));
	int ret = 0;

	for (size_t i = 0; !ret && i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];
		struct known *k = &known[b->variant];

		if (b->status == BOOT_OK && !k->facts)
			ret = store__facts(st, b->id, &k->facts, &k->n, err);
	}
	if (!ret)
		put_differences(h, c, known);
	for (size_t i = 0; i < c->n_variants; i++)
		boot_fact__free(known[i].facts, known[i].n);
	free(known);
	return ret;
}
