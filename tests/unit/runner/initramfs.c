// SPDX-License-Identifier: GPL-2.0-only
/* The initramfs, read back with libarchive. */
/* run.sh: deadlines */
#include "tests/unit/fake_apt.h"

#include "runner/host/cache.h"
#include "runner/guest/agent.h"
#include "runner/guest/initramfs.h"
#include "runner/kernels/resolve.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#define BBM "+deb13-cloud-arm64"

struct member {
	char *name, *data;
	mode_t mode;
	long uid, mtime;
	unsigned int major, minor;
	size_t len;
};

struct listing {
	struct member v[64];
	size_t n;
};

static void read_archive(const char *path, struct listing *l)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;

	memset(l, 0, sizeof(*l));
	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, path, 4096), ARCHIVE_OK);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
		struct member *m = &l->v[l->n++];

		assert_true(l->n < ARRAY_SIZE(l->v));
		m->name = xstrdup(archive_entry_pathname(e));
		m->mode = archive_entry_mode(e);
		m->uid = (long)archive_entry_uid(e) + (long)archive_entry_gid(e);
		m->mtime = (long)archive_entry_mtime(e);
		m->major = (unsigned int)archive_entry_rdevmajor(e);
		m->minor = (unsigned int)archive_entry_rdevminor(e);
		m->len = (size_t)archive_entry_size(e);
		m->data = xcalloc(1, m->len + 1);
		assert_int_equal(archive_read_data(a, m->data, m->len), m->len);
	}
	archive_read_free(a);
}

static const struct member *find(const struct listing *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->v[i].name, name))
			return &l->v[i];
	return NULL;
}

static void listing_release(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].data);
	}
}

static struct kernel *kernel_of(const char *glob)
{
	struct kernel_spec spec = { .arch = (char[]){ "arm64" } };
	struct lock lock = { 0 };
	struct err err = { 0 };
	struct kernel *k;

	strvec__push(&spec.packages, glob);
	strvec__push(&spec.suites, "trixie-backports");
	if (kernel__resolve(&spec, NULL, &lock, NULL, &k, &err))
		fail_msg("%s", err.msg);
	strvec__release(&spec.packages);
	strvec__release(&spec.suites);
	lock__release(&lock);
	return k;
}

static int with_agent(void **state)
{
	_free_ char *dir = fake_path("agent");

	fake_fresh(state);
	fake_remove("agent");
	assert_int_equal(fs__mkdir_p(dir), 0);
	fake_put("agent/agent-aarch64", "the agent");
	return setenv("KDUEL_AGENT_DIR", dir, 1);
}

static char *build(const struct kernel *k, const char *modules, const char *extra)
{
	_free_ char *copy = xstrdup(modules);
	struct strvec names = { 0 };
	struct err err = { 0 };
	char *save = NULL, *path;

	for (char *t = strtok_r(copy, " ", &save); t; t = strtok_r(NULL, " ", &save))
		strvec__push(&names, t);
	if (guest__initramfs(k, &names, extra, &path, &err))
		fail_msg("%s", err.msg);
	strvec__release(&names);
	return path;
}

static void contents(void **state)
{
	struct kernel *k = kernel_of("linux-image-6.18*");
	_free_ char *path = build(k, "dm-crypt ?nosuch ext4", NULL);
	struct listing l;
	const struct member *m;

	(void)state;
	read_archive(path, &l);
	for (size_t i = 0; i < l.n; i++) {
		assert_int_equal(l.v[i].uid, 0);
		assert_int_equal(l.v[i].mtime, 0);
	}
	m = find(&l, "init");
	assert_string_equal(m->data, "the agent");
	assert_int_equal(m->mode, S_IFREG | 0755);
	m = find(&l, "dev/console");
	assert_int_equal(m->mode, S_IFCHR | 0600);
	assert_int_equal(m->major, 5);
	assert_int_equal(m->minor, 1);
	assert_int_equal(find(&l, "dev/null")->minor, 3);
	assert_true(S_ISDIR(find(&l, "newroot")->mode));
	assert_string_equal(find(&l, "modules/dm-crypt.list")->data, "dm-mod.ko\ndm-crypt.ko\n");
	assert_string_equal(find(&l, "modules/ext4.list")->data, "");
	assert_string_equal(find(&l, "modules/virtio_blk.list")->data, "virtio_blk.ko\n");
	assert_null(find(&l, "modules/nosuch.list"));
	assert_memory_equal(find(&l, "modules/dm-crypt.ko")->data, "\177ELF", 4);
	assert_memory_equal(find(&l, "modules/dm-mod.ko")->data, "\177ELF", 4);
	assert_int_equal(l.n, 14);
	listing_release(&l);
	kernel__free(k);
}

