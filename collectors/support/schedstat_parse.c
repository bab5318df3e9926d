// SPDX-License-Identifier: GPL-2.0-only
/*
 * schedstat_parse.c - parses /proc/schedstat, in which fields moved between versions 15 and 17; see
 * Documentation/scheduler/sched-stats.rst.
 */
#include "collectors/support/schedstat_parse.h"

#define OLDEST 15
#define NEWEST 17
#define FIELDS 9

static int parse_version(const char *text, struct err *err)
{
	unsigned long v;
	char *end;

	if (!str_starts(text, "version ") || text[8] < '1' || text[8] > '9')
		return err__set(err, -EINVAL, "no line 'version' at the beginning");
	v = strtoul(text + 8, &end, 10);
	if (*end != '\n')
		return err__set(err, -EINVAL, "no line 'version' at the beginning");
	if (v < OLDEST || v > NEWEST)
		return err__set(err, -EPROTO, "version %lu, known are %d to %d", v, OLDEST, NEWEST);
	return 0;
}

/* Refuse further fields: they would be those of an unknown version. */
static bool parse_fields(const char *at, uint64_t v[FIELDS])
{
	char *end;

	for (size_t i = 0; i < FIELDS; i++, at = end) {
		if (*at != ' ' || at[1] < '0' || at[1] > '9')
			return false;
		errno = 0;
		v[i] = strtoull(at + 1, &end, 10);
		if (errno)
			return false;
	}
	return *at == '\n'; /* else the last number may be truncated */
}

/* "cpu0 0 0 7 3 5 2 1000 200 4": nine fields, the same in all known versions. */
static int add_cpu(const char *line, struct schedstat *s, struct err *err)
{
	size_t digits = strspn(line + 3, "0123456789");
	uint64_t v[FIELDS];

	if (!digits || !parse_fields(line + 3 + digits, v))
		return err__set(err, -EINVAL, "not the line of a CPU: '%.*s'",
				(int)strcspn(line, "\n") > 80 ? 80 : (int)strcspn(line, "\n"),
				line);
	s->cpus++;
	s->yields += v[0]; /* v[1] is obsolete and always 0 */
	s->schedules += v[2];
	s->idles += v[3];
	s->wakeups += v[4];
	s->local_wakeups += v[5];
	s->run_ns += v[6];
	s->delay_ns += v[7];
	s->timeslices += v[8];
	return 0;
}

int schedstat__parse(const char *text, struct schedstat *s, struct err *err)
{
	int ret = parse_version(text, err);

	*s = (struct schedstat){ 0 };
	for (const char *line = text; !ret && *line;) {
		if (str_starts(line, "cpu"))
			ret = add_cpu(line, s, err);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return ret || s->cpus ? ret : err__set(err, -EINVAL, "no line of a CPU");
}
