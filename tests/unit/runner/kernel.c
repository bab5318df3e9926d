// SPDX-License-Identifier: GPL-2.0-only
/* From a plan's words to a kernel in the cache: packages of both packagings, and files. */
#include "tests/unit/fake_apt.h"

#include "runner/host/cache.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/modules.h"
#include "runner/kernels/resolve.h"

#include <dirent.h>

#define BBM "+deb13-cloud-arm64"

struct asked {
	struct kernel_spec spec;
	struct lock lock;
	struct kernel *kernel;
	struct err err;
	int ret;
};

static struct asked ask(const char *glob, const char *second, const struct lock *want)
{
	struct asked a = { .spec = { .arch = (char[]){ "arm64" } } };

	strvec__push(&a.spec.packages, glob);
	if (second)
		strvec__push(&a.spec.packages, second);
	strvec__push(&a.spec.suites, "trixie-backports");
	a.ret = kernel__resolve(&a.spec, want, &a.lock, NULL, &a.kernel, &a.err);
	return a;
}

static const struct kernel *got(const struct asked *a)
{
	if (a->ret || !a->kernel) {
		fail_msg("%s", a->err.msg);
		abort();
	}
	return a->kernel;
}

static void done(struct asked *a)
{
	strvec__release(&a->spec.packages);
	strvec__release(&a->spec.suites);
	lock__release(&a->lock);
	kernel__free(a->kernel);
}

