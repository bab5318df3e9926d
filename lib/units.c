// SPDX-License-Identifier: GPL-2.0-only
/* units.c - numbers with units, and the nearest word to a misspelt one. */
#include "lib/units.h"

#include "lib/clock.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>

#define MAX_CPUS 8192 /* the largest CONFIG_NR_CPUS there is (x86; arm64 has 4096) */
#define MAX_WORD 64 /* longer words are not misspelt names */

/* Parse the leading digits of `s`; *end points after them. */
static int digits(const char *s, uint64_t *out, const char **end)
{
	uint64_t v = 0;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	for (; isdigit((unsigned char)*s); s++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return -ERANGE;
	*out = v;
	*end = s;
	return 0;
}

/* Unlike strtoull(), accepts no sign, no blanks and no trailing characters. */
int units__u64(const char *s, uint64_t *out)
{
	uint64_t v;
	int ret = digits(s, &v, &s);

	if (ret)
		return ret;
	if (*s)
		return -EINVAL;
	*out = v;
	return 0;
}

void units__put_hex(const void *bytes, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *b = bytes;

	for (size_t i = 0; i < n; i++) {
		*out++ = digit[b[i] >> 4];
		*out++ = digit[b[i] & 15];
	}
	*out = '\0';
}

/* "64M" and "64MiB" are both 64 * 2^20 bytes; no letter means bytes. */
int units__size(const char *s, uint64_t *out)
{
	static const char letters[] = "KMGT";
	const char *at;
	uint64_t v;
	int ret = digits(s, &v, &s);

	if (ret)
		return ret;
	if (*s) {
		at = strchr(letters, toupper((unsigned char)*s));
		if (!at || (s[1] && !streq(s + 1, "iB")))
			return -EINVAL;
		if (__builtin_mul_overflow(v, 1ull << (10 * (at - letters + 1)), &v))
			return -ERANGE;
	}
	*out = v;
	return 0;
}

static locale_t c_locale;

/* strtod() would expect a comma where the user's locale has one. */
static void make_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", NULL);
}

int units__double(const char *s, double *out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char *end;
	double v;

	pthread_once(&once, make_locale); /* the server reads numbers in several threads */
	/* strtod() also takes blanks, signs, hexadecimal, nan and inf. */
	if (!*s || isspace((unsigned char)*s) || strchr("+-", *s) || strpbrk(s, "xXnN"))
		return -EINVAL;
	v = strtod_l(s, &end, c_locale);
	if (*end || !isfinite(v))
		return *end ? -EINVAL : -ERANGE;
	*out = v;
	return 0;
}

uint64_t units__whole(double v)
{
	return !(v > 0) ? 0 : v < 0x1p64 ? (uint64_t)v : UINT64_MAX;
}

/* A number without unit is in seconds. Only the first n_units of the table are accepted. */
static int parse_time(const char *s, size_t n_units, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		double ns;
	} unit[] = { { "", 1e9 },     { "ns", 1 },	{ "us", 1e3 },
		     { "ms", 1e6 },   { "s", 1e9 },	{ "m", 60e9 },
		     { "h", 3600e9 }, { "d", 86400e9 }, { "w", 604800e9 } };
	size_t n = strspn(s, "0123456789.");
	_free_ char *num = xstrndup(s, n);
	double v;
	int ret = units__double(num, &v);

	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(unit) && i < n_units; i++) {
		if (!streq(s + n, unit[i].suffix))
			continue;
		/* Just below 2^63, so that it also fits signed types. */
		if (v * unit[i].ns >= 9e18)
			return -ERANGE;
		*ns = (uint64_t)llround(v * unit[i].ns);
		return 0;
	}
	return -EINVAL;
}

int units__duration(const char *s, uint64_t *ns)
{
	return parse_time(s, 7, ns);
}

int units__age(const char *s, uint64_t *ns)
{
	return parse_time(s, SIZE_MAX, ns);
}

/* The kernel's CPU list syntax (Documentation/admin-guide/kernel-parameters.rst) without strides; a
 * CPU that is listed twice is taken for a mistake. */
int units__cpu_list(const char *s, unsigned int *cpus, size_t max)
{
	bool seen[MAX_CPUS] = { false };
	size_t n = 0;

	for (;;) {
		uint64_t lo, hi;
		int ret = digits(s, &lo, &s);

		if (ret)
			return ret;
		hi = lo;
		if (*s == '-') {
			ret = digits(s + 1, &hi, &s);
			if (ret)
				return ret;
		}
		if (hi < lo || hi >= MAX_CPUS)
			return hi < lo ? -EINVAL : -ERANGE;
		for (; lo <= hi; lo++, n++) {
			if (seen[lo])
				return -EINVAL;
			seen[lo] = true;
			if (cpus && n < max)
				cpus[n] = (unsigned int)lo;
		}
		if (!*s)
			return (int)n;
		if (*s++ != ',')
			return -EINVAL;
	}
}

char *units__fmt_size(uint64_t bytes, char *buf, size_t len)
{
	static const char *const u[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)bytes;
	size_t i = 0;

	/* From 1023.95 on, one decimal would show 1024.0. */
	while (v >= 1023.95 && i + 1 < ARRAY_SIZE(u)) {
		v /= 1024;
		i++;
	}
	snprintf(buf, len, v == floor(v) ? "%.0f %s" : "%.1f %s", v, u[i]);
	return buf;
}

/* Two units at most: "1m05s", "3h20m". */
char *units__fmt_duration(uint64_t ns, char *buf, size_t len)
{
	uint64_t s = ns / NSEC_PER_SEC;

	if (ns < NSEC_PER_SEC)
		snprintf(buf, len, "%llums", (unsigned long long)(ns / NSEC_PER_MSEC));
	else if (s < 60)
		snprintf(buf, len, "%llu.%us", (unsigned long long)s,
			 (unsigned int)(ns / (NSEC_PER_SEC / 10) % 10));
	else if (s < 3600)
		snprintf(buf, len, "%llum%02llus", (unsigned long long)(s / 60),
			 (unsigned long long)(s % 60));
	else
		snprintf(buf, len, "%lluh%02llum", (unsigned long long)(s / 3600),
			 (unsigned long long)(s / 60 % 60));
	return buf;
}

/* Levenshtein distance, keeping one row of the table. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	_free_ size_t *row = xcalloc(n + 1, sizeof(*row));

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diag = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t subst = diag + (a[i - 1] != b[j - 1]);
			size_t gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			diag = row[j];
			row[j] = subst < gap ? subst : gap;
		}
	}
	return row[n];
}

/* Ties go to the first candidate. */
const char *units__nearest(const char *word, const char *const *candidates, size_t n)
{
	/* With more edits than half its length it is another word. */
	size_t best = strlen(word) / 2 + 1;
	const char *found = NULL;

	if (strlen(word) > MAX_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t d = edit_distance(word, candidates[i]);

		if (d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

int units__hex(const char **at, uint64_t *out)
{
	const char *s = *at + strspn(*at, " \t");
	char *end;

	if (!isxdigit((unsigned char)*s)) /* strtoull() also takes signs and skips newlines */
		return -EINVAL;
	errno = 0;
	*out = strtoull(s, &end, 16);
	if (errno)
		return -ERANGE;
	*at = end;
	return 0;
}
