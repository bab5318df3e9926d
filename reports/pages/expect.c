// SPDX-License-Identifier: GPL-2.0-only
/* expect.c - the plan's expectations for its variants, with the evidence, as a table. */
#include "reports/pages/expect.h"

#include "reports/web/frame.h"

void expects__put(struct html *h, const struct report_expects *e)
{
	static const char *const classes[] = {
		[EXPECT_PASS] = "better",
		[EXPECT_FAIL] = "worse",
		[EXPECT_CANNOT_SAY] = "open",
		[EXPECT_NOT_RUN] = "open",
	};

	if (!e->n)
		return;
	html__put(h, "<h2 id=\"expected\">What the plan expects</h2>\n");
	piece__table_begin(h, "What the plan expects",
			   STRINGS("Expected", "Variant", "Verdict", "Evidence"));
	for (size_t i = 0; i < e->n; i++) {
		const struct report_expect *x = &e->v[i];

		html__fmt(h,
			  "<tr><th scope=\"row\">%s</th><td>%s</td><td><span class=\"v %s\">%s</span></td>"
			  "<td>%s</td></tr>\n",
			  x->text, x->label, classes[x->verdict], expect__name(x->verdict),
			  x->evidence);
	}
	piece__table_end(h);
}