static void chooses(void **state)
{
	static const struct {
		const char *glob, *second, *release;
		size_t parts;
	} cases[] = {
		/* 6.18 is newer than 6.9; -dbg is no kernel; a missing linux-base is no loss */
		{ "linux-image-6.*-cloud-arm64", NULL, "6.18.15" BBM, 1 },
		{ "linux-image-6.18*", NULL, "6.18.15" BBM, 1 },
		{ "linux-image-6.9*", NULL, "6.9.1" BBM, 1 },
		{ "linux-image-5.*", "linux-image-6.9*", "6.9.1" BBM, 1 },
		{ "linux-image-cloud-arm64", NULL, "6.18.15" BBM, 2 },
		/* the split packaging, and the unsigned build that has no metapackage */
		{ "linux-image-7.2*-cloud-arm64", NULL, "7.2.12" BBM, 4 },
		{ "linux-image-7.*-cloud-arm64", NULL, "7.2.12" BBM, 4 },
		{ "linux-image-7.3*-cloud-arm64", NULL, "7.3.4" BBM, 2 },
		{ "linux-binary-unsigned-7.3*", NULL, "7.3.4" BBM, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct asked a = ask(cases[i].glob, cases[i].second, NULL), locked;

		if (a.ret)
			fail_msg("%s: %s", cases[i].glob, a.err.msg);
		assert_string_equal(a.kernel->release, cases[i].release);
		assert_int_equal(a.lock.n, cases[i].parts);
		assert_non_null(a.kernel->modules_root);
		assert_int_equal(image__check(a.kernel->image, &a.err), 0);
		/* Out of the lock alone comes the same kernel. */
		locked = ask(cases[i].glob, cases[i].second, &a.lock);
		assert_int_equal(locked.ret, 0);
		assert_string_equal(locked.kernel->hash, a.kernel->hash);
		assert_int_equal(locked.lock.n, cases[i].parts);
		done(&locked);
		done(&a);
	}
}

static void second_time_downloads_nothing(void **state)
{
	struct asked a = ask("linux-image-7.2*", NULL, NULL), again;
	struct lock both = { 0 };
	struct kernel *k;

	(void)state;
	assert_int_equal(a.ret, 0);
	assert_int_equal(fake_calls("apt-get -q download"), 1);
	again = ask("linux-image-7.2*", NULL, NULL);
	assert_int_equal(fake_calls("apt-get -q download"), 1);
	assert_int_equal(fake_calls("apt-get -q update"), 1);
	assert_string_equal(again.kernel->hash, a.kernel->hash);
	done(&again);
	/* A campaign's lock holds more than one kernel; without network it still serves. */
	lock__add(&both, "linux-image-6.17.1" BBM, "6.17.1-1", "arm64", a.lock.v[0].sha256);
	for (size_t i = 0; i < a.lock.n; i++)
		lock__add(&both, a.lock.v[i].name, a.lock.v[i].version, a.lock.v[i].arch,
			  a.lock.v[i].sha256);
	fake_put("offline", "");
	fake_put("dropped", "");
	again = ask("linux-image-7.2*", NULL, &both);
	assert_int_equal(again.ret, 0);
	assert_int_equal(again.lock.n, 4);
	assert_int_equal(kernel__from_cache(a.kernel->hash, &k, NULL), 0);
	assert_string_equal(k->release, "7.2.12" BBM);
	assert_int_equal(strlen(k->config_hash), 64);
	kernel__free(k);
	lock__release(&both);
	done(&again);
	done(&a);
}

static void says_what_would_match(void **state)
{
	struct asked a = ask("linux-image-9.*-cloud-arm64", NULL, NULL), locked;

	(void)state;
	assert_int_equal(a.ret, -ENOENT);
	assert_non_null(strstr(a.err.msg, "\"linux-image-9.*-cloud-arm64\""));
	assert_non_null(
		strstr(a.err.msg, "would: linux-image-7.2.12" BBM ", linux-image-6.18.15" BBM));
	assert_null(strstr(a.err.msg, "-dbg"));
	locked = ask("linux-image-6.18*", NULL, &a.lock);
	assert_int_equal(locked.ret, -ENOENT);
	done(&locked);
	done(&a);
}

static void locked_version_gone(void **state)
{
	struct asked a = ask("linux-image-6.9*", NULL, NULL), again;

	(void)state;
	assert_int_equal(a.ret, 0);
	fake_remove("cache");
	fake_put("dropped", "");
	again = ask("linux-image-6.9*", NULL, &a.lock);
	assert_int_equal(again.ret, -ENOENT);
	assert_non_null(strstr(again.err.msg, "linux-image-6.9.1" BBM " version 6.9.1-1~bpo13+1"));
	done(&again);
	done(&a);
}

static void module_order(void **state)
{
	struct asked a = ask("linux-image-6.18*", NULL, NULL);
	struct strvec names = { 0 }, files = { 0 }, missing = { 0 };
	_free_ char *dtb = xasprintf("%s/lib/modules/%s/dtb", a.kernel->dir, a.kernel->release);

	(void)state;
	assert_false(fs__exists(dtb));
	strvec__push_all(&names, "ext4", "dm-crypt", "?nosuch", "dm_mod", NULL);
	assert_int_equal(kernel_modules__files(a.kernel, &names, &files, &a.err), 0);
	assert_int_equal(files.n, 2);
	assert_string_equal(files.v[0], "lib/modules/6.18.15" BBM "/kernel/md/dm-mod.ko");
	assert_string_equal(files.v[1], "lib/modules/6.18.15" BBM "/kernel/md/dm-crypt.ko.xz");
	strvec__push(&missing, "nosuch");
	assert_int_equal(kernel_modules__files(a.kernel, &missing, &files, &a.err), -ENOENT);
	assert_non_null(strstr(a.err.msg, "has no module nosuch"));
	strvec__release(&names);
	strvec__release(&files);
	strvec__release(&missing);
	done(&a);
}

static struct asked ask_file(const char *image, const char *modules)
{
	struct asked a = { .spec = { .arch = (char[]){ "arm64" } } };

	a.spec.image = xstrdup(image);
	a.spec.modules = modules ? xstrdup(modules) : NULL;
	a.ret = kernel__resolve(&a.spec, NULL, &a.lock, NULL, &a.kernel, &a.err);
	free(a.spec.image);
	free(a.spec.modules);
	return a;
}

static void built_trees(void **state)
{
	struct asked pkg = ask("linux-image-6.18*", NULL, NULL), plain, with, wrong;
	_free_ char *empty = fake_path("cache/empty");

	(void)state;
	plain = ask_file(pkg.kernel->image, NULL);
	assert_string_equal(got(&plain)->release, "6.18.15" BBM);
	assert_null(plain.kernel->modules_root);
	assert_string_not_equal(plain.kernel->hash, pkg.kernel->hash);
	/* The same content from another place is the same kernel. */
	with = ask_file(pkg.kernel->image, pkg.kernel->modules_root);
	assert_string_equal(got(&with)->hash, pkg.kernel->hash);
	wrong = ask_file(pkg.kernel->image, empty);
	assert_int_equal(wrong.ret, -ENOENT);
	assert_non_null(strstr(wrong.err.msg, "lib/modules/6.18.15" BBM));
	done(&wrong);
	done(&with);
	done(&plain);
	done(&pkg);
}

static void no_images(void **state)
{
	static const char x86[0x210] = { [0x202] = 'H', 'd', 'r', 'S' };
	static const struct {
		const char *data, *says;
		size_t len;
	} cases[] = {
		{ "", "an empty file", 0 },
		{ "hello, kernel", "something else", 13 },
		{ "\177ELF\2\1\1", "arch/arm64/boot/Image", 7 },
		{ "070701000", "an initramfs", 9 },
		{ x86, "a kernel for x86", sizeof(x86) },
		{ "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", "a gzip file that holds none",
		  20 },
	};
	_free_ char *path = fake_path("image");
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(fs__write_atomic(path, cases[i].data, cases[i].len), 0);
		assert_int_equal(image__check(path, &err), -ENOEXEC);
		if (!strstr(err.msg, cases[i].says) || !str_starts(err.msg, path))
			fail_msg("case %zu: %s", i, err.msg);
	}
	assert_int_equal(image__check("/nonexistent/Image", &err), -ENOENT);
}

