// SPDX-License-Identifier: GPL-2.0-only
/* kernel.c - input of kernel builds: config fragments, Kconfig files, the output of git apply. Any text is
 * accepted or refused; an accepted fragment survives a round trip. */
#include "runner/kernels/build/patch.h"
#include "runner/kernels/build/fragment.h"
#include "runner/kernels/build/kconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fragments(const char *text)
{
	struct fragments f = { 0 }, again = { 0 };
	struct strvec symbols = { 0 };
	struct err err, off;

	kconfig__scan(text, &symbols);
	strvec__sort_unique(&symbols);
	if (!fragments__parse(&f, "fuzz", text, &err)) {
		_free_ char *out = fragments__format(&f);

		if (fragments__parse(&again, "fuzz", out, &err) || again.n != f.n)
			abort();
		/* A configuration that equals the fragment has all that the fragment asks for. */
		if (fragments__check_config(&again, out, &err))
			abort();
		fragments__check_known(&f, &symbols, &off, &err);
	}
	fragments__release(&f);
	fragments__release(&again);
	strvec__release(&symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	_free_ char *why __unused = build_patch__complaint(text);

	fragments(text);
	return 0;
}
