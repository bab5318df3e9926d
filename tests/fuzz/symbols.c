// SPDX-License-Identifier: GPL-2.0-only
/* symbols.c - kernel images and module files as sources of symbols: read or refused with a reason. */
#include "runner/kernels/files/kallsyms.h"
#include "runner/kernels/files/module_symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void image(const uint8_t *data, size_t size)
{
	struct kallsyms k;
	struct err err = { "" };
	int ret = kallsyms__parse((const char *)data, size, &k, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; !ret && i < k.n; i++)
		if (k.v[i].at < k.stext || k.v[i].at >= k.etext || !*k.v[i].name ||
		    (i && k.v[i].at <= k.v[i - 1].at))
			abort();
	kallsyms__release(&k);
}

static void module(const uint8_t *data, size_t size)
{
	_free_ char *room = xcalloc(size, 1);
	struct module_symbols m;
	struct err err = { "" };
	int ret;

	memcpy(room, data, size);
	ret = module_symbols__parse(room, size, &m, &err);
	if ((ret == 0) != !err.msg[0])
		abort();
	for (size_t i = 0; !ret && i < m.n; i++)
		if (m.v[i].section >= m.n_sections || !*m.v[i].name)
			abort();
	module_symbols__release(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	image(data, size);
	module(data, size);
	return 0;
}
