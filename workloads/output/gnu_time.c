// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnu_time.c - finds lines in the format of GNU time; the timed program may print others in
 * between.
 */
#include "workloads/output/gnu_time.h"

#include "lib/units.h"

/* Parse the number in [p, end), which consists of digits and points. */
static bool parse_number(const char *p, const char *end, double *out)
{
	char buf[32];

	if (end <= p || (size_t)(end - p) >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)(end - p), p);
	return units__double(buf, out) == 0 && *out >= 0;
}

/* Parse "VALUEword" at *p after blanks, and advance *p. */
static bool parse_value(const char **p, const char *word, double *out)
{
	const char *end;

	*p += strspn(*p, " ");
	end = *p + strspn(*p, "0123456789.");
	if (!str_starts(end, word) || !parse_number(*p, end, out))
		return false;
	*p = end + strlen(word);
	return true;
}

/* Parse "[H:]M:S" before "elapsed". */
static bool parse_clock(const char **p, double *out)
{
	double parts[3], part;
	size_t n = 0;
	const char *end;

	*p += strspn(*p, " ");
	do {
		end = *p + strspn(*p, "0123456789.");
		if (n == ARRAY_SIZE(parts) || !parse_number(*p, end, &part))
			return false;
		parts[n++] = part;
		*p = end + 1;
	} while (*end == ':');
	if (n < 2 || !str_starts(end, "elapsed"))
		return false;
	*out = parts[n - 1] + 60 * parts[n - 2] + (n == 3 ? 3600 * parts[0] : 0);
	return true;
}

static bool holds(const char *line, const char *end, const char *words)
{
	return memmem(line, (size_t)(end - line), words, strlen(words));
}

/* Does the line tell that the command failed? A make whose exit status was lost, in a pipe or
 * script, still prints "make[1]: *** [Makefile:3: all] Error 2". */
static bool is_failure(const char *line, const char *end)
{
	return holds(line, end, "Command exited with non-zero status") ||
	       holds(line, end, "Command terminated by signal") ||
	       holds(line, end, "Command stopped by signal") ||
	       (str_starts(line, "make") && holds(line, end, ": *** "));
}

int gnu_time__next(const char **text, struct gnu_time *out, struct err *err)
{
	for (const char *line = *text, *end; *line; line = end + (*end != '\0')) {
		const char *p = line;
		struct gnu_time t;

		end = line + strcspn(line, "\n");
		if (is_failure(line, end))
			return err__set(err, -EIO, "time: %.*s", (int)(end - line), line);
		if (parse_value(&p, "user", &t.user) && parse_value(&p, "system", &t.system) &&
		    parse_clock(&p, &t.elapsed)) {
			*out = t;
			*text = end;
			return 0;
		}
		if (holds(line, end, "elapsed ") && holds(line, end, "%CPU"))
			return err__set(err, -EPROTO,
					"time: expected 'Nuser Nsystem M:Selapsed ...', found "
					"'%.*s'",
					(int)(end - line < 80 ? end - line : 80), line);
	}
	return err__set(err, -ENOENT, "time: no line 'Nuser Nsystem M:Selapsed ...'");
}
