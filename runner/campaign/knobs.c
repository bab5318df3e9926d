// SPDX-License-Identifier: GPL-2.0-only
/* knobs.c - the sysfs and procfs files of the settings that a plan can tune, and their values. */
#include "runner/campaign/knobs.h"

#include "lib/fs.h"
#include "runner/plan/target.h"

#include <fnmatch.h>
#include <glob.h>

#define CPU "/sys/devices/system/cpu/"

/* The file of each setting, and the values written for "on" and "off" (NULL: the plan's word
 * itself). If a key has several entries, the first one whose files exist is used. */
static const struct knob {
	enum plan_tune_key key;
	const char *pattern, *on, *off;
} knobs[] = {
	{ TUNE_ASLR, "/proc/sys/kernel/randomize_va_space", NULL, NULL },
	{ TUNE_BOOST, CPU "cpufreq/boost", "1", "0" },
	{ TUNE_BOOST, CPU "intel_pstate/no_turbo", "0", "1" },
	{ TUNE_GOVERNOR, CPU "cpufreq/policy*/scaling_governor", NULL, NULL },
	{ TUNE_NMI_WATCHDOG, "/proc/sys/kernel/nmi_watchdog", "1", "0" },
	{ TUNE_NUMA_BALANCING, "/proc/sys/kernel/numa_balancing", "1", "0" },
	{ TUNE_THP, "/sys/kernel/mm/transparent_hugepage/enabled", NULL, NULL },
};

static void add_change(struct tune_changes *c, const char *path, const char *value)
{
	*APPEND(c->v, c->n) = (struct tune_change){ xstrdup(path), value ? xstrdup(value) : NULL };
}

static const char *value_of(const struct knob *k, const char *word)
{
	return !k->on ? word : streq(word, "on") ? k->on : k->off;
}

/* Add a change for each file that matches, e.g. one for each cpufreq policy. If the kernel lacks the
 * setting, nothing is added. */
static void add_files(const char *root, const struct knob *k, const char *word,
		      struct tune_changes *c)
{
	const char *value = value_of(k, word);
	_free_ char *pattern = xasprintf("%s%s", root, k->pattern);
	glob_t g;

	if (glob(pattern, 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++)
		add_change(c, g.gl_pathv[i], value);
	globfree(&g);
}

bool tune_changes__is_setting(const char *root, const char *path)
{
	size_t skip = strlen(root);

	if (!str_starts(path, root))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++)
		if (!fnmatch(knobs[i].pattern, path + skip, FNM_PATHNAME))
			return true;
	return false;
}

/* Add all swap areas in use; there may be none. */
static void add_swaps(const char *root, struct tune_changes *c)
{
	_free_ char *path = xasprintf("%s/proc/swaps", root), *text = NULL;
	char *save = NULL, *line;

	if (fs__read(path, 1u << 20, &text, NULL))
		return;
	line = strtok_r(text, "\n", &save); /* the header line */
	while (line && (line = strtok_r(NULL, "\n", &save))) {
		/* The path is the first column; in it the kernel writes blanks as \040. */
		line[strcspn(line, " \t")] = '\0';
		add_change(c, line, NULL);
	}
}

int tune_changes__resolve(const char *root, const struct plan_tune *t, struct tune_changes *c,
			  struct err *err)
{
	*c = (struct tune_changes){ 0 };
	for (size_t key = 0; key < TUNE_MAX; key++) {
		size_t before = c->n;

		if (!t->word[key])
			continue;
		/* If no swap area is in use, swap is off already; the setting is not missing. */
		if (key == TUNE_SWAP) {
			add_swaps(root, c);
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(knobs); i++)
			if (knobs[i].key == key && c->n == before)
				add_files(root, &knobs[i], t->word[key], c);
		if (c->n == before)
			return err__set(err, -EOPNOTSUPP,
					"tune: %s: this machine does not have that "
					"setting; leave the key out",
					plan_tune__name(key));
	}
	return 0;
}

char *tune_changes__script(const struct plan_tune *t)
{
	_cleanup_(strvec__release) struct strvec lines = { 0 };

	for (size_t key = 0; key < TUNE_MAX; key++) {
		_cleanup_(strvec__release) struct strvec ways = { 0 };
		const char *name = plan_tune__name(key);
		_free_ char *all = NULL;

		if (!t->word[key])
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
			_cleanup_(strvec__release) struct strvec words = { 0 };
			_free_ char *line = NULL;

			if (knobs[i].key != key)
				continue;
			strvec__push_all(&words, "files", name, value_of(&knobs[i], t->word[key]),
					 knobs[i].pattern, NULL);
			line = strvec__shell_line(&words);
			strvec__push(&ways, line);
		}
		if (key == TUNE_SWAP)
			strvec__push(&ways, "swap");
		strvec__pushf(&ways, "lacks %s", name);
		all = strvec__join(&ways, " || ");
		strvec__push(&lines, all);
	}
	return lines.n ? strvec__join(&lines, "\n") : NULL;
}

void tune_changes__release(struct tune_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].path);
		free(c->v[i].value);
	}
	free(c->v);
	*c = (struct tune_changes){ 0 };
}
