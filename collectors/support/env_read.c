// SPDX-License-Identifier: GPL-2.0-only
/* env_read.c - turns texts of /proc and /sys into values that can be compared; the table of
 * facts. */
#include "collectors/support/env_read.h"

#include "lib/fs.h"
#include "lib/meminfo.h"
#include "lib/strvec.h"
#include "lib/units.h"

#define TEXT_MAX (4u << 20)
#define LONGEST 4000 /* a fact may have 4 KiB */
#define CPUS "/sys/devices/system/cpu"
#define MAX_CPUS 1024
#define ROUND_KIB (256ull << 10) /* MemTotal varies with what the kernel reserves */

/* "always [madvise] never": returns the current choice, which sysfs puts in brackets. */
char *env__chosen(char *text)
{
	char *open = strchr(text, '['), *end = open ? strchr(open, ']') : NULL;

	if (!end)
		return text;
	*end = '\0';
	return open + 1;
}

/* Count `value`, and add it if it is new. */
static void count_value(struct strvec *values, unsigned int **counts, const char *value)
{
	size_t i;

	for (i = 0; i < values->n && !streq(values->v[i], value); i++)
		;
	if (i == values->n) {
		strvec__push(values, value);
		*counts = xrealloc(*counts, values->n, sizeof(**counts));
		(*counts)[i] = 0;
	}
	(*counts)[i]++;
}

/* The value of a key of /proc/cpuinfo; if CPUs differ, each value with the number of CPUs that have
 * it. */
char *env__cpuinfo(const char *text, const char *key)
{
	_free_ unsigned int *counts = NULL;
	_cleanup_(strvec__release) struct strvec values = { 0 };
	size_t len = strlen(key);
	char *out = NULL;

	for (const char *line = text; *line; line += *line == '\n') {
		const char *end = line + strcspn(line, "\n"), *at = line + len;

		if ((size_t)(end - line) > len && !strncmp(line, key, len)) {
			at += strspn(at, " \t");
			if (*at == ':') {
				_free_ char *value = NULL;

				at += 1 + strspn(at + 1, " \t");
				value = at < end ? xstrndup(at, (size_t)(end - at)) : xstrdup("");
				count_value(&values, &counts, value);
			}
		}
		line = end;
	}
	for (size_t i = 0; i < values.n; i++) {
		_free_ char *old = out;

		out = values.n == 1 ? xstrdup(values.v[0]) :
				      xasprintf("%s%s%s x %u", old ? old : "", old ? ", " : "",
						values.v[i], counts[i]);
	}
	return out;
}

/* Step over a field and the blanks after it, at most to the end of the line. */
static const char *after_field(const char *at)
{
	at += strcspn(at, " \t\n");
	return at + strspn(at, " \t");
}

/* /proc/swaps: a heading, then "NAME TYPE SIZE USED PRIORITY" with sizes in KiB. */
char *env__swaps(const char *text)
{
	const char *line = strchr(text, '\n'); /* below the heading */
	uint64_t kib = 0;
	unsigned int n = 0;
	char size[32];

	for (; line && line[1]; line = strchr(line + 1, '\n')) {
		const char *at = after_field(after_field(line + 1));

		if (!strspn(at, "0123456789"))
			continue;
		kib += strtoull(at, NULL, 10);
		n++;
	}
	if (!n)
		return xstrdup("none");
	units__fmt_size(kib << 10, size, sizeof(size));
	return xasprintf("%s in %u area%s", size, n, plural_s(n));
}

/* Sorted, since the order of loading differs from boot to boot; as many names as fit into a
 * fact. */
char *env__modules(const char *text)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	char *out;
	size_t used;

	for (const char *line = text; *line;) {
		_free_ char *name = xstrndup(line, strcspn(line, " \n"));

		if (*name)
			strvec__push(&names, name);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	strvec__sort_unique(&names);
	out = xasprintf("%zu:%*s", names.n, LONGEST, "");
	used = strcspn(out, " ");
	for (size_t i = 0; i < names.n && used + strlen(names.v[i]) + 1 < LONGEST; i++)
		used += (size_t)snprintf(out + used, LONGEST - used, " %s", names.v[i]);
	out[used] = '\0';
	return out;
}

char *env__memory(const char *text)
{
	uint64_t kib;

	if (meminfo__value(text, "MemTotal", &kib) || !kib || kib > UINT64_MAX >> 11)
		return NULL;
	kib = (kib + ROUND_KIB - 1) / ROUND_KIB * ROUND_KIB;
	return xasprintf("%llu MiB", (unsigned long long)(kib >> 10));
}

struct env {
	const char *root;
	env_fact_fn fact;
	void *arg;
};

/* The text of a file, or NULL with the reason in `why`. */
static char *text_of(const struct env *e, const char *path, char why[96])
{
	_free_ char *full = xasprintf("%s%s", e->root, path);
	char *text = NULL;
	int ret = fs__read(full, TEXT_MAX, &text, NULL);

	if (ret == -ENOENT || ret == -ENOTDIR)
		snprintf(why, 96, "absent");
	else if (ret)
		snprintf(why, 96, "unreadable: %s", strerror(-ret));
	return ret ? NULL : text;
}

