// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - the plugin's file of blocks, and profiles and counts of instructions as a database has them. What is accepted keeps
 * its sums and survives a round trip. */
#include "reports/profile/blocks.h"
#include "runner/boot/profile.h"
#include "runner/boot/profile_blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void release(struct store_profile *p)
{
	free(p->v);
	free(p->text);
}

/* Written, and read again. */
static void again(const struct store_profile *p)
{
	struct store_profile back = { .kernel = p->kernel };
	struct err err;
	size_t len;

	if (profile__parse(&back, profile__format(p, &len), &err) || back.n != p->n)
		abort();
	release(&back);
}

/* How often instructions ran; what is written can be read. Takes over the text. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	struct store_profile p = { .kernel = 11 };
	struct err err;

	blocks(text);
	instructions(xstrdup(text), false);
	if (!profile__parse(&p, xstrdup(text), &err))
		again(&p);
	release(&p);
	return 0;
}
