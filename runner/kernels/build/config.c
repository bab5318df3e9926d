// SPDX-License-Identifier: GPL-2.0-only
/* config.c - runs kconfig on base and fragments, and checks the effect of each line. */
#include "runner/kernels/build/config.h"

#include "lib/fs.h"
#include "lib/text.h"
#include "runner/kernels/build/kconfig.h"
#include "runner/kernels/build/make.h"
#include "runner/kernels/build/source.h"
#include "runner/host/arch.h"
#include "runner/host/paths.h"

#define CONFIG_MAX (16u << 20)
#define PATCH_MAX (64u << 20)

/* Targets of kconfig, see `make help` in a kernel tree. */
static const char *const bases[] = { "allnoconfig", "tinyconfig", "defconfig", "virtconfig" };

/* Anything else is the path of a complete .config. */
bool build_config__is_base(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (streq(word, bases[i]))
			return true;
	return false;
}

/* A plain word is a file in configs/kconfig; a path is used as it is. The caller frees. */
char *build_config__fragment_path(const char *name, struct err *err)
{
	_free_ char *file = xasprintf("kconfig/%s.config", name);
	char *path = strchr(name, '/') || str_ends(name, ".config") ? xstrdup(name) :
								      paths__config(file);

	if (path && fs__exists(path))
		return path;
	if (path)
		err__set(err, -ENOENT, "%s: no such file", path);
	else
		err__set(err, -ENOENT,
			 "no fragment '%s': there is no configs/%s (a path has a '/' "
			 "in it, or ends in .config)",
			 name, file);
	free(path);
	return NULL;
}

/* allnoconfig takes the fragments into account while it runs (KCONFIG_ALLCONFIG): options that they
 * make visible stay off. The other bases are complete configurations, and olddefconfig sets such
 * options to their defaults. */
static int configure(struct build *b, const char *wanted, struct err *err)
{
	_free_ char *config = xasprintf("%s/.config", b->out);
	_free_ char *all = xasprintf("%s/kduel.config", b->out);
	_free_ char *arg = xasprintf("KCONFIG_ALLCONFIG=%s", all);
	_free_ char *text = NULL, *merged = NULL;
	const char *base = b->spec->base;
	int ret = fs__write_text(all, wanted, err);

	if (ret)
		return ret;
	if (streq(base, "allnoconfig"))
		return build_make__run(b, err, "configuration", base, arg, NULL);
	if (build_config__is_base(base))
		ret = build_make__run(b, err, "configuration", base, NULL);
	if (!ret)
		ret = text__read(build_config__is_base(base) ? config : base, CONFIG_MAX, &text,
				 NULL, err);
	if (ret)
		return ret;
	merged = xasprintf("%s%s", text, wanted);
	ret = fs__write_text(config, merged, err);
	return ret ? ret : build_make__run(b, err, "configuration", "olddefconfig", NULL);
}

/* In the order of the plan; a later line for the same symbol replaces an earlier one. */
int build_config__fragments(const struct build *b, struct fragments *f, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < b->spec->config.n; i++) {
		const char *path = b->spec->config.v[i];
		_free_ char *text = NULL;

		ret = text__read(path, CONFIG_MAX, &text, NULL, err);
		if (ret)
			return ret;
		ret = fragments__parse(f, path, text, err);
	}
	return ret;
}

/* Collect the symbols that patches define, from the lines that they add to any file. */
static int scan_patches(const struct build *b, struct strvec *symbols, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < b->spec->patches.n; i++) {
		_cleanup_(strvec__release) struct strvec files = { 0 };
		const char *path = b->spec->patches.v[i];

		/* A patch that ships with kduel is a directory of files. */
		if (fs__is_dir(path))
			ret = fs__names(path, &files);
		else
			strvec__push(&files, "");
		for (size_t k = 0; !ret && k < files.n; k++) {
			_free_ char *file = xasprintf("%s/%s", path, files.v[k]), *text = NULL;

			ret = fs__read(*files.v[k] ? file : path, PATCH_MAX, &text, NULL);
			for (char *p = text; p && *p; p++)
				if (*p == '+' && (p == text || p[-1] == '\n'))
					*p = ' ';
			if (text)
				kconfig__scan(text, symbols);
		}
		if (ret)
			err__errno(err, ret, path);
	}
	return ret;
}

/* Symbols that patches may define count as known: build_config__make() checks again on the patched
 * source. */
int build_config__check(const struct build *b, struct err *err)
{
	_cleanup_(strvec__release) struct strvec symbols = { 0 };
	struct fragments f = { 0 };
	struct err off = { "" };
	int ret = build_source__symbols(b, &symbols, err);

	if (ret || !symbols.n)
		return ret;
	ret = scan_patches(b, &symbols, err);
	strvec__sort_unique(&symbols);
	if (!ret)
		ret = build_config__fragments(b, &f, err);
	if (!ret)
		ret = fragments__check_known(&f, &symbols, &off, err);
	fragments__release(&f);
	return ret;
}

/* kconfig silently drops symbols that it does not know or cannot set, so all lines are checked
 * before and after. */
int build_config__make(struct build *b, struct err *err)
{
	_free_ char *path = xasprintf("%s/.config", b->out);
	_free_ char *wanted = NULL, *text = NULL;
	struct strvec symbols = { 0 };
	struct fragments f = { 0 };
	struct err off = { "" };
	int ret = build_config__fragments(b, &f, err);

	if (!ret) {
		ret = kconfig__symbols(b->src, arch__find(b->spec->arch)->kbuild, &symbols);
		if (ret)
			err__errno(err, ret, b->src);
	}
	if (!ret)
		ret = fragments__check_known(&f, &symbols, &off, err);
	if (!ret && off.msg[0])
		b->hooks->note("config  to be off, but unknown:\n  %s", off.msg);
	wanted = fragments__format(&f);
	if (!ret)
		ret = configure(b, wanted, err);
	if (!ret) {
		ret = fs__read(path, CONFIG_MAX, &text, NULL);
		if (ret)
			err__errno(err, ret, path);
	}
	if (!ret)
		ret = fragments__check_config(&f, text, err);
	fragments__release(&f);
	strvec__release(&symbols);
	return ret;
}
