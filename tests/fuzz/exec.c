// SPDX-License-Identifier: GPL-2.0-only
/* exec.c - rules of workload exec, and GNU time's line. The rules end at the first NUL; the output
 * follows. Expressions of a plan are its author's, so regex rules are parsed and only JSON ones applied. */
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
