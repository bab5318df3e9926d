// SPDX-License-Identifier: GPL-2.0-only
/* words.c - turn words of a command line, or answers, into parts of a plan. */
#include "runner/cli/quick/words.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "lib/utf8.h"
#include "runner/kernels/names.h"
#include "runner/kernels/tree.h"
#include "workloads/workload.h"

#include <sys/stat.h>

/* Can a character stand unescaped in a double-quoted YAML string? Line breaks would be folded to a
 * blank, control characters are not allowed. */
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
		/* YAML cannot represent invalid UTF-8: copy it, so that the parser refuses it. */
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

/* "tree: ..." or "image: ..., modules: ...", depending on what the directory holds. */
static int kernel_of_directory(const char *path, struct kernel_words *k, struct err *err)
{
	_cleanup_(kernel_tree__release) struct kernel_tree t = { 0 };
	_cleanup_(kernel_spec__release) struct kernel_spec spec = { 0 };
	_free_ char *kernel = NULL, *modules = NULL;
	int ret = kernel_tree__spec(path, &spec, err);

	if (!ret && spec.tree)
		ret = kernel_tree__read(spec.tree, &t, err);
	if (ret)
		return ret == -ENOENT ? -EINVAL : ret;
	k->lacks_modules = spec.image && !spec.modules;
	kernel = words__quoted(spec.tree ? spec.tree : spec.image);
	modules = spec.modules ? words__quoted(spec.modules) : NULL;
	k->yaml = xasprintf("%s: %s%s%s", spec.tree ? "tree" : "image", kernel,
			    modules ? ", modules: " : "", modules ? modules : "");
	return 0;
}

static int kernel_of_path(const char *word, struct kernel_words *k, struct err *err)
{
	_free_ char *home = fs__beside("", word), *path = realpath(home, NULL), *file = NULL;

	if (!path)
		return err__set(err, -errno, "%s: %s", word, strerror(errno));
	if (fs__is_dir(path))
		return kernel_of_directory(path, k, err);
	file = words__quoted(path);
	k->lacks_modules = true;
	k->yaml = xasprintf("image: %s", file);
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
			       "'%.64s' is not a name from `kduel kernel list`; for the file or directory "
			       "here, say ./%.64s",
			       word, word);
	} else {
		ret = err__set(err, -EINVAL,
			       "'%.64s' is not a kernel: expected a Debian package or a glob such as "
			       "'linux-image-6.18*-cloud-arm64', a path (with a /) of an Image or bzImage, or of "
			       "a built tree, or a name from `kduel kernel list`",
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
