// SPDX-License-Identifier: GPL-2.0-only
/* initramfs.c - packs the agent as /init, modules, and lists of the modules in loading order. */
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "runner/guest/cpio.h"
#include "runner/guest/agent.h"
#include "runner/guest/initramfs.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/module_tree.h"
#include "runner/kernels/files/modules.h"
#include "runner/host/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#define FORMAT 1 /* increment when the same inputs give a different archive */
/* Size limits, in bytes, uncompressed. */
#define AGENT_MAX (256u << 20)
#define EXTRA_MAX (2ull << 30)

/* Turn ".../dm-crypt.ko.xz" into "dm-crypt.ko"; the caller frees. */
static char *plain_name(const char *file)
{
	const char *base = strrchr(file, '/'), *ext;

	base = base ? base + 1 : file;
	ext = strstr(base, ".ko");
	return ext ? xstrndup(base, (size_t)(ext - base) + 3) : xstrdup(base);
}

/* Add a module file, uncompressed. `file` is relative to modules_root, or absolute. */
static int add_module(struct cpio *c, const struct kernel *k, const char *file, struct err *err)
{
	bool absolute = *file == '/';
	_free_ char *path = xasprintf("%s%s%s", absolute ? "" : k->modules_root,
				      absolute ? "" : "/", file),
		    *base = plain_name(file);
	_free_ char *name = xasprintf("modules/%s", base), *data = NULL, *plain = NULL;
	size_t len;
	int ret = fs__read(path, MODULE_MAX, &data, &len);

	if (ret)
		return err__errno(err, ret, path);
	if (!str_ends(file, ".ko")) {
		ret = unpack__memory(data, len, MODULE_MAX, &plain, &len);
		if (ret)
			return unpack__explain(err, ret, path, MODULE_MAX);
	}
	cpio__file(c, name, 0644, plain ? plain : data, len);
	return 0;
}

/* Write the list of files to load for one module, and append them to `all`. An optional module that
 * is missing gets no list: this tells the agent that there is none. */
static int add_list(struct cpio *c, const struct kernel *k, const char *wanted, struct strvec *all,
		    struct err *err)
{
	bool optional = *wanted == '?';
	_cleanup_(strvec__release) struct strvec one = { 0 }, loads = { 0 };
	const char *extra;
	int ret;

	strvec__push(&one, wanted + optional);
	ret = kernel_modules__files(k, &one, &loads, err);
	extra = ret == -ENOENT ? kernel__extra(k, one.v[0]) : NULL;
	if (extra) {
		/* Such modules do not depend on others. */
		strvec__push(&loads, extra);
		ret = 0;
	}
	if (!ret) {
		_free_ char *path = xasprintf("modules/%s.list", wanted + optional);
		size_t len = 0;
		_free_ char *text = NULL;
		FILE *list = xmemstream(&text, &len);

		for (size_t i = 0; i < loads.n; i++) {
			_free_ char *base = plain_name(loads.v[i]);

			fprintf(list, "%s\n", base);
			strvec__push(all, loads.v[i]);
		}
		fclose(list);
		cpio__file(c, path, 0644, text, len);
	}
	return optional && ret == -ENOENT ? 0 : ret;
}

