// SPDX-License-Identifier: GPL-2.0-only
/* verdicts.c - which verdicts decide the exit code of a comparison. */
#include "runner/cli/verdicts.h"

#include "reports/report/outcome.h"
#include "runner/plan/gate.h"

void verdicts__set_gate(struct report *r, const struct gate *line)
{
	gate__release(&r->gate);
	plan_gate__stored(r->campaign->plan_path, r->campaign->plan_text, &r->gate);
	r->gate.conclusive |= line->conclusive;
	if (!line->fail_on.n)
		return;
	strvec__release(&r->gate.fail_on);
	for (size_t i = 0; i < line->fail_on.n; i++)
		strvec__push(&r->gate.fail_on, line->fail_on.v[i]);
}

/* Does the pattern match any row? Appends the names of all rows to `known`, for suggestions:
 * METRIC, WORKLOAD/METRIC and SOURCE/METRIC. */
static bool has_row(const struct report *r, const char *pattern, struct strvec *known)
{
	bool found = false;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++) {
			const struct gate_row row = report_row__gate(&b->rows[k]);

			strvec__push(known, row.metric);
			strvec__pushf(known, "%s/%s", row.workload, row.metric);
			strvec__pushf(known, "%s/%s", row.source, row.metric);
			found = found || gate__means(pattern, &row);
		}
	}
	return found;
}

int verdicts__check_gate(const struct report *r, const struct gate *line, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < line->fail_on.n; i++) {
		struct strvec known = { 0 };
		const char *what = line->fail_on.v[i];

		strvec__push_all(&known, "primary", "any", "none", NULL);
		if (!gate__is_word(what) && !has_row(r, what, &known)) {
			_free_ char *hint = gate__hint(what, &known);

			ret = err__set(err, -ENOENT, "--fail-on: no metric fits '%.64s'%s", what,
				       hint);
		}
		strvec__release(&known);
	}
	return ret;
}
