// SPDX-License-Identifier: GPL-2.0-only
/* From a kernel in a plan to a kernel in the cache: both ways of packaging, and files. */
/* run.sh: deadlines */
#include "tests/unit/fake_apt.h"

#include "runner/host/cache.h"
#include "runner/kernels/files/bzimage.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/modules.h"
#include "runner/kernels/needs.h"
#include "runner/kernels/resolve.h"

#include <dirent.h>
#include <elf.h>

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
		/* 6.18 is newer than 6.9; -dbg is no kernel; a missing linux-base is ignored */
		{ "linux-image-6.*-cloud-arm64", NULL, "6.18.15" BBM, 1 },
		{ "linux-image-6.18*", NULL, "6.18.15" BBM, 1 },
		{ "linux-image-6.9*", NULL, "6.9.1" BBM, 1 },
		{ "linux-image-5.*", "linux-image-6.9*", "6.9.1" BBM, 1 },
		{ "linux-image-cloud-arm64", NULL, "6.18.15" BBM, 2 },
		/* split packages, and an unsigned build without a metapackage */
		{ "linux-image-7.2*-cloud-arm64", NULL, "7.2.12" BBM, 4 },
		{ "linux-image-7.*-cloud-arm64", NULL, "7.2.12" BBM, 4 },
		{ "linux-image-7.3*-cloud-arm64", NULL, "7.3.4" BBM, 2 },
		{ "linux-binary-unsigned-7.3*", NULL, "7.3.4" BBM, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct asked a = ask(cases[i].glob, cases[i].second, NULL), locked;
		const char *arch;

		if (a.ret)
			fail_msg("%s: %s", cases[i].glob, a.err.msg);
		assert_string_equal(a.kernel->release, cases[i].release);
		assert_int_equal(a.lock.n, cases[i].parts);
		assert_non_null(a.kernel->modules_root);
		assert_int_equal(image__check(a.kernel->image, &arch, &a.err), 0);
		assert_string_equal(arch, "arm64");
		/* The lock alone gives the same kernel. */
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
	/* The lock of a campaign has several kernels, and also works without a network. */
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
	struct asked a = { 0 }; /* the image tells its architecture */

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
	/* The same content from elsewhere is the same kernel. */
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
	static const char zboot[0x60] = { 'M',		 'Z',	       0,   0, 'z', 'i',  'm', 'g',
					  [0x3c] = 0x40, [0x40] = 'P', 'E', 0, 0,   0x64, 0x50 };
	static const char cut[0x40] = { 'M', 'Z', 0, 0, 'z', 'i', 'm', 'g', 0x40, 0, 0, 0, 0x11 };
	/* The PE header is said to be at the end of 4 GiB. */
	static const char far[0x40] = { 'M',	'Z',	0,     0, 'z', 'i',  'm',
					'g',	0x40,	0,     0, 0,   0x11, [0x3c] = '\xff',
					'\xff', '\xff', '\xff' };
	static const char vmlinux[20] = { '\177', 'E', 'L', 'F', 2, 1, 1, [16] = 2, 0, 62, 0 };
	static const struct {
		const char *data, *says;
		size_t len;
	} cases[] = {
		{ "", "an empty file", 0 },
		{ "hello, kernel", "something else", 13 },
		{ "\177ELF\2\1\1", "arch/arm64/boot/Image", 7 },
		{ "070701000", "an initramfs", 9 },
		{ x86, "the beginning of an x86 kernel", sizeof(x86) },
		{ zboot, "an EFI zboot image for another architecture", sizeof(zboot) },
		{ cut, "an EFI zboot image that is cut off", sizeof(cut) },
		{ cut, "an EFI zboot image that is cut off", 0x0e },
		{ far, "an EFI zboot image that is cut off", sizeof(far) },
		{ vmlinux, "arch/x86/boot/bzImage", sizeof(vmlinux) },
		{ "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0",
		  "a gzip file that does not contain one", 20 },
	};
	_free_ char *path = fake_path("image");
	const char *arch;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(fs__write_atomic(path, cases[i].data, cases[i].len), 0);
		assert_int_equal(image__check(path, &arch, &err), -ENOEXEC);
		if (!strstr(err.msg, cases[i].says) || !str_starts(err.msg, path))
			fail_msg("case %zu: %s", i, err.msg);
	}
	assert_int_equal(image__check("/nonexistent/Image", &arch, &err), -ENOENT);
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

