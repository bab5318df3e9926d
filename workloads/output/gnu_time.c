// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnu_time.c - the last line that reads like GNU time's counts; the program may print above it.
 */
#include "workloads/output/gnu_time.h"

#include "lib/units.h"

/* A number that ends at `end`, before which p[0..) holds digits and points. */
static bool parse_number(const char *p, const char *end, double *out)
{
	char buf[32];

	if (end <= p || (size_t)(end - p) >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)(end - p), p);
	return units__double(buf, out) == 0 && *out >= 0;
}

/* "VALUEword" at *p, blanks before it skipped; moves on. */
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

/* "[H:]M:S" before "elapsed". */
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

int gnu_time__parse(const char *text, struct gnu_time *out, struct err *err)
{
	const char *failed = strstr(text, "Command exited with non-zero status");
	const char *killed = strstr(text, "Command terminated by signal");
	bool found = false;

	if (failed || killed) {
		const char *line = failed ? failed : killed;

		return err__set(err, -EIO, "time: %.*s", (int)strcspn(line, "\n"), line);
	}
	while (*text) {
		const char *p = text;
		struct gnu_time t;

		if (parse_value(&p, "user", &t.user) && parse_value(&p, "system", &t.system) &&
		    parse_clock(&p, &t.elapsed)) {
			*out = t;
			found = true;
		}
		text += strcspn(text, "\n");
		text += *text != '\0';
	}
	return found ? 0 : err__set(err, -EPROTO, "time: no line 'Nuser Nsystem M:Selapsed ...'");
}
