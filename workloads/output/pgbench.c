// SPDX-License-Identifier: GPL-2.0-only
/* pgbench.c - each figure stands behind its label at the beginning of a line. */
#include "workloads/output/pgbench.h"

#include "lib/units.h"

/* What follows `head` where that begins a line; NULL if there is none. */
static const char *after_label(const char *text, const char *head)
{
	const char *p = text;

	while ((p = strstr(p, head))) {
		if (p == text || p[-1] == '\n')
			return p + strlen(head);
		p++;
	}
	return NULL;
}

/* The number right after `head`, which `tail` must follow; where it ends is *end. */
static int parse_number(const char *text, const char *head, const char *tail, double *out,
			const char **end, struct err *err)
{
	const char *p = after_label(text, head);
	size_t len = p ? strspn(p, "0123456789.") : 0;
	char buf[32];

	if (!len || len >= sizeof(buf) || !str_starts(p + len, tail))
		return err__set(err, -EPROTO, "pgbench: no line '%sN%s'", head, tail);
	snprintf(buf, sizeof(buf), "%.*s", (int)len, p);
	*end = p + len;
	return units__double(buf, out) ?
		       err__set(err, -EPROTO, "pgbench: '%s%s' is no number", head, buf) :
		       0;
}

/* A double holds whole numbers of up to 15 digits exactly. */
static int parse_count(const char *text, const char *head, uint64_t *out, const char **end,
		       struct err *err)
{
	double v = 0;
	int ret = parse_number(text, head, "", &v, end, err);

	if (ret)
		return ret;
	if (v > 1e15 || v != (double)(uint64_t)v)
		return err__set(err, -EPROTO, "pgbench: '%s' is followed by no whole number", head);
	*out = (uint64_t)v;
	return 0;
}

/* "200/200", or "1298" where there was a time limit; then how many failed. */
static int parse_transactions(const char *text, struct pgbench_out *out, struct err *err)
{
	static const char head[] = "number of transactions actually processed: ";
	static const char failed_head[] = "number of failed transactions: ";
	uint64_t failed = 0;
	const char *p = "";
	int ret = parse_count(text, head, &out->processed, &p, err);

	if (ret)
		return ret;
	if (*p == '/') {
		size_t digits = strspn(p + 1, "0123456789");
		size_t own = (size_t)(p - after_label(text, head));

		if (digits != own || strncmp(p + 1, p - own, own))
			return err__set(err, -EIO,
					"pgbench: of %.*s transactions only %llu were "
					"processed",
					(int)digits, p + 1, (unsigned long long)out->processed);
	}
	if (after_label(text, failed_head))
		ret = parse_count(text, failed_head, &failed, &p, err);
	if (!ret && failed)
		ret = err__set(err, -EIO, "pgbench: %llu transactions failed",
			       (unsigned long long)failed);
	return ret;
}

int pgbench_out__parse(const char *text, struct pgbench_out *out, struct err *err)
{
	const char *wrong = after_label(text, "pgbench: error: "), *p = "";
	int ret;

	if (wrong)
		return err__set(err, -EIO, "pgbench: %.*s", (int)strcspn(wrong, "\n"), wrong);
	ret = parse_count(text, "scaling factor: ", &out->scale, &p, err);
	if (!ret)
		ret = parse_count(text, "number of clients: ", &out->clients, &p, err);
	if (!ret)
		ret = parse_transactions(text, out, err);
	if (!ret)
		ret = parse_number(text, "latency average = ", " ms", &out->latency_ms, &p, err);
	if (!ret)
		ret = parse_number(text, "tps = ", " (without initial connection time)", &out->tps,
				   &p, err);
	return ret;
}