/* Length of an image without the NUL of its string literal. */
static void put(char *at, const char *bytes, size_t n)
{
	memcpy(at, bytes, n);
}

/* A bzImage whose kernel has two segments: per-CPU data (at 0) and then text. As by kbuild, the
 * uncompressed size follows the compressed data. The caller frees. */
#define BZ_SETUP 0x600
#define BZ_TEXT 0xffffffff81000000ull
#define BZ_BANNER "Linux version 6.18.15-own (x@y) #1"
static char *bzimage(bool gzip, size_t *len)
{
	const Elf64_Phdr parts[] = {
		{ .p_type = PT_LOAD, .p_offset = 0x200, .p_filesz = 8 },
		{ .p_type = PT_LOAD, .p_offset = 0x208, .p_vaddr = BZ_TEXT + 16, .p_filesz = 64 },
		{ .p_type = PT_LOAD, .p_offset = 0x300, .p_vaddr = BZ_TEXT, .p_filesz = 4 },
	};
	Elf64_Ehdr eh = { .e_machine = EM_X86_64,
			  .e_phoff = sizeof(eh),
			  .e_phentsize = sizeof(parts[0]),
			  .e_phnum = ARRAY_SIZE(parts) };
	_free_ char *elf = xcalloc(0x400, 1), *file = fake_path("elf"), *packed = NULL, *z = NULL;
	uint32_t payload = 0x40, payload_len, syssize;
	size_t n;
	char *out;

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	memcpy(elf, &eh, sizeof(eh));
	memcpy(elf + sizeof(eh), parts, sizeof(parts));
	memcpy(elf + 0x208, BZ_BANNER, sizeof(BZ_BANNER));
	put(elf + 0x300, "text", 4);
	assert_int_equal(fs__write_atomic(file, elf, 0x400), 0);
	z = fake_path(gzip ? "elf.gz" : "elf.xz");
	if (gzip)
		assert_int_equal(tool__run(NULL, "pack", "gzip", "-fk", file, NULL), 0);
	else
		assert_int_equal(tool__run(NULL, "pack", "xz", "-fk", file, NULL), 0);
	assert_int_equal(fs__read(z, 1 << 20, &packed, &n), 0);
	payload_len = (uint32_t)n + (gzip ? 0 : 4);
	*len = BZ_SETUP + payload + payload_len + 64;
	syssize = (uint32_t)(*len - BZ_SETUP) / 16;
	out = xcalloc(*len, 1);
	put(out, "MZ", 2);
	out[0x1f1] = BZ_SETUP / 512 - 1;
	memcpy(out + 0x1f4, &syssize, 4);
	put(out + 0x1fe, "\x55\xaa", 2);
	put(out + 0x202, "HdrS\x0f\x02", 6);
	put(out + 0x20e, "\x80\x01", 2);
	put(out + 0x236, "\x7f", 1);
	memcpy(out + 0x248, &payload, 4);
	memcpy(out + 0x24c, &payload_len, 4);
	put(out + 0x380, "6.18.15-own (x@y) #1 SMP", 24);
	memcpy(out + BZ_SETUP + payload, packed, n);
	return out;
}

static void images_of_x86(void **state)
{
	_free_ char *path = fake_path("bzImage"), *text = NULL;
	const char *arch;
	struct err err;
	size_t n;

	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		size_t len;
		_free_ char *data = bzimage(gzip, &len);
		struct asked a;

		assert_int_equal(fs__write_atomic(path, data, len), 0);
		a = ask_file(path, NULL);
		assert_string_equal(got(&a)->release, "6.18.15-own");
		assert_string_equal(a.kernel->arch, "amd64");
		done(&a);
		/* The position in memory depends on addresses, not on the order in the file. */
		assert_int_equal(image__read(path, &text, &n, &err), 0);
		assert_int_equal(n, 16 + 64);
		assert_memory_equal(text, "text", 4);
		assert_string_equal(text + 16, BZ_BANNER);
		free(text);
		/* Without the version string in the header the banner is used. */
		memset(data + 0x20e, 0, 2);
		assert_int_equal(fs__write_atomic(path, data, len), 0);
		text = image__release(path);
		assert_string_equal(text, "6.18.15-own");
		free(text);
		text = NULL;
		for (size_t cut = len - 32; cut > 0x210; cut = cut * 3 / 4) {
			assert_int_equal(fs__write_atomic(path, data, cut & ~(size_t)15), 0);
			assert_int_equal(image__check(path, &arch, &err), -ENOEXEC);
			assert_non_null(strstr(err.msg, "cut off"));
		}
		data[BZ_SETUP + 0x40 + 20] ^= 0x55;
		data[BZ_SETUP + 0x40 + 40] ^= 0x55;
		assert_int_equal(fs__write_atomic(path, data, len), 0);
		assert_int_equal(image__check(path, &arch, &err), -ENOEXEC);
		assert_non_null(strstr(err.msg, "compressed part is damaged"));
		/* a 32-bit kernel */
		data[0x236] = 0x7e;
		assert_int_equal(fs__write_atomic(path, data, len), 0);
		assert_int_equal(image__check(path, &arch, &err), -ENOEXEC);
		assert_non_null(strstr(err.msg, "not a 64-bit bzImage"));
	}
}

