// SPDX-License-Identifier: GPL-2.0-only
/* exec.c - metric rules of workload exec, and the output of GNU time. The input is the rules, a NUL, and the
 * output that they are applied to. Only JSON rules are applied: regular expressions come from the plan's
 * author, who is trusted. */
#include "workloads/output/exec_rule.h"
#include "workloads/output/gnu_time.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	size_t head = strlen(text), len = head < size ? size - head - 1 : 0;
	const char *p = text;
	char *output = xcalloc(len + 1, 1);
	struct exec_rules rules;
	struct gnu_time t;
	struct err err = { "" };
	double v;

	memcpy(output, data + size - len, len);
	if (exec_rules__parse(text, &rules, &err) && !err.msg[0])
		abort();
	for (size_t i = 0; i < rules.n; i++) {
		const struct exec_rule *r = &rules.v[i];

		if (r->rule && r->kind == EXEC_JSON && *r->rule == '/' &&
		    !exec_rule__apply(r, output, len, &v, &err) && !isfinite(v))
			abort();
	}
	exec_rules__release(&rules);
	while (!gnu_time__next(&p, &t, &err))
		if (!(t.elapsed >= 0 && t.user >= 0 && t.system >= 0))
			abort();
	free(output);
	free(text);
	return 0;
}
