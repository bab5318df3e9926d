// SPDX-License-Identifier: GPL-2.0-only
/* runs.c - a run begins at the first line that its program prints. */
#include "workloads/output/runs.h"

const char *runs__line(const char *text, const char *head)
{
	for (const char *p = text; (p = strstr(p, head)); p++)
		if (p == text || p[-1] == '\n')
			return p;
	return NULL;
}

bool runs__twice(const char *text, const char *mark)
{
	const char *p = strstr(text, mark);

	return p && strstr(p + 1, mark);
}

bool runs__is_head(const char *line, const char *head)
{
	size_t left = strcspn(line, "\n");

	return str_starts(line, head) || (left && !line[left] && str_starts(head, line));
}

/* Go line by line: searching for one head after the other would, for a head that does not occur,
 * scan the whole text again for each run. */
const char *runs__first(const char *text, const char *const *heads)
{
	for (const char *p = text, *nl; p; p = nl ? nl + 1 : NULL) {
		for (size_t i = 0; heads[i]; i++)
			if (runs__is_head(p, heads[i]))
				return p;
		nl = strchr(p, '\n');
	}
	return NULL;
}

char *runs__cut(const char **text, const char *const *heads)
{
	const char *begin = *text, *head = begin ? runs__first(begin, heads) : NULL;
	const char *end = head ? strchr(head, '\n') : NULL;

	if (!begin)
		return NULL;
	*text = end ? runs__first(end + 1, heads) : NULL;
	return xstrndup(begin, *text ? (size_t)(*text - begin) : strlen(begin));
}
