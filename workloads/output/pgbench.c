// SPDX-License-Identifier: GPL-2.0-only
/* pgbench.c - each figure follows its label, which is at the beginning of a line. */
#include "workloads/output/pgbench.h"

#include "lib/units.h"
#include "workloads/output/runs.h"

const char *const pgbench_out__heads[] = { "scaling factor: ", NULL };

/* Parse the number in the single line "HEAD N TAIL"; lines with another tail do not count. *end
 * points past the number. -ENOENT: no such line; -EPROTO: several, or no number. */
static int parse_number(const char *text, const char *head, const char *tail, double *out,
			const char **end, struct err *err)
{
	const char *found = NULL;
	size_t len = 0;
	char buf[32];

	for (const char *p = text; (p = runs__line(p, head)); p++) {
		size_t n = strspn(p + strlen(head), "0123456789.");

		if (!n || !str_starts(p + strlen(head) + n, tail))
			continue;
		if (found)
			return err__set(err, -EPROTO,
					"pgbench: two lines '%sN%s': several runs, and no line "
					"'%s...' between them",
					head, tail, pgbench_out__heads[0]);
		found = p + strlen(head);
		len = n;
	}
	if (!found || len >= sizeof(buf))
		return err__set(err, -ENOENT, "pgbench: no line '%sN%s'", head, tail);
	snprintf(buf, sizeof(buf), "%.*s", (int)len, found);
	*end = found + len;
	return units__double(buf, out) ?
		       err__set(err, -EPROTO, "pgbench: '%s%s' is not a number", head, buf) :
		       0;
}

/* A double represents integers of up to 15 digits exactly. A comma is refused, as it may separate
 * thousands or decimals. */
static int parse_count(const char *text, const char *head, uint64_t *out, const char **end,
		       struct err *err)
{
	double v = 0;
	int ret = parse_number(text, head, "", &v, end, err);

	if (ret)
		return ret;
	if (v > 1e15 || v != (double)(uint64_t)v || !strchr("\n /(", **end))
		return err__set(err, -EPROTO, "pgbench: '%s' is not followed by a whole number",
				head);
	*out = (uint64_t)v;
	return 0;
}

/* "200/200", or "1298" if there was a time limit; then the number of failed ones (15 and later). */
static int parse_transactions(const char *text, struct pgbench_out *out, struct err *err)
{
	uint64_t failed = 0;
	const char *p = "", *begin;
	int ret = parse_count(text, "number of transactions actually processed: ", &out->processed,
			      &p, err);

	if (ret)
		return ret;
	if (*p == '/') {
		size_t digits = strspn(p + 1, "0123456789");

		for (begin = p; begin[-1] != ' '; begin--)
			;
		if (digits != (size_t)(p - begin) || strncmp(p + 1, begin, digits))
			return err__set(err, -EIO,
					"pgbench: of %.*s transactions only %llu were "
					"processed",
					(int)digits, p + 1, (unsigned long long)out->processed);
	}
	ret = parse_count(text, "number of failed transactions: ", &failed, &p, err);
	if (ret == -ENOENT)
		return 0;
	if (!ret && failed)
		ret = err__set(err, -EIO, "pgbench: %llu transactions failed",
			       (unsigned long long)failed);
	return ret;
}

/* Does this line report that pgbench gives up, or goes on without a client? "client 0 aborted in
 * state 2: ERROR: ...", "client 3 script 0 aborted in command 4 ...", capitalized up to 9.6. */
static bool is_error(const char *line, size_t len)
{
	static const char own[] = "pgbench: ";
	static const char *const heads[] = { "Run was aborted", "connection to database ",
					     "client " };
	bool marked = str_starts(line, own);

	if (marked) {
		line += strlen(own);
		len -= strlen(own);
	}
	if (marked && (str_starts(line, "error: ") || str_starts(line, "fatal: ")))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		if (!strncasecmp(line, heads[i], strlen(heads[i])))
			return i < 2 || memmem(line, len, " aborted in ", strlen(" aborted in "));
	return false;
}

static int check_errors(const char *text, struct err *err)
{
	for (const char *p = text; *p; p += *p == '\n') {
		size_t len = strcspn(p, "\n");

		if (is_error(p, len))
			return err__set(err, -EIO, "%s%.*s",
					str_starts(p, "pgbench: ") ? "" : "pgbench: ", (int)len, p);
		p += len;
	}
	return 0;
}

/* Up to 9.5 the label ended in a colon. */
static int parse_latency(const char *text, double *ms, struct err *err)
{
	const char *p;
	int ret = parse_number(text, "latency average: ", " ms", ms, &p, err);

	return ret == -ENOENT ? parse_number(text, "latency average = ", " ms", ms, &p, err) : ret;
}

static int parse_tps(const char *text, double *tps, const char **end, struct err *err)
{
	static const char *const tails[] = { " (excluding connections establishing)",
					     " (including reconnection times)",
					     " (without initial connection time)" };
	int ret = -ENOENT;

	for (size_t i = 0; ret == -ENOENT && i < ARRAY_SIZE(tails); i++)
		ret = parse_number(text, "tps = ", tails[i], tps, end, err);
	return ret;
}

int pgbench_out__parse(const char *text, struct pgbench_out *out, struct err *err)
{
	static const char *const begins[] = { "pgbench (", "starting vacuum",
					      "transaction type: ", NULL };
	const char *p = "";
	int ret = check_errors(text, err);

	if (!ret)
		ret = parse_count(text, "scaling factor: ", &out->scale, &p, err);
	if (!ret)
		ret = parse_count(text, "number of clients: ", &out->clients, &p, err);
	if (!ret)
		ret = parse_transactions(text, out, err);
	if (!ret)
		ret = parse_latency(text, &out->latency_ms, err);
	if (!ret)
		ret = parse_tps(text, &out->tps, &p, err);
	if (!ret)
		out->more = runs__first(p, begins);
	return ret == -ENOENT ? -EPROTO : ret;
}
