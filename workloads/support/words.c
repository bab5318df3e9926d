// SPDX-License-Identifier: GPL-2.0-only
/* words.c - splits a list of names, and reports unknown ones. */
#include "workloads/support/words.h"

int words__split(const char *param, const char *text, struct strvec *out, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *save, *word;

	for (word = strtok_r(copy, " ,\t\n", &save); word; word = strtok_r(NULL, " ,\t\n", &save)) {
		if (strvec__has(out, word))
			return err__set(err, -EINVAL, "%s: '%s' is listed twice", param, word);
		strvec__push(out, word);
	}
	return out->n ? 0 : err__set(err, -EINVAL, "%s: there is none", param);
}

int words__unknown(const char *param, const char *what, const char *word,
		   const struct strvec *known, struct err *err)
{
	_free_ char *all = strvec__join(known, ", ");

	return err__set(err, -EINVAL, "%s: there is no %s '%s'; there are %s", param, what, word,
			all);
}
