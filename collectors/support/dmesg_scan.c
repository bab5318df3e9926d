// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmesg_scan.c - strip timestamps and levels, then match what the kernel prints when it
 * complains.
 */
#include "collectors/support/dmesg_scan.h"

#include <ctype.h>

struct pattern {
	const char *text;
	bool anywhere; /* else at the start of the text */
	enum dmesg_class class;
};

/* The first that matches decides, so the special come before the general. */
static const struct pattern patterns[] = {
	{ "Kernel panic - not syncing", true, DMESG_PANIC },
	{ "BUG: soft lockup", true, DMESG_LOCKUP },
	{ "BUG: workqueue lockup", true, DMESG_LOCKUP },
	{ "detected hard LOCKUP", true, DMESG_LOCKUP },
	{ "self-detected stall on CPU", true, DMESG_LOCKUP },
	{ "detected stalls on CPUs/tasks", true, DMESG_LOCKUP },
	{ "detected expedited stalls", true, DMESG_LOCKUP },
	{ " blocked for more than ", true, DMESG_LOCKUP },
	{ "blocked in I/O wait for more than ", true, DMESG_LOCKUP },
	{ "kernel BUG at ", true, DMESG_BUG },
	{ "BUG: ", false, DMESG_BUG },
	{ "Internal error: ", false, DMESG_BUG },
	{ "Oops: ", false, DMESG_BUG },
	{ "Oops - ", false, DMESG_BUG },
	{ "Unable to handle kernel ", false, DMESG_BUG },
	{ "general protection fault", false, DMESG_BUG },
	{ "SError Interrupt on CPU", false, DMESG_BUG },
	{ "Bad mode in ", false, DMESG_BUG },
	{ "UBSAN: ", false, DMESG_WARNING },
	{ "WARNING: ", false, DMESG_WARNING },
	{ ": page allocation failure: ", true, DMESG_WARNING },
	{ "Out of memory: Killed process ", true, DMESG_WARNING },
	{ "Memory cgroup out of memory: Killed ", true, DMESG_WARNING },
	{ "Checked W+X mappings: FAILED", true, DMESG_WARNING },
	{ "Call trace:", false, DMESG_WARNING },
	{ "Call Trace:", false, DMESG_WARNING },
};

static const char *skip_spaces(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	return s;
}

/* "[   12.345678]", "[    T1]", "[C0]": digits, blanks, dots, with T or C before a number.
 * Anything else in brackets is part of the message. */
static const char *skip_bracket(const char *s)
{
	const char *p = skip_spaces(s + 1);

	if (*p == 'T' || *p == 'C')
		p++;
	if (!isdigit((unsigned char)*p))
		return s;
	while (isdigit((unsigned char)*p) || *p == '.')
		p++;
	return *p == ']' ? skip_spaces(p + 1) : s;
}

/* "<4>": the level, as syslog(2) returns it. */
static const char *skip_level(const char *s)
{
	const char *p = s + 1;

	while (isdigit((unsigned char)*p))
		p++;
	return p > s + 1 && *p == '>' ? p + 1 : s;
}

/* "6,339,5140900,-;": level, sequence number, time, flags, perhaps more, semicolon. */
static const char *skip_kmsg(const char *s)
{
	const char *p = s;

	for (int field = 0; field < 3; field++) {
		if (!isdigit((unsigned char)*p))
			return s;
		while (isdigit((unsigned char)*p))
			p++;
		if (*p++ != ',')
			return s;
	}
	p += strcspn(p, "; \n");
	return *p == ';' ? p + 1 : s;
}

/* Prefixes may come in any order and number: go on until nothing more is one. */
const char *dmesg_scan__text(const char *line)
{
	const char *s = skip_spaces(line), *next = s;

	if (isdigit((unsigned char)*s))
		next = skip_kmsg(s);
	do {
		s = next;
		if (*s == '<')
			next = skip_level(s);
		else if (*s == '[')
			next = skip_bracket(s);
	} while (next != s);
	return s;
}

enum dmesg_class dmesg_scan__line(const char *line)
{
	const char *text = dmesg_scan__text(line);

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];

		if (p->anywhere ? strstr(text, p->text) != NULL : str_starts(text, p->text))
			return p->class;
	}
	return DMESG_NONE;
}

bool dmesg_scan__is_trace(const char *line)
{
	const char *text = dmesg_scan__text(line);

	return str_starts(text, "Call trace:") || str_starts(text, "Call Trace:");
}

const char *dmesg_class__name(enum dmesg_class class)
{
	static const char *const names[] = {
		[DMESG_NONE] = "none",	   [DMESG_WARNING] = "warning", [DMESG_BUG] = "bug",
		[DMESG_LOCKUP] = "lockup", [DMESG_PANIC] = "panic",
	};

	return names[class];
}
