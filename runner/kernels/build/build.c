// SPDX-License-Identifier: GPL-2.0-only
/*
 * build.c - the steps of a build, from key to kernel.
 *
 * In the cache: builds/KEY/{src,out,inst} during the build; builds/KEY.log, which is kept;
 * sources/HASH, the unpacked source package, whose files are hard-linked into the src of its
 * builds. An interrupted build stays there and is resumed. Only a finished kernel moves to
 * kernels/, and builds/by-key/KEY then holds its hash.
 */
#include "runner/kernels/build/build.h"
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/arch.h"
#include "runner/host/cache.h"
#include "runner/host/cross.h"
#include "runner/host/host.h"
#include "runner/kernels/build/config.h"
#include "runner/kernels/build/make.h"
#include "runner/kernels/build/patch.h"
#include "runner/kernels/build/source.h"
#include "runner/kernels/build/tools.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/import.h"

#include <unistd.h>

#define FORMAT 2 /* increment when the same inputs would make a different kernel */
#define ROOM (6ull << 30) /* needed for a source tree and its build */

/* Write "fragment 9f86d0...\n" for each file, also for those in a directory. */
static int add_files(FILE *f, const char *what, const struct strvec *files, struct err *err)
{
	char hex[65];

	for (size_t i = 0; i < files->n; i++) {
		_cleanup_(strvec__release) struct strvec names = { 0 }, below = { 0 };
		int ret;

		if (fs__is_dir(files->v[i])) {
			ret = fs__names(files->v[i], &names);
			if (ret)
				return err__errno(err, ret, files->v[i]);
			for (size_t k = 0; k < names.n; k++)
				strvec__pushf(&below, "%s/%s", files->v[i], names.v[k]);
			ret = add_files(f, what, &below, err);
			if (ret)
				return ret;
			continue;
		}
		ret = cache__sha256_file(files->v[i], hex);

		if (ret)
			return err__set(err, ret, "%s: cannot be read: %s", files->v[i],
					strerror(-ret));
		fprintf(f, "%s %s\n", what, hex);
	}
	return 0;
}

/* Write everything that the kernel depends on, one input per line. Anything else must not change
 * the result. */
static int write_key(const struct build *b, FILE *f, struct err *err)
{
	_free_ char *compiler = NULL;
	struct fragments fr = { 0 };
	struct strvec base = { 0 };
	int ret = cross__compiler(b->spec->arch, &compiler, err);

	if (ret)
		return ret;
	fprintf(f, "format %d\narch %s\nsource %s\ncompiler %s\n", FORMAT, b->spec->arch,
		b->identity, compiler);
	if (build_config__is_base(b->spec->base)) {
		fprintf(f, "base %s\n", b->spec->base);
	} else {
		strvec__push(&base, b->spec->base);
		ret = add_files(f, "base", &base, err);
		strvec__release(&base);
	}
	if (!ret)
		ret = add_files(f, "patch", &b->spec->patches, err);
	if (!ret)
		ret = build_config__fragments(b, &fr, err);
	/* The parsed lines: comments in a fragment do not change the kernel. */
	for (size_t i = 0; !ret && i < fr.n; i++)
		fprintf(f, "%s%s=%s\n", fr.v[i].optional ? "?" : "", fr.v[i].symbol, fr.v[i].value);
	fragments__release(&fr);
	return ret;
}

/* The key of a build: a hash over all inputs, including the compiler. */
static int make_key(struct build *b, struct err *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);
	int ret;

	ret = write_key(b, f, err);
	fclose(f);
	if (!ret)
		cache__sha256(text, len, b->key);
	free(text);
	return ret;
}

/* Is there no debug information although the configuration has it? Older versions of kduel did not
 * keep it. */
static bool lacks_debug_info(const struct kernel *k)
{
	_free_ char *config = NULL;

	return k->config && !k->debug && !fs__read(k->config, KERNEL_CONFIG_MAX, &config, NULL) &&
	       kernel_config__tristate(config, "DEBUG_INFO") == 'y';
}