/* The order of the members is fixed, so that the same inputs give the same bytes. */
static int write_archive(const char *path, const struct kernel *k, const struct strvec *names,
			 const char *agent, const char *extra, struct err *err)
{
	static const char *const dirs[] = { "dev", "modules", "newroot", "proc", "sys" };
	_free_ char *init = NULL;
	_cleanup_(strvec__release) struct strvec all = { 0 };
	struct cpio *c;
	size_t len;
	int ret = fs__read(agent, AGENT_MAX, &init, &len), end;

	if (ret)
		return err__errno(err, ret, agent);
	ret = cpio__create(path, extra, &c, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		cpio__dir(c, dirs[i], 0755);
	/* /init uses these as standard streams until it has mounted devtmpfs. */
	cpio__chardev(c, "dev/console", 0600, 5, 1);
	cpio__chardev(c, "dev/null", 0666, 1, 3);
	cpio__file(c, "init", 0755, init, len);
	for (size_t i = 0; !ret && i < names->n; i++)
		ret = add_list(c, k, names->v[i], &all, err);
	/* Modules may share dependencies: add each file once. */
	strvec__sort_unique(&all);
	for (size_t i = 0; !ret && i < all.n; i++)
		ret = add_module(c, k, all.v[i], err);
	end = cpio__finish(c, ret ? NULL : err);
	return ret ? ret : end;
}

/* The cache key: a hash over all inputs. */
static int key_of(const struct kernel *k, const struct strvec *names, const char *agent,
		  const char *extra, char key[65], struct err *err)
{
	/* Paths of modules built by kduel contain a hash of their own. */
	_free_ char *list = strvec__shell_line(names), *own = strvec__shell_line(&k->extra);
	_free_ char *text = NULL;
	char agent_hash[65], extra_hash[65] = "";
	int ret = cache__sha256_file(agent, agent_hash);

	if (ret)
		return err__errno(err, ret, agent);
	ret = extra ? cache__sha256_file(extra, extra_hash) : 0;
	if (ret)
		return err__errno(err, ret, extra);
	text = xasprintf("kduel initramfs %d\n%s\n%s\n%s\n%s\n%s", FORMAT, k->hash, agent_hash,
			 extra_hash, list, own);
	cache__sha256(text, strlen(text), key);
	return 0;
}

/* Build in a temporary directory, so that `path` exists only when the archive is complete. */
static int build(const char *path, const struct kernel *k, const struct strvec *names,
		 const char *agent, const char *extra, struct err *err)
{
	_free_ char *file = NULL;
	struct tmpdir tmp;
	int ret = cache__tmpdir(&tmp, err);

	if (ret)
		return ret;
	file = xasprintf("%s/initramfs.cpio", tmp.path);
	/* The guest unpacks it into memory. */
	ret = extra ? unpack__check_size(extra, EXTRA_MAX, err) : 0;
	if (!ret)
		ret = write_archive(file, k, names, agent, extra, err);
	if (!ret)
		ret = seal__put(file, path, err);
	tmpdir__remove(&tmp);
	return ret;
}

/* Cached by a hash of all inputs: variants with the same kernel share an archive. */
int guest__initramfs(const struct kernel *k, const struct strvec *modules, const char *extra,
		     char **out, struct err *err)
{
	_free_ char *agent = NULL, *path = NULL;
	_cleanup_(strvec__release) struct strvec names = { 0 };
	char key[65];
	int ret = guest__find_agent(k->arch, &agent, err);

	*out = NULL;
	if (!ret && extra)
		ret = guest__check_initramfs(extra, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < modules->n; i++)
		strvec__push(&names, modules->v[i]);
	if (!strvec__has(&names, "virtio_blk") && !strvec__has(&names, "?virtio_blk"))
		strvec__push(&names, "?virtio_blk"); /* for the root disk */
	strvec__sort_unique(&names);
	ret = key_of(k, &names, agent, extra, key, err);
	if (!ret) {
		path = cache__path("initramfs/%s.cpio", key);
		ret = seal__check(path, NULL) ? build(path, k, &names, agent, extra, err) : 0;
	}
	if (!ret)
		*out = xstrdup(path);
	return ret;
}

/* Does the file begin with a cpio archive in a format that the kernel reads (newc), compressed or
 * not? */
static bool is_cpio(const char *path)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	bool ok = false;

	if (!a)
		return false;
	unpack__filters(a);
	archive_read_support_format_cpio(a);
	if (archive_read_open_filename(a, path, 1 << 16) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		ok = archive_format(a) == ARCHIVE_FORMAT_CPIO_SVR4_NOCRC ||
		     archive_format(a) == ARCHIVE_FORMAT_CPIO_SVR4_CRC;
	archive_read_free(a);
	return ok;
}

/* A kernel image is a common mistake here, and may be compressed as well: the message names it. */
int guest__check_initramfs(const char *path, struct err *err)
{
	const char *what = NULL;
	char head[1024] = "";
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		return err__set(err, -errno, "%s: cannot be read: %s", path, strerror(errno));
	n = fread(head, 1, sizeof(head), f);
	fclose(f);
	if (is_cpio(path))
		return 0;
	if (image__kind(head, n, &what) != IMAGE_OTHER)
		what = head[0] == '\x1f' ? "a gzip file that does not contain one" :
					   "a kernel image";
	return err__set(err, -ENOEXEC,
			"%s: expected an initramfs (a cpio archive, perhaps compressed), found %s",
			path, what);
}
