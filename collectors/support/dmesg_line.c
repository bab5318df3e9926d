// SPDX-License-Identifier: GPL-2.0-only
/* dmesg_line.c - strips what the kernel, consoles and log daemons put before a message. */
#include "collectors/support/dmesg_line.h"

#include <ctype.h>

#define NAME_MAX_BYTES 20 /* of a day or month, in UTF-8 */

static bool is_digit(char c)
{
	return isdigit((unsigned char)c);
}

static const char *skip_spaces(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	return s;
}

static const char *skip_digits(const char *s)
{
	while (is_digit(*s))
		s++;
	return s;
}

/* Does the text match the pattern? 'd' is a digit, 'a' a letter, '_' a digit or a blank, '.' a
 * comma or a period; everything else stands for itself. Returns what follows, or NULL. */
static const char *match(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++) {
		bool good = *pattern == 'd' ? is_digit(*s) :
			    *pattern == 'a' ? isalpha((unsigned char)*s) :
			    *pattern == '_' ? is_digit(*s) || *s == ' ' :
			    *pattern == '.' ? *s == '.' || *s == ',' :
					      *s == *pattern;

		if (!good)
			return NULL;
	}
	return s;
}

/* "[   12.345678]": returns what follows, or NULL. */
static const char *skip_stamp(const char *s)
{
	const char *p;

	if (*s != '[')
		return NULL;
	p = skip_digits(skip_spaces(s + 1));
	return p > s + 1 && is_digit(p[-1]) ? match(p, ".dddddd]") : NULL;
}

/* Names of days and months, each with the blank after it, in any language: "Nov ", "sam. nov. ",
 * "11月 ". NULL: there are fewer words than that. */
static const char *skip_names(const char *s, int words)
{
	for (int i = 0; i < words; i++) {
		size_t len = strcspn(s, " :[]<>\n");

		if (!len || len > NAME_MAX_BYTES || s[len] != ' ')
			return NULL;
		s += len + 1;
	}
	return s;
}

/* "28 12:00:00" or "28 2026 12:00:00", where the day may have one digit, with or without a blank
 * before it. NULL: it is neither. */
static const char *skip_day(const char *s)
{
	static const char *const forms[] = { "_d dd:dd:dd", "d dd:dd:dd", "_d dddd dd:dd:dd",
					     "d dddd dd:dd:dd" };
	const char *end = NULL;

	for (size_t i = 0; s && !end && i < ARRAY_SIZE(forms); i++)
		end = match(s, forms[i]);
	return end;
}

/* "[   12.345678]" with any number of decimals, "[   12.345678 <    0.000012>]", "[ +0.000012]",
 * "[<    0.000012>]", "[Nov28 12:00]", "[Sat Nov 28 12:00:00 2026]": the kernel's time as dmesg(1)
 * writes it, with names in the user's language. NULL: it is none of them. */
static const char *skip_time(const char *s)
{
	const char *p = s + 1, *end = skip_day(skip_names(p, 2));

	end = end ? match(end, " dddd]") : NULL;
	if (!end && !strchr(" +", *p) && (end = skip_names(p, 1)))
		end = is_digit(end[-2]) ? match(end, "dd:dd]") : NULL;
	if (end)
		return end;
	p += strspn(p, " \t<");
	p += *p == '+';
	end = skip_digits(p);
	if (end == p || *end != '.')
		return NULL;
	end = skip_digits(end + 1);
	if (str_starts(end, " <"))
		end += strspn(end, " <0123456789.");
	end += *end == '>';
	return *end == ']' ? end + 1 : NULL;
}

/* "[    T1]", "[C0]", "[ 12]": the caller of printk, with CONFIG_PRINTK_CALLER. */
static const char *skip_caller(const char *s)
{
	const char *p = skip_spaces(s + 1);

	p += *p == 'T' || *p == 'C';
	return is_digit(*p) && *skip_digits(p) == ']' ? skip_digits(p) + 1 : NULL;
}