/* Report a file of one line; of a line of choices, report the one in brackets. */
static void line_fact(const struct env *e, const char *key, const char *path)
{
	char why[96];
	_free_ char *text = text_of(e, path, why);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	e->fact(e->arg, key, !text ? why : *text ? env__chosen(text) : "empty");
}

/* Report a fact that `parse` extracts from a file; it returns NULL if the file does not have it. */
static void parsed_fact(const struct env *e, const char *key, const char *path,
			char *(*parse)(const char *text))
{
	char why[96];
	_free_ char *text = text_of(e, path, why), *value = text ? parse(text) : NULL;

	e->fact(e->arg, key, value ? value : text ? "absent" : why);
}

static void cpuinfo_fact(const struct env *e, const char *key, const char *name)
{
	char why[96];
	_free_ char *text = text_of(e, "/proc/cpuinfo", why);
	_free_ char *value = text ? env__cpuinfo(text, name) : NULL;

	e->fact(e->arg, key, value && *value ? value : text ? "absent" : why);
}

/* Report the first two files that exist, side by side. */
static void pair_fact(const struct env *e, const char *key, const char *const *paths)
{
	_free_ char *out = NULL;

	for (unsigned int n = 0; *paths && n < 2; paths++) {
		char why[96];
		_free_ char *text = text_of(e, *paths, why), *old = NULL;

		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		old = out;
		out = xasprintf("%s%s%s", old ? old : "", old ? " " : "", text);
		n++;
	}
	e->fact(e->arg, key, out && *out ? out : "absent");
}

/* Report the distinct governors, in the format of env__cpuinfo(). */
static void governor_fact(const struct env *e)
{
	_free_ char *all = xstrdup(""), *value = NULL;

	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
		_free_ char *path = xasprintf(CPUS "/cpu%u/cpufreq/scaling_governor", cpu);
		char why[96];
		_free_ char *text = text_of(e, path, why), *old = NULL;

		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		old = all;
		all = xasprintf("%sg: %s\n", old, text);
	}
	value = env__cpuinfo(all, "g");
	e->fact(e->arg, "governor", value && *value ? value : "absent");
}

/* intel_pstate has the inverse: 1 means no turbo. */
static void boost_fact(const struct env *e)
{
	char why[96];
	_free_ char *boost = text_of(e, CPUS "/cpufreq/boost", why);
	_free_ char *no_turbo = text_of(e, CPUS "/intel_pstate/no_turbo", why);

	if (boost)
		e->fact(e->arg, "boost", *boost == '0' ? "off" : "on");
	else
		e->fact(e->arg, "boost", !no_turbo ? "absent" : *no_turbo == '0' ? "on" : "off");
}

/* One line for all files of the directory: "NAME: STATE; NAME: STATE". */
static void mitigations_fact(const struct env *e)
{
	_free_ char *dir = xasprintf("%s" CPUS "/vulnerabilities", e->root), *out = xstrdup("");
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf(CPUS "/vulnerabilities/%s", names.v[i]), *old = out;
		char why[96];
		_free_ char *text = text_of(e, path, why);

		if (text)
			text[strcspn(text, "\n")] = '\0';
		out = xasprintf("%s%s%s: %s", old, *old ? "; " : "", names.v[i], text ? text : why);
	}
	if (strlen(out) > LONGEST)
		out[LONGEST] = '\0';
	e->fact(e->arg, "mitigations", *out ? out : "absent");
}

void env__read(const char *root, env_fact_fn fact, void *arg)
{
	const struct env e = { root, fact, arg };

	line_fact(&e, "aslr", "/proc/sys/kernel/randomize_va_space");
	boost_fact(&e);
	line_fact(&e, "clocksource",
		  "/sys/devices/system/clocksource/clocksource0/current_clocksource");
	cpuinfo_fact(&e, "cpu", "model name");
	pair_fact(&e, "firmware",
		  STRINGS("/sys/class/dmi/id/bios_vendor", "/sys/class/dmi/id/bios_version"));
	governor_fact(&e);
	pair_fact(&e, "hardware",
		  STRINGS("/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name",
			  "/proc/device-tree/model"));
	parsed_fact(&e, "memory", "/proc/meminfo", env__memory);
	cpuinfo_fact(&e, "microcode", "microcode");
	mitigations_fact(&e);
	parsed_fact(&e, "modules", "/proc/modules", env__modules);
	line_fact(&e, "nmi-watchdog", "/proc/sys/kernel/nmi_watchdog");
	line_fact(&e, "nodes", "/sys/devices/system/node/online");
	line_fact(&e, "numa-balancing", "/proc/sys/kernel/numa_balancing");
	line_fact(&e, "smt", CPUS "/smt/active");
	parsed_fact(&e, "swap", "/proc/swaps", env__swaps);
	line_fact(&e, "thp", "/sys/kernel/mm/transparent_hugepage/enabled");
}
