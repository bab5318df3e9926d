// SPDX-License-Identifier: GPL-2.0-only
/* report_packages.c - which guest packages two campaigns had in different versions. */
#include "reports/report/steps.h"

#define NAMED 5 /* of them; the others are counted */

/* A line of a lock text: NAME VERSION ARCH SHA256. */
struct line {
	char name[128], version[128], arch[32];
};

/* Read the line at `at` and step over it; false at the end. */
static bool next_line(const char **at, struct line *l)
{
	while (**at) {
		int fields = sscanf(*at, "%127s %127s %31s", l->name, l->version, l->arch);

		*at += strcspn(*at, "\n");
		*at += **at == '\n';
		if (fields == 3)
			return true;
	}
	return false;
}

/* Kernels are what is compared; the emulator, which is of the host, is a fact of its own. */
static bool is_of_guest(const struct line *l, const char *arch)
{
	return !str_starts(l->name, "linux-") && !str_starts(l->name, "qemu-") &&
	       (streq(l->arch, arch) || streq(l->arch, "all"));
}

static bool find_line(const char *text, const struct line *want, struct line *found)
{
	while (next_line(&text, found))
		if (streq(found->name, want->name) && streq(found->arch, want->arch))
			return true;
	return false;
}

char *report_packages__differ(const char *candidate, const char *baseline, const char *arch)
{
	struct line c, b;
	char *out = NULL;
	size_t n = 0;

	while (next_line(&candidate, &c)) {
		_free_ char *old = NULL;

		if (!is_of_guest(&c, arch) || !find_line(baseline, &c, &b) ||
		    streq(c.version, b.version) || ++n > NAMED)
			continue;
		old = out;
		out = xasprintf("%s%s%s %s against %s", old ? old : "", old ? ", " : "", c.name,
				c.version, b.version);
	}
	if (n > NAMED) {
		_free_ char *old = out;

		out = xasprintf("%s and %zu more", old, n - NAMED);
	}
	return out;
}