/* "<4>": level and facility, as syslog(2) returns them. */
static const char *skip_level(const char *s, enum dmesg_origin *origin)
{
	const char *p = skip_digits(s + 1);

	if (p == s + 1 || *p != '>')
		return NULL;
	if (strtoul(s + 1, NULL, 10) >> 3)
		*origin = DMESG_USER;
	p++;
	/* In RFC 5424 the version number comes next. */
	return match(p, "d dddd-dd-ddT") ? p + 2 : p;
}

/*
 * "6,339,5140900,-;": level and facility, sequence number, time, flags, perhaps more, semicolon.
 * netconsole may put the release before it: "6.12.1,6,339,5140900,-;". It splits long messages into
 * parts: "6.12.1,6,339,5140900,-,ncfrag=968/1200;". All parts but the first begin within a message,
 * so they are skipped completely.
 */
static const char *skip_kmsg(const char *s, enum dmesg_origin *origin)
{
	size_t release = strcspn(s, ", ;\n");
	const char *p, *part;

	if (s[release] == ',' && memchr(s, '.', release))
		s += release + 1;
	p = s;
	for (int field = 0; field < 3; field++) {
		if (!is_digit(*p))
			return NULL;
		p = skip_digits(p);
		if (*p++ != ',')
			return NULL;
	}
	p += strcspn(p, "; \n");
	if (*p != ';')
		return NULL;
	*origin = strtoul(s, NULL, 10) >> 3 ? DMESG_USER : DMESG_KERNEL;
	part = memmem(s, (size_t)(p - s), ",ncfrag=", strlen(",ncfrag="));
	if (part && !str_starts(part, ",ncfrag=0/"))
		return p + strlen(p);
	return p + 1;
}

/* One of the words, possibly a number ("local0"), blanks, and a colon. Returns what follows, or
 * NULL. */
static const char *skip_one_of(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *p = s + strlen(words[i]);

		if (!str_starts(s, words[i]))
			continue;
		p = skip_spaces(skip_digits(p));
		if (*p == ':')
			return p + 1;
	}
	return NULL;
}

/* "kern  :warn  : ": facility and level as dmesg -x prints them. */
static const char *skip_facility(const char *s, enum dmesg_origin *origin)
{
	static const char *const facilities[] = {
		"kern", "user", "mail", "daemon", "auth",     "syslog", "lpr",
		"news", "uucp", "cron", "local",  "authpriv", "ftp",
	};
	static const char *const levels[] = {
		"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
	};
	const char *level = skip_one_of(s, facilities, ARRAY_SIZE(facilities));
	const char *end = level ? skip_one_of(level, levels, ARRAY_SIZE(levels)) : NULL;

	if (end)
		*origin = str_starts(s, "kern") ? DMESG_KERNEL : DMESG_USER;
	return end;
}

/* "- - - ": process, message and structured data of RFC 5424, after the name of the program. */
static const char *skip_fields(const char *s)
{
	for (int i = 0; i < 3; i++) {
		s += *s == '[' && strstr(s, "] ") ? (size_t)(strstr(s, "] ") - s) + 1 :
						    strcspn(s, " \n");
		if (*s != ' ')
			return NULL;
		s++;
	}
	return s;
}

/* "kernel: " after a host, or "kernel - - - ". NULL: it is another tag. */
static const char *skip_kernel(const char *s)
{
	if (str_starts(s, "kernel: "))
		return s + strlen("kernel: ");
	return str_starts(s, "kernel - ") ? skip_fields(s + strlen("kernel ")) : NULL;
}

/* "HOST kernel: " or "HOST sshd[12]: ": the host and the tag of syslog; busybox has "kern.warn"
 * between them. After a date every tag but the kernel's belongs to a program; elsewhere only "HOST
 * kernel: " is recognized. */
static const char *skip_tag(const char *s, bool dated, enum dmesg_origin *origin)
{
	const char *tag = s + strcspn(s, " \n"), *end;

	*origin = DMESG_KERNEL;
	if (dated && skip_kernel(s))
		return skip_kernel(s);
	if (*tag == ' ') {
		tag = skip_spaces(tag);
		if (dated && str_starts(tag, "kern."))
			tag = skip_spaces(tag + strcspn(tag, " \n"));
		if (skip_kernel(tag))
			return skip_kernel(tag);
	}
	*origin = DMESG_BARE;
	end = tag + strcspn(tag, " \n");
	if (!dated || end == tag || end[-1] != ':')
		return NULL;
	*origin = DMESG_USER;
	return end;
}

