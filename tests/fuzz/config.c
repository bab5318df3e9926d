// SPDX-License-Identifier: GPL-2.0-only
/* config.c - two kernel configurations, separated by a NUL: the difference is symmetric. */
#include "reports/analysis/config_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *a = xstrndup((const char *)data, size);
	size_t rest = strlen(a) < size ? strlen(a) + 1 : size;
	_free_ char *b = xstrndup((const char *)data + rest, size - rest);
	struct config_change *one, *other;
	size_t n = config_diff__make(a, b, &one), m = config_diff__make(b, a, &other);

	if (n != m)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!streq(one[i].symbol, other[i].symbol) ||
		    !streq(one[i].candidate, other[i].baseline) ||
		    streq(one[i].candidate, one[i].baseline) ||
		    (i && strcmp(one[i - 1].symbol, one[i].symbol) >= 0))
			abort();
	config_diff__free(other, m);
	config_diff__free(one, n);
	if (config_diff__make(a, a, &one))
		abort();
	config_diff__free(one, 0);
	return 0;
}