/* The kernel that was built with this key. -ENOENT: there is none, or it must be built again. */
static int recall(const struct build *b, struct kernel **out)
{
	_free_ char *path = cache__path("builds/by-key/%s", b->key), *hash = NULL;
	int ret = fs__read(path, 64, &hash, NULL);

	if (!ret)
		ret = kernel__from_cache(hash, out, NULL);
	if (!ret && lacks_debug_info(*out)) {
		kernel__free(*out);
		*out = NULL;
		return -ENOENT;
	}
	return ret;
}

/* Patches and fragments are read for the key, and again much later for the build. If they changed
 * in between, the result must not be stored under this key. */
static int check_key(const struct build *b, struct err *err)
{
	struct build now = *b;
	int ret = make_key(&now, err);

	if (!ret && !streq(now.key, b->key))
		ret = err__set(err, -EINVAL,
			       "patches or fragments changed while they were read: start "
			       "the build again");
	return ret;
}

/* This file exists when the source is exported and patched. It holds the boot id of the host at
 * that time. */
static char *mark_path(const struct build *b)
{
	return xasprintf("%s/source-is-complete", b->dir);
}

/* Remove a build. The mark goes first: if kduel is killed here, no mark may remain beside an
 * incomplete source. */
static void discard(const struct build *b)
{
	_free_ char *done = mark_path(b);

	unlink(done);
	(void)cache__discard(b->dir, NULL);
}

/* Create the directories of a build, or keep those of an interrupted one, but not across a reboot
 * of the host: files written shortly before it may not have reached the disk. */
static int open_build(const struct build *b)
{
	_free_ char *done = mark_path(b), *mark = NULL, *boot = fs__boot_id("");

	if (fs__read(done, 256, &mark, NULL) || !streq(mark, boot))
		discard(b);
	return fs__mkdir_p(b->out);
}

/* Export and patch the source, unless that has been done. */
static int get_source(struct build *b, struct err *err)
{
	_free_ char *done = mark_path(b), *boot = NULL;
	int ret = 0;

	if (fs__exists(done))
		return 0;
	if (fs__free_bytes(b->dir) < ROOM)
		return err__set(err, -ENOSPC, "%s: a build needs %llu GiB there", b->dir,
				ROOM >> 30);
	ret = build_source__export(b, err);
	if (!ret)
		ret = build_patch__apply(b, err);
	if (!ret)
		ret = check_key(b, err);
	if (ret)
		return ret;
	boot = fs__boot_id("");
	return fs__write_text(done, boot, err);
}

/* As in "linux-source-7.3 7.3.4-1, 2 patches, guest". */
static char *origin(const struct build *b)
{
	char *text = xstrdup(b->origin);

	if (b->spec->patches.n) {
		_free_ char *old = text;

		text = xasprintf("%s, %zu patch%s", old, b->spec->patches.n,
				 b->spec->patches.n > 1 ? "es" : "");
	}
	for (size_t i = 0; i < b->spec->config.n; i++) {
		_free_ char *old = text;
		const char *name = strrchr(b->spec->config.v[i], '/');

		name = name ? name + 1 : b->spec->config.v[i];
		text = xasprintf("%s, %.*s", old, (int)strcspn(name, "."), name);
	}
	return text;
}

/* Install the modules below inst/, and import image, configuration, modules and debug information
 * into the cache. */
static int install(struct build *b, struct kernel **out, struct err *err)
{
	_free_ char *image = xasprintf("%s/%s", b->out, arch__find(b->spec->arch)->image);
	_free_ char *config = xasprintf("%s/.config", b->out), *inst = xasprintf("%s/inst", b->dir);
	_free_ char *arg = xasprintf("INSTALL_MOD_PATH=%s", inst);
	_free_ char *order = xasprintf("%s/modules.order", b->out);
	_free_ char *vmlinux = xasprintf("%s/vmlinux", b->out);
	_free_ char *recipe = build_spec__to_json(b->spec), *from = origin(b);
	bool modules = fs__exists(order);
	int ret = modules ? build_make__run(b, err, "modules", "modules_install",
					    "INSTALL_MOD_STRIP=1", arg, NULL) :
			    0;

	return ret ? ret :
		     kernel_import__files(
			     &(struct kernel_files){
				     .image = image,
				     .arch = b->spec->arch,
				     .modules = modules ? inst : NULL,
				     .config = config,
				     .vmlinux = vmlinux,
				     .origin = from,
				     .recipe = recipe,
			     },
			     out, err);
}

