// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - the plugin's file of blocks, and profiles as a database has them. What is accepted keeps
 * its sums and survives a round trip. */
#include "runner/boot/profile.h"

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

static void blocks(const char *text)
{
	static struct symbol list[] = { { 0xffff800080010000, 0xffff800080010010, "a", "" },
					{ 0xffff800080010010, 0xffff800080020000, "b", "m" } };
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
	}
	profile_lines__release(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	struct store_profile p = { .kernel = 11 };
	struct err err;

	blocks(text);
	if (!profile__parse(&p, xstrdup(text), &err))
		again(&p);
	release(&p);
	return 0;
}