static void missing_module(void **state)
{
	struct kernel *k = kernel_of("linux-image-6.18*");
	struct strvec names = { 0 };
	struct err err = { 0 };
	char *path;

	(void)state;
	strvec__push(&names, "nosuch");
	assert_int_equal(guest__initramfs(k, &names, NULL, &path, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "has no module nosuch"));
	assert_null(path);
	strvec__release(&names);
	kernel__free(k);
}

static void same_in_same_out(void **state)
{
	struct kernel *k = kernel_of("linux-image-6.18*");
	_free_ char *path = build(k, "dm-crypt", NULL), *again = build(k, "dm-crypt", NULL);
	_free_ char *other = build(k, "ext4", NULL), *newer = NULL;
	char before[65], after[65];

	(void)state;
	assert_string_equal(path, again);
	assert_string_not_equal(path, other);
	assert_int_equal(cache__sha256_file(path, before), 0);
	assert_int_equal(fs__rm_rf(path), 0);
	free(again);
	again = build(k, "dm-crypt", NULL);
	assert_int_equal(cache__sha256_file(again, after), 0);
	assert_string_equal(before, after);
	fake_put("agent/agent-aarch64", "another agent");
	newer = build(k, "dm-crypt", NULL);
	assert_string_not_equal(path, newer);
	kernel__free(k);
}

static void extra_goes_in_front(void **state)
{
	struct kernel *k = kernel_of("linux-image-6.9*");
	_free_ char *first = build(k, "ext4", NULL), *odd = fake_path("odd.cpio"), *data = NULL;
	_free_ char *both = NULL, *joined = NULL, *alone = NULL;
	struct err err = { 0 };
	struct strvec none = { 0 };
	size_t len, total, own;
	char *path;

	(void)state;
	assert_int_equal(fs__read(first, 1 << 20, &data, &len), 0);
	assert_int_equal(fs__write_atomic(odd, data, len - 3), 0);
	both = build(k, "ext4", odd);
	assert_int_equal(fs__read(both, 1 << 22, &joined, &total), 0);
	assert_int_equal(fs__read(first, 1 << 22, &alone, &own), 0);
	assert_memory_equal(joined, data, len - 3);
	assert_int_equal((total - own) % 512, 0);
	assert_memory_equal(joined + total - own, alone, own);
	assert_int_equal(fs__write_atomic(odd, "MZ", 2), 0);
	assert_int_equal(guest__initramfs(k, &none, odd, &path, &err), -ENOEXEC);
	kernel__free(k);
}

static void is_it_an_initramfs(void **state)
{
	struct kernel *k = kernel_of("linux-image-6.9*");
	_free_ char *cpio = build(k, "ext4", NULL), *copy = fake_path("i"), *gz = fake_path("i.gz");
	static const struct {
		const char *data, *says;
		size_t len;
	} cases[] = {
		{ "", "an empty file", 0 },
		{ "not one", "something else", 7 },
		{ "\177ELF\2\1\1", "an ELF file", 7 },
		{ "070707000000000000000000", "something else", 24 },
	};
	struct err err = { 0 };

	(void)state;
	assert_int_equal(guest__check_initramfs(cpio, &err), 0);
	assert_int_equal(tool__run(NULL, "copy", "cp", cpio, copy, NULL), 0);
	assert_int_equal(tool__run(NULL, "compress", "gzip", "-f", copy, NULL), 0);
	assert_int_equal(guest__check_initramfs(gz, &err), 0);
	assert_int_equal(guest__check_initramfs(k->image, &err), -ENOEXEC);
	assert_non_null(strstr(err.msg, "found a kernel image"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(fs__write_atomic(copy, cases[i].data, cases[i].len), 0);
		assert_int_equal(guest__check_initramfs(copy, &err), -ENOEXEC);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("case %zu: %s", i, err.msg);
	}
	assert_int_equal(guest__check_initramfs("/nonexistent/initrd", &err), -ENOENT);
	kernel__free(k);
}

static void where_the_agent_is(void **state)
{
	_free_ char *path = NULL, *dir = fake_path("agent");
	struct err err = { 0 };
	char *none;

	(void)state;
	assert_int_equal(guest__find_agent("arm64", &path, &err), 0);
	assert_true(str_ends(path, "/agent/agent-aarch64"));
	assert_int_equal(guest__find_agent("amd64", &none, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "agent-x86_64"));
	assert_non_null(strstr(err.msg, dir));
	assert_int_equal(guest__find_agent("sparc", &none, &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(contents, with_agent),
		cmocka_unit_test_setup(missing_module, with_agent),
		cmocka_unit_test_setup(same_in_same_out, with_agent),
		cmocka_unit_test_setup(extra_goes_in_front, with_agent),
		cmocka_unit_test_setup(is_it_an_initramfs, with_agent),
		cmocka_unit_test_setup(where_the_agent_is, with_agent),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