/* Each step leaves its results for a later run to resume from, unless the inputs do not fit
 * together. */
static int build(struct build *b, struct kernel **out, struct err *err)
{
	_free_ char *by_key = cache__path("builds/by-key/%s", b->key);
	uint64_t begin = clock__ns();
	char took[32];
	int ret = build_tools__check(b, err);

	if (!ret)
		ret = open_build(b);
	if (ret)
		return ret == -EOPNOTSUPP ? ret : err__errno(err, ret, b->out);
	ret = build_config__check(b, err);
	if (!ret)
		ret = get_source(b, err);
	if (!ret)
		ret = build_config__make(b, err);
	if (!ret)
		ret = check_key(b, err);
	/* The inputs do not fit together: no later build can use any of this. */
	if (ret == -EINVAL)
		discard(b);
	if (ret)
		return ret;
	b->hooks->note("build   %.12s: %s; log: %s", b->key, b->origin, b->log);
	/* The make target has the name of the image file. */
	ret = build_make__run(b, err, "compilation",
			      strrchr(arch__find(b->spec->arch)->image, '/') + 1, "modules", NULL);
	if (!ret)
		ret = install(b, out, err);
	if (!ret)
		ret = fs__write_text(by_key, (*out)->hash, err);
	if (ret)
		return ret;
	units__fmt_duration(clock__ns() - begin, took, sizeof(took));
	b->hooks->note("build   %.12s: done in %s: %s", b->key, took, (*out)->release);
	discard(b);
	return 0;
}

/* A stand-in for the kernel that a build would make, for a dry run. */
static struct kernel *planned(const struct build *b)
{
	struct kernel *k = xcalloc(1, sizeof(*k));
	_free_ char *from = origin(b);

	k->planned = true;
	k->image = xasprintf("BUILD-%.12s/Image", b->key);
	k->release = xstrdup("unknown");
	k->arch = xstrdup(b->spec->arch);
	k->origin = xasprintf("would be built from %s", from);
	return k;
}

/* Builds with one key exclude each other; whoever waited for the lock finds the kernel built. */
static int build_or_recall(struct build *b, struct kernel **out, struct err *err)
{
	_free_ char *name = xasprintf("builds/%s", b->key);
	/* Only held for the build itself: looking into the cache needs no lock. */
	_close_ int lock = -1;

	if (!recall(b, out))
		return 0;
	if (b->hooks->dry) {
		*out = planned(b);
		return 0;
	}
	lock = cache__lock(name, err);
	if (lock < 0)
		return lock;
	if (!recall(b, out))
		return 0;
	b->dir = cache__path("builds/%s", b->key);
	b->log = cache__path("builds/%s.log", b->key);
	b->src = xasprintf("%s/src", b->dir);
	b->out = xasprintf("%s/out", b->dir);
	return build(b, out, err);
}

/* -EINVAL means that the inputs are wrong, -EPROTO that make failed. */
int build__kernel(const struct build_spec *spec, const struct lock *want, struct lock *lock,
		  const struct build_hooks *hooks, struct kernel **out, struct err *err)
{
	struct build b = { .spec = spec, .hooks = hooks };
	int ret = build_source__identify(&b, want, err);

	*out = NULL;
	if (!ret)
		ret = make_key(&b, err);
	if (!ret)
		ret = build_or_recall(&b, out, err);
	if (!ret)
		lock__merge(lock, &b.parts);
	free(b.dir);
	free(b.src);
	free(b.out);
	free(b.log);
	free(b.identity);
	free(b.origin);
	lock__release(&b.parts);
	strvec__release(&b.files);
	return ret;
}
