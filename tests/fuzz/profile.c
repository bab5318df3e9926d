// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - the plugin's file of blocks, and profiles and instruction counts in the format of the database.
 * What is accepted survives a round trip. */
#include "reports/profile/blocks.h"
#include "reports/profile/places.h"
#include "runner/boot/profile.h"
#include "runner/boot/profile_blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void release(struct store_profile *p)
{
	free(p->v);
	free(p->text);
}

/* A profile survives a round trip. */
static void again(const struct store_profile *p)
{
	struct store_profile back = { .kernel = p->kernel };
	struct err err;
	size_t len;

	if (profile__parse(&back, profile__format(p, &len), &err) || back.n != p->n)
		abort();
	release(&back);
}

/* Parse counts of instructions; `right`: the text is valid. Frees the text. */
static void instructions(char *text, bool right)
{
	struct blocks_function *list;
	struct err err = { "" };
	bool per_op;
	size_t n;
	int ret = blocks__find(text, "a", NULL, &list, &n, &per_op, &err);

	if ((ret == 0) != !err.msg[0] || (ret && right))
		abort();
	for (size_t i = 0; i < n; i++)
		if (list[i].n != list[i].size / 4 || !(list[i].total >= 0))
			abort();
	blocks__free(list, n);
	free(text);
}

static void blocks(const char *text)
{
	static struct symbol list[] = {
		{ 0xffff800080010000, 0xffff800080010010, "a", "", "", 0x10000 },
		{ 0xffff800080010010, 0xffff800080020002, "b", "m", ".text", 0x10 }
	};
	static const struct symbols symbols = { .v = list, .n = ARRAY_SIZE(list) };
	struct profile_lines lines;
	struct err err = { "" };
	int ret = profile_lines__parse(&lines, "f", text, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; !ret && i < lines.n; i++) {
		struct store_profile p = { 0 };

		profile__sum(&lines.v[i], &symbols, &p);
		again(&p);
		release(&p);
		instructions(profile_blocks__text(&lines.v[i], &symbols, i), true);
	}
	profile_lines__release(&lines);
}

/* Parse a boot's source map (functions, files and lines from debug information) and apply it to a profile. */
static void sources(const char *text, const struct store_profile *profile)
{
	_free_ char *copy = xstrdup(text);
	struct places places = { 0 };
	struct sources s;
	struct err err = { "" };
	int ret = sources__parse(&s, copy, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	if (!ret) {
		_free_ char *again = sources__format(&s), *parsed = xstrdup(again);
		struct sources back;

		if (sources__parse(&back, parsed, &err) || back.n_parts != s.n_parts)
			abort();
		sources__release(&back);
		places__begin(&places, 0, 1);
		(void)places__add(&places, profile, &s, 0, 0, FUNCTION_INSNS, 1, &err);
		places__release(&places);
	}
	sources__release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile_function functions[] = { { .name = "a", .module = "", .count = { 100 } } };
	const struct store_profile one = { .kernel = 100, .v = functions, .n = 1 };
	_free_ char *text = xstrndup((const char *)data, size);
	struct store_profile p = { .kernel = 11 };
	struct err err;

	blocks(text);
	instructions(xstrdup(text), false);
	sources(text, &one);
	if (!profile__parse(&p, xstrdup(text), &err))
		again(&p);
	release(&p);
	return 0;
}