static void compressed_images(void **state)
{
	static const char magic[] = { 'M', 'Z', 0, 0, 'z', 'i', 'm', 'g' };
	struct asked raw = ask("linux-image-6.9*", NULL, NULL), gz, zboot;
	_free_ char *image = fake_path("img"), *gzip = fake_path("img.gz"), *data = NULL;
	_free_ char *boot = fake_path("img.efi"), *efi = NULL;
	uint32_t at = 64, size;
	size_t len;

	(void)state;
	assert_int_equal(tool__run(NULL, "copy", "cp", raw.kernel->image, image, NULL), 0);
	assert_int_equal(tool__run(NULL, "compress", "gzip", "-f", image, NULL), 0);
	gz = ask_file(gzip, NULL);
	assert_string_equal(got(&gz)->release, "6.9.1" BBM);
	assert_int_equal(fs__read(gzip, 1 << 20, &data, &len), 0);
	efi = xcalloc(1, at + len + 4);
	size = (uint32_t)len;
	memcpy(efi, magic, sizeof(magic));
	memcpy(efi + 8, &at, 4);
	memcpy(efi + 12, &size, 4);
	memcpy(efi + at, data, len);
	assert_int_equal(fs__write_atomic(boot, efi, at + len + 4), 0);
	zboot = ask_file(boot, NULL);
	assert_string_equal(got(&zboot)->release, "6.9.1" BBM);
	done(&zboot);
	done(&gz);
	done(&raw);
}

static size_t entries(const char *path)
{
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(path);

	assert_non_null(d);
	while ((e = readdir(d)))
		n += *e->d_name != '.';
	closedir(d);
	return n;
}

/* What a killed kduel left is neither taken for a kernel nor kept. */
static void interrupted_builds(void **state)
{
	_free_ char *left = cache__path("tmp/build.killed/kernel/Image");
	_free_ char *tmp = cache__path("tmp"), *text = NULL, *half = NULL;
	struct asked a = ask("linux-image-6.9*", NULL, NULL), again;
	struct kernel *k;

	(void)state;
	assert_int_equal(a.ret, 0);
	assert_int_equal(entries(tmp), 0);
	half = xasprintf("%s/meta.json", a.kernel->dir);
	assert_int_equal(fs__read(half, 4096, &text, NULL), 0);
	assert_int_equal(fs__write_atomic(half, text, strlen(text) / 2), 0);
	assert_int_equal(kernel__from_cache(a.kernel->hash, &k, &a.err), -ENOENT);
	assert_int_equal(fs__rm_rf(half), 0);
	again = ask("linux-image-6.9*", NULL, NULL);
	assert_int_equal(again.ret, 0);
	assert_string_equal(again.kernel->hash, a.kernel->hash);
	assert_int_equal(kernel__from_cache("abc", &k, &a.err), -EINVAL);
	done(&again);
	done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(chooses, fake_fresh),
		cmocka_unit_test_setup(second_time_downloads_nothing, fake_fresh),
		cmocka_unit_test_setup(says_what_would_match, fake_fresh),
		cmocka_unit_test_setup(locked_version_gone, fake_fresh),
		cmocka_unit_test_setup(module_order, fake_fresh),
		cmocka_unit_test_setup(built_trees, fake_fresh),
		cmocka_unit_test_setup(no_images, fake_fresh),
		cmocka_unit_test_setup(compressed_images, fake_fresh),
		cmocka_unit_test_setup(interrupted_builds, fake_fresh),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
