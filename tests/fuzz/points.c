// SPDX-License-Identifier: GPL-2.0-only
/* points.c - texts of points and type information of kernels, both from a guest: read or refused. */
#include "workloads/churn/btf.h"
#include "workloads/support/points.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void points(const char *text)
{
	struct points p, again;
	struct err err = { "" };
	int ret = points__parse("f", text, &p, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; !ret && i < p.n; i++)
		for (size_t k = 0; k < POINT_VALUES; k++) {
			double rate = 0;

			if (points__rate(&p, p.v[i].part, k, &rate) && !isfinite(rate))
				abort();
		}
	/* Points survive a round trip. */
	if (!ret && p.n) {
		_free_ char *whole = points__format(&p);

		if (points__parse("f", whole, &again, &err) || again.n != p.n)
			abort();
		points__release(&again);
	}
	points__release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	uint32_t id = 0;

	/* Quadratic: points__rate() of each point reads all points. */
	if (size < 4096)
		points(text);
	if (!btf__function((const char *)data, size, "f", &id) && !id)
		abort();
	return 0;
}
