// SPDX-License-Identifier: GPL-2.0-only
/* stress_ng.c - parses a run from the line that announces its stressors to the one that tells how
 * it ended. */
#include "workloads/output/stress_ng.h"

#include "lib/units.h"

#define LINE "stress-ng: "
#define WORD 64

bool stress_ng__is_name(const char *name)
{
	size_t len = strlen(name);

	return len && len < STRESS_NG_NAME && *name != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* The text after "stress-ng: info:  [6082] ", which with --timestamp also contains a time. NULL:
 * not a line of stress-ng, or cut off. */
static const char *message(const char *line, size_t len)
{
	const char *open = memchr(line, '[', len), *close;

	if (!str_starts(line, LINE) || !open)
		return NULL;
	close = memchr(open, ']', len - (size_t)(open - line));
	return close && close[1] == ' ' ? close + 2 : NULL;
}

static bool next_word(const char **at, const char *end, char word[WORD])
{
	size_t len;

	while (*at < end && **at == ' ')
		(*at)++;
	for (len = 0; *at + len < end && (*at)[len] != ' '; len++)
		;
	if (!len || len >= WORD)
		return false;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	return true;
}

/* NAME OPS REAL USER SYSTEM RATE: other lines of the table have words in these columns. */
static bool read_row(const char *at, const char *end, struct stress_ng_row *row)
{
	double *const numbers[] = { &row->real_s, &row->user_s, &row->system_s, &row->rate };
	char word[WORD];

	if (!next_word(&at, end, word) || !stress_ng__is_name(word))
		return false;
	snprintf(row->name, sizeof(row->name), "%.*s", STRESS_NG_NAME - 1, word);
	if (!next_word(&at, end, word) || units__u64(word, &row->ops))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!next_word(&at, end, word) || units__double(word, numbers[i]) ||
		    *numbers[i] < 0)
			return false;
	return true;
}

/* Newer releases count failures ("failed: 1: pipe (1)", "failed: 0") and untrustworthy metrics. A
 * stressor that "finished prematurely" did less than it was asked for. */
static bool tells_failure(const char *line, size_t len, const char *text)
{
	static const char *const levels[] = { LINE "fail:", LINE "error:" };
	static const char premature[] = "WARNING: finished prematurely";
	static const char untrustworthy[] = "metrics untrustworthy: ";

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (str_starts(line, levels[i]))
			return true;
	return (str_starts(text, "failed: ") && !strchr("0\n", text[strlen("failed: ")])) ||
	       (str_starts(text, untrustworthy) && !strchr("0\n", text[strlen(untrustworthy)])) ||
	       memmem(line, len, premature, strlen(premature)) ||
	       str_starts(text, "unsuccessful run completed");
}

int stress_ng__next(const char **text, struct stress_ng_run *out, struct err *err)
{
	const char *line = *text, *nl = NULL;
	bool begun = false;

	out->n = 0;
	for (; *line; line = nl ? nl + 1 : line + strlen(line)) {
		size_t len = strcspn(line, "\n");
		const char *m = message(line, len);

		nl = line[len] ? line + len : NULL;
		if (m && tells_failure(line, len, m))
			return err__set(err, -EIO, "%.*s", (int)len, line);
		if (m && str_starts(m, "dispatching hogs:")) {
			if (begun)
				return err__set(err, -EPROTO,
						"stress-ng: a run without its last line, 'successful "
						"run completed in ...'");
			begun = true;
		} else if (begun && m && str_starts(m, "successful run completed in ")) {
			if (!out->n)
				return err__set(err, -EPROTO,
						"stress-ng: a run without figures: it prints them "
						"with --metrics");
			*text = nl ? nl + 1 : line + len;
			return 0;
		} else if (begun && m && out->n < STRESS_NG_ROWS) {
			out->n += read_row(m, line + len, &out->v[out->n]);
		}
	}
	if (begun)
		return err__set(err, -EPROTO,
				"stress-ng: no line 'successful run completed in ...': the output "
				"is truncated");
	return err__set(err, -ENOENT, "stress-ng: no line 'stress-ng: ... dispatching hogs: ...'");
}
