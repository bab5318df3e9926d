// SPDX-License-Identifier: GPL-2.0-only
/* words.c - words of a command line, or of answers, that become parts of a plan. */
#include "runner/cli/quick/words.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "lib/utf8.h"
#include "runner/kernels/names.h"
#include "runner/kernels/tree.h"
#include "workloads/workload.h"

#include <sys/stat.h>

/* What ends a line in YAML would be folded to a blank, and control characters make no text file at all. */
static bool is_plain(uint32_t cp)
{
	return cp >= ' ' && cp != '"' && cp != '\\' && (cp < 0x7f || cp >= 0xa0) && cp != 0x2028 &&
	       cp != 0x2029 && cp != 0xfeff;
}

char *words__quoted(const char *text)
{
	const size_t n = strlen(text);
	char *out = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&out, &len);

	fputc('"', f);
	for (size_t i = 0, step; i < n; i += step) {
		uint32_t cp = 0;

		step = utf8__decode(text + i, n - i, &cp);
		/* No YAML can say what is no UTF-8: who reads it refuses it. */
		if (!step || is_plain(cp))
			fwrite(text + i, 1, step = step ? step : 1, f);
		else if (cp == '\n')
			fputs("\\n", f);
		else if (cp == '"' || cp == '\\')
			fprintf(f, "\\%c", (int)cp);
		else
			fprintf(f, cp < 0x80 ? "\\x%02x" : "\\u%04x", cp);
	}
	fputc('"', f);
	fclose(f);
	return out;
}

/* The Image in a directory that a kernel was built in, or the directory itself when there is none; the
 * caller frees. */
static char *image_in(const char *dir)
{
	static const char *const places[] = { "arch/arm64/boot/Image", "arch/x86/boot/bzImage",
					      "Image", "bzImage", "vmlinuz" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *path = xasprintf("%s/%s", dir, places[i]);

		if (fs__exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* "image: ..., modules: ...": a file, or a directory that a kernel was built in. */
static int kernel_of_path(const char *word, struct kernel_words *k, struct err *err)
{
	_cleanup_(kernel_tree__release) struct kernel_tree t = { 0 };
	_free_ char *home = fs__beside("", word), *path = realpath(home, NULL), *image = NULL;
	_free_ char *modules = NULL, *file = NULL, *dir = NULL, *config = NULL;
	struct stat st;
	int ret;

	if (!path || stat(path, &st))
		return err__set(err, -errno, "%s: %s", word, strerror(errno));
	config = xasprintf("%s/.config", path);
	if (fs__exists(config)) {
		ret = kernel_tree__read(path, &t, err);
		dir = words__quoted(path);
		if (!ret)
			k->yaml = xasprintf("tree: %s", dir);
		return ret;
	}
	image = S_ISDIR(st.st_mode) ? image_in(path) : xstrdup(path);
	if (!image)
		return err__set(err, -EINVAL,
				"%s holds no arch/arm64/boot/Image and no arch/x86/boot/bzImage: "
				"build the kernel there first, or name the directory of O=, or the file",
				word);
	modules = S_ISDIR(st.st_mode) ? xasprintf("%s/lib/modules", path) : NULL;
	file = words__quoted(image);
	dir = words__quoted(path);
	k->lacks_modules = !modules || !fs__exists(modules);
	k->yaml = k->lacks_modules ? xasprintf("image: %s", file) :
				     xasprintf("image: %s, modules: %s", file, dir);
	return 0;
}

int words__kernel(const char *suites, struct kernel_words *k, const char *word, struct err *err)
{
	_free_ char *text = NULL;
	char hash[65];
	int ret = 0;

	free(k->yaml);
	*k = (struct kernel_words){ 0 };
	if (strpbrk(word, "\r\n\t") || !*word)
		return err__set(err, -EINVAL, "expected a package, a path or a name");
	text = words__quoted(word);
	if (strchr(word, '/') || word[0] == '.') {
		ret = kernel_of_path(word, k, err);
	} else if (str_starts(word, "linux-image-")) {
		k->yaml = xasprintf("packages: [%s], suites: [%s]", text, suites);
	} else if (!kernel_names__check(word, err) && !kernel_names__find(word, hash, err)) {
		k->yaml = xasprintf("build: %s", text);
	} else if (fs__exists(word)) {
		ret = err__set(err, -EINVAL,
			       "'%.64s' is no name of `kduel kernel list`; of what lies here say "
			       "./%.64s",
			       word, word);
	} else {
		ret = err__set(err, -EINVAL,
			       "'%.64s' is no kernel: expected a Debian package or a glob such as "
			       "'linux-image-6.18*-cloud-arm64', a path (with a /) of an Image or bzImage, or of "
			       "a built tree, or a name of `kduel kernel list`",
			       word);
	}
	return ret;
}

int words__workloads(const char *words, struct strvec *out, struct err *err)
{
	_free_ char *text = xstrdup(words);
	char *save = NULL;

	for (char *name = strtok_r(text, ", ", &save); name; name = strtok_r(NULL, ", ", &save)) {
		_cleanup_(strvec__release) struct strvec names = { 0 };
		const char *near;

		for (size_t i = 0; i < workload__count; i++)
			strvec__push(&names, workload__all[i]->name);
		near = units__nearest(name, (const char *const *)names.v, names.n);
		if (!workload__find(name))
			return err__set(err, -EINVAL,
					"no workload '%.64s'%s%s%s; `kduel workloads` lists them",
					name, near ? " (did you mean '" : "", near ? near : "",
					near ? "'?)" : "");
		if (!strvec__has(out, name))
			strvec__push(out, name);
	}
	return out->n ? 0 : err__set(err, -EINVAL, "expected names of workloads");
}