/* Packages with a kernel for an architecture other than theirs, and a gzip'd bzImage. */
static void images_of_others(void **state)
{
	size_t len;
	_free_ char *data = bzimage(true, &len), *path = fake_path("b"), *gz = fake_path("b.gz");
	struct asked a = { .spec = { .arch = (char[]){ "arm64" }, .image = path } };
	const char *arch;
	struct err err;

	(void)state;
	assert_int_equal(fs__write_atomic(path, data, len), 0);
	a.ret = kernel__resolve(&a.spec, NULL, &a.lock, NULL, &a.kernel, &a.err);
	assert_int_equal(a.ret, -ENOEXEC);
	assert_non_null(strstr(a.err.msg, "expected a kernel for arm64, found one for amd64"));
	assert_int_equal(tool__run(NULL, "pack", "gzip", "-f", path, NULL), 0);
	assert_int_equal(image__check(gz, &arch, &err), -ENOEXEC);
	assert_non_null(strstr(err.msg, "a gzip'd bzImage"));
}

/* The ELF file inside is untrusted: segments out of bounds, too long, or endless. */
static void broken_layouts(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
	} cases[] = {
		{ 32, 0x10000 }, /* segment table */
		{ 32, UINT64_MAX },
		{ 64 + 56 + 8, 0x3f0 }, /* offset of a segment */
		{ 64 + 56 + 8, UINT64_MAX - 4 },
		{ 64 + 56 + 32, 0x400 }, /* size of it */
		{ 64 + 56 + 32, UINT64_MAX },
		{ 64 + 56 + 16, UINT64_MAX - 8 }, /* its address */
	};
	size_t len;

	(void)state;
	free(bzimage(true, &len)); /* leaves the ELF file behind */
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *path = fake_path("elf"), *elf = NULL, *out = NULL;

		assert_int_equal(fs__read(path, 1 << 20, &elf, &len), 0);
		out = xcalloc(len, 1);
		memcpy(out, elf, len);
		memcpy(out + cases[i].at, &cases[i].value, 8);
		assert_int_equal(bzimage__lay_out(&out, &len, 1 << 20), -EINVAL);
		assert_memory_equal(out, ELFMAG, SELFMAG);
	}
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

/* What a killed kduel left behind is not taken for a kernel, and is removed. */
static void interrupted_builds(void **state)
{
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

/* Only the whole name of a file tells that it is the module. */
static void extra_modules(void **state)
{
	char vmalloc[] = "/cache/x.ko/modules/12/test_vmalloc.ko", other[] = "/cache/my_brd.ko";
	char *paths[] = { vmalloc, other };
	const struct kernel k = { .extra = { paths, 2 } };
	static const struct need needs[] = { { .symbol = "X", .module = "x" }, { .symbol = NULL } };
	struct kernel_view v = { .kernel = &k };
	_cleanup_(kernel_lacks__release) struct kernel_lacks lacks = { 0 };

	(void)state;
	assert_ptr_equal(kernel__extra(&k, "test_vmalloc"), vmalloc);
	assert_ptr_equal(kernel__extra(&k, "my_brd"), other);
	assert_null(kernel__extra(&k, "brd"));
	assert_null(kernel__extra(&k, "x"));
	assert_null(kernel__extra(&k, "test_vmalloc.ko"));
	kernel_needs__check(&v, needs, "arm64", 0, "test", &lacks);
	assert_int_equal(lacks.unknown.n, 1);
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
		cmocka_unit_test_setup(images_of_x86, fake_fresh),
		cmocka_unit_test_setup(images_of_others, fake_fresh),
		cmocka_unit_test_setup(broken_layouts, fake_fresh),
		cmocka_unit_test_setup(interrupted_builds, fake_fresh),
		cmocka_unit_test(extra_modules),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
