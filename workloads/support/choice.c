// SPDX-License-Identifier: GPL-2.0-only
/* choice.c - parses a list of names, and checks them against the known ones. */
#include "workloads/support/choice.h"

#include "workloads/support/words.h"

int choice__read(const struct param_set *ps, const char *param, const char *noun,
		 const char *const *names, size_t n, bool *chosen, struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 }, known = { 0 };
	int ret = words__split(param, param_set__get(ps, param)->text, &words, err);
	const bool all = strvec__has(&words, "all");

	if (!words.n)
		return err__set(err, -EINVAL, "%s: there is none; 'all' stands for all of them",
				param);
	if (ret)
		return ret;
	for (size_t i = 0; i < n; i++) {
		strvec__push(&known, names[i]);
		chosen[i] = all || strvec__has(&words, names[i]);
	}
	for (size_t i = 0; i < words.n; i++)
		if (!streq(words.v[i], "all") && !strvec__has(&known, words.v[i]))
			return words__unknown(param, noun, words.v[i], &known, err);
	return all && words.n > 1 ?
		       err__set(err, -EINVAL, "%s: 'all' goes with no other %s", param, noun) :
		       0;
}