/* "Sat 2026-11-28 12:00:00.123456 UTC " of journalctl -o short-full: returns what follows, or
 * NULL. */
static const char *skip_full_date(const char *s)
{
	const char *p = match(s, "aaa dddd-dd-dd dd:dd:dd");

	if (!p)
		return NULL;
	p = skip_spaces(p + strspn(p, ".0123456789"));
	return p + strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-:0123456789");
}

/*
 * "Nov 28 12:00:00 HOST kernel: ", also with a year ("2026 Nov 28 ", "Nov 28 2026 ", "Sat Nov 28
 * 12:00:00 2026 "), "Sat 2026-11-28 12:00:00 UTC HOST kernel: ", "2026-11-28T12:00:00.123456+00:00
 * HOST kernel: ", the same with a blank instead of the T, "1795000000.123456 HOST kernel: ", and
 * dmesg --time-format iso: "2026-11-28T12:00:00,123456+00:00 ".
 */
static const char *skip_date(const char *s, enum dmesg_origin *origin)
{
	const char *date = match(s, "dddd-dd-ddTdd:dd:dd");
	bool dmesg = date && *date == ',';

	if (!date)
		date = match(s, "dddd-dd-dd dd:dd:dd");
	if (!date) {
		const char *month = match(s, "dddd ");

		date = skip_day(skip_names(month ? month : s, 1));
	}
	if (!date) {
		date = skip_day(skip_names(s, 2));
		date = date ? match(date, " dddd ") : NULL;
	}
	if (!date)
		date = skip_full_date(s);
	if (!date)
		date = match(s, "dddddddddd.dddddd ");
	if (!date)
		return NULL;
	date = skip_spaces(date + strspn(date, "0123456789.,+-:Z"));
	if (!dmesg)
		return skip_tag(date, true, origin);
	*origin = DMESG_KERNEL;
	return date;
}

/* Skip one prefix. NULL: there is none. A mark of the kernel does not override that of a program,
 * as their time stamps look alike. */
static const char *skip_prefix(const char *s, enum dmesg_origin *origin)
{
	enum dmesg_origin found = DMESG_BARE;
	const char *next = NULL;

	if (*s == '<') {
		next = skip_level(s, &found);
	} else if (*s == '[') {
		next = skip_time(s);
		if (next)
			found = DMESG_KERNEL;
		else
			next = skip_caller(s);
	} else if (is_digit(*s)) {
		next = skip_kmsg(s, &found);
	} else if (str_starts(s, "kernel: ")) {
		found = DMESG_KERNEL;
		next = s + strlen("kernel: ");
	}
	if (!next)
		next = skip_date(s, &found);
	if (!next)
		next = skip_facility(s, &found);
	if (!next)
		next = skip_tag(s, false, &found);
	if (*origin != DMESG_USER && found != DMESG_BARE)
		*origin = found;
	return next ? skip_spaces(next) : NULL;
}

const char *dmesg_line__text(const char *line, enum dmesg_origin *origin)
{
	enum dmesg_origin unused;
	const char *s = skip_spaces(line), *next;

	if (!origin)
		origin = &unused;
	*origin = DMESG_BARE;
	/* Prefixes may come in any order and number: continue until there are no more. */
	while ((next = skip_prefix(s, origin)))
		s = next;
	return s;
}

const char *dmesg_line__next(const char *s)
{
	for (s += *s != '\0'; *s && *s != '\n'; s++)
		if (s[-1] == '\r' || skip_stamp(s))
			return s;
	return NULL;
}

bool dmesg_line__has_tag(const char *text)
{
	const char *p = text + strcspn(text, " [\n");

	return p > text && *p == '[' && is_digit(p[1]) && str_starts(skip_digits(p + 1), "]: ");
}
