// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnu_time.c - the last line that reads like GNU time's counts; the program may print above it.
 */
#include "workloads/output/gnu_time.h"

#include "lib/units.h"

/* A number that ends at `end`, before which p[0..) holds digits and points. */
static bool number(const char *p, const char *end, double *out)
{
	char buf[32];

	if (end <= p || (size_t)(end - p) >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)(end - p), p);
	return units__double(buf, out) == 0 && *out >= 0;
}

/* "VALUEword" at *p, blanks before it skipped; moves on. */
static bool value(const char **p, const char *word, double *out)
{
	const char *end;

	*p += strspn(*p, " ");
	end = *p + strspn(*p, "0123456789.");
	if (!str_starts(end, word) || !number(*p, end, out))
		return false;
	*p = end + strlen(word);
	return true;
}

/* "[H:]M:S" before "elapsed". */
static bool clock_value(const char **p, double *out)
{
	double parts[3], part;
	size_t n = 0;
	const char *end;

	*p += strspn(*p, " ");
	do {
		end = *p + strspn(*p, "0123456789.");
		if (n == ARRAY_SIZE(parts) || !number(*p, end, &part))
			return false;
		parts[n++] = part;
		*p = end + 1;
	} while (*end == ':');
	if (n < 2 || !str_starts(end, "elapsed"))
		return false;
	*out = parts[n - 1] + 60 * parts[n - 2] + (n == 3 ? 3600 * parts[0] : 0);
	return true;
}

static bool read_line(const char *p, struct gnu_time *out)
{
	struct gnu_time t;

	if (!value(&p, "user", &t.user) || !value(&p, "system", &t.system) ||
	    !clock_value(&p, &t.elapsed))
		return false;
	*out = t;
	return true;
}

int gnu_time__parse(const char *text, struct gnu_time *out, struct err *err)
{
	const char *failed = strstr(text, "Command exited with non-zero status");
	const char *killed = strstr(text, "Command terminated by signal");
	bool found = false;

	if (failed || killed) {
		const char *said = failed ? failed : killed;

		return err__set(err, -EIO, "time: %.*s", (int)strcspn(said, "\n"), said);
	}
	while (*text) {
		found |= read_line(text, out);
		text += strcspn(text, "\n");
		text += *text != '\0';
	}
	return found ? 0 : err__set(err, -EPROTO, "time: no line 'Nuser Nsystem M:Selapsed ...'");
}
