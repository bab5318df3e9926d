// SPDX-License-Identifier: GPL-2.0-only
#include "reports/history/steps.h"
#include "reports/stats/stats.h"

#include <math.h>

static bool has_nonpositive(const struct history_sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!(s->v[i] > 0))
			return true;
	return false;
}

static void take_logs(struct history_sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->v[i] = log(s->v[i]);
}

bool history_point__of(struct history_sample *s, struct history_sample *ref,
		       struct history_point *p)
{
	bool linear = has_nonpositive(s) || (ref && has_nonpositive(ref));
	struct stats_test t;
	struct stats_sample samples[2];

	if (!s->n || (ref && (!ref->n || linear)))
		return false;
	if (!linear)
		take_logs(s);
	if (ref)
		take_logs(ref);
	samples[0] = (struct stats_sample){ .v = s->v, .n = s->n };
	if (ref)
		samples[1] = (struct stats_sample){ ref->v, ref->n, .minus = true };
	/* With a single boot there is a value, but no interval. */
	if (stats__contrast(samples, ref ? 2 : 1, 0, &t)) {
		t.lo95 = t.hi95 = NAN;
		t.d = stats__mean(s->v, s->n) - (ref ? stats__mean(ref->v, ref->n) : 0);
	}
	*p = (struct history_point){ .value = linear ? t.d : exp(t.d),
				     .lo = linear ? t.lo95 : exp(t.lo95),
				     .hi = linear ? t.hi95 : exp(t.hi95),
				     .n = s->n };
	return true;
}
