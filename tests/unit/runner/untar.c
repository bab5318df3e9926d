// SPDX-License-Identifier: GPL-2.0-only
/* Unpack malicious packages, and check that nothing outside of the tree changes. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/guest/root_tree.h"
#include "runner/host/tool.h"
#include "runner/host/unpack.h"
#include "runner/host/untar.h"
#include "runner/kernels/files/import.h"

#include <archive_entry.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64]; /* holds outside/, which nothing may touch, and tree/ */

static char *in(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void shell(const char *fmt, ...) __printf(1, 2);
static void shell(const char *fmt, ...)
{
	_free_ char *script = NULL, *all = NULL;
	struct err err = { 0 };
	va_list ap;

	va_start(ap, fmt);
	script = xvasprintf(fmt, ap);
	va_end(ap);
	all = xasprintf("set -e; cd %s; %s", dir, script);
	if (tool__run(&err, "prepare the test", "bash", "-c", all, NULL))
		fail_msg("%s", err.msg);
}

/* Everything in outside/ as text: names, modes, sizes and checksums. */
static char *outside(void)
{
	_free_ char *script =
		xasprintf("cd %s/outside; find . -printf '%%p %%m %%s %%l\\n' | sort; "
			  "find . -type f -exec sha256sum {} +",
			  dir);
	const char *argv[] = { "bash", "-c", script, NULL };
	struct proc_result res;
	char *text;

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = (char *const *)argv }, &res), 0);
	text = xstrdup(res.out);
	proc_result__release(&res);
	return text;
}

/* Build a .deb from the files that the script makes in its working directory. */
static char *deb(const char *name, const char *script)
{
	shell("rm -rf pack; mkdir -p pack/DEBIAN; cd pack; "
	      "printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: N <n@example.org>\\n"
	      "Description: test\\n' >DEBIAN/control; %s; cd ..; "
	      "dpkg-deb --root-owner-group -b pack %s.deb >/dev/null",
	      name, script, name);
	return xasprintf("%s/%s.deb", dir, name);
}

static int unpack(const char *archive, struct err *err)
{
	_free_ char *tree = in("tree");

	return untar__tree(archive, tree, false, err);
}

static int fresh(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/kduel-untar-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	shell("mkdir -p tree outside/doc outside/sub; echo precious >outside/file; "
	      "echo precious >outside/doc/book; echo image >outside/vmlinuz-6.1; chmod 700 outside/sub");
	return 0;
}

static int clean(void **state)
{
	(void)state;
	return fs__rm_rf(dir);
}

/* In each pair, the first package has a symlink, and the second one a file behind it. */
static void links_lead_nowhere_else(void **state)
{
	static const struct {
		const char *lay, *go, *there; /* `there` is a file that must exist in the tree */
	} cases[] = {
		{ "mkdir usr; ln -s $D/outside usr/evil",
		  "mkdir -p usr/evil; echo evil >usr/evil/file", "usr/evil/file" },
		{ "mkdir usr; ln -s ../../../../../../..$D/outside usr/evil",
		  "mkdir -p usr/evil; echo evil >usr/evil/file", "usr/evil/file" },
		{ "mkdir usr; ln -s $D/outside usr/a; ln -s a usr/b",
		  "mkdir -p usr/b/sub; echo evil >usr/b/sub/file", "usr/b/sub/file" },
		{ "mkdir usr; ln -s $D/outside/file usr/evil", "mkdir usr; echo evil >usr/evil",
		  "usr/evil" },
		{ "mkdir usr; ln -s $D/outside usr/evil",
		  "mkdir -p usr/evil/sub; chmod 1777 usr/evil/sub", "usr/evil/sub" },
		{ "ln -s / usr", "mkdir -p usr$D/outside; echo evil >usr$D/outside/file", "usr" },
		{ "ln -s /proc/self/root usr",
		  "mkdir -p usr$D/outside; echo evil >usr$D/outside/file", "usr" },
		/* a link in place of the package's own directory, and a loop */
		{ "ln -s loop loop", "mkdir loop; echo evil >loop/file", "loop/file" },
	};
	struct err err = { 0 };
	struct stat st;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *lay = xasprintf("D=%s; %s", dir, cases[i].lay);
		_free_ char *go = xasprintf("D=%s; %s", dir, cases[i].go);
		_free_ char *a = deb("evila", lay), *b = deb("evilb", go), *tree = in("tree");
		_free_ char *before = outside(), *after = NULL, *there = NULL;

		assert_int_equal(fs__rm_rf(tree), 0);
		if (unpack(a, &err) || unpack(b, &err))
			fail_msg("case %zu: %s", i, err.msg);
		after = outside();
		if (strcmp(before, after) != 0)
			fail_msg("case %zu changed what is outside:\n%s\nto\n%s", i, before, after);
		there = xasprintf("%s/%s", tree, cases[i].there);
		if (lstat(there, &st))
			fail_msg("case %zu: no %s", i, there);
	}
}

/* With a merged /usr, symlinks are kept like dpkg does, in either order of packages. */
static void merged_links_stay(void **state)
{
	_free_ char *base = deb("base",
				"mkdir -p usr/lib usr/bin; ln -s usr/lib lib; ln -s /usr/bin bin");
	_free_ char *old = deb("old",
			       "mkdir -p lib/modules bin; echo m >lib/modules/m; echo b >bin/b; "
			       "chmod 4755 bin/b; ln bin/b bin/c; ln -s b bin/d");
	_free_ char *tree = in("tree");
	const char *const orders[][2] = { { base, old }, { old, base } };
	struct err err = { 0 };

	(void)state;
	if (unpack(base, &err) || unpack(old, &err))
		fail_msg("%s", err.msg);
	shell("cd tree; [ $(readlink lib) = usr/lib ]; [ $(readlink bin) = /usr/bin ]; "
	      "[ $(cat usr/lib/modules/m) = m ]; [ $(stat -c %%a usr/bin/b) = 4755 ]; "
	      "[ usr/bin/b -ef usr/bin/c ]; [ $(readlink usr/bin/d) = b ]");
	/* An existing directory is kept. */
	assert_int_equal(fs__rm_rf(tree), 0);
	if (unpack(orders[1][0], &err) || unpack(orders[1][1], &err))
		fail_msg("%s", err.msg);
	shell("cd tree; [ ! -L lib ]; [ $(cat lib/modules/m) = m ]");
}

static void put(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Unpack bytes as a package. Returns true if all of its files exist afterwards. A failure must have a
 * message. */
static bool unpack_bytes(const char *bytes, size_t n)
{
	_free_ char *path = in("bytes.deb"), *tree = in("tree"), *b = in("tree/usr/bin/b");
	_free_ char *last = in("tree/zz/last"), *text = NULL, *more = NULL;
	struct err err = { "" };
	int ret;

	put(path, bytes, n);
	assert_int_equal(fs__rm_rf(tree), 0);
	ret = unpack(path, &err);
	if (ret && !*err.msg)
		fail_msg("%zu bytes: %d without words", n, ret);
	return !ret && !fs__read(b, 1 << 20, &text, NULL) && !fs__read(last, 64, &more, NULL) &&
	       str_starts(text, "line 1\n") && str_ends(text, "line 400\n") &&
	       streq(more, "last\n");
}

/* Truncate packages at random lengths, and change random bytes, for each compression. A truncated package
 * must be refused, unless only padding is missing. */
static void damaged(void **state)
{
	static const char *const kinds[] = { "none", "gzip", "xz", "zstd" };
	_free_ char *before = outside(), *after = NULL;
	uint64_t random = 1;

	(void)state;
	shell("mkdir -p pack/DEBIAN pack/usr/bin pack/zz; cd pack; seq -f 'line %%g' 400 >usr/bin/b; "
	      "echo last >zz/last; ln -s %s/outside/file zz/link; "
	      "printf 'Package: p\nVersion: 1\nArchitecture: all\nMaintainer: N <n@example.org>\n"
	      "Description: test\n' >DEBIAN/control",
	      dir);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		_free_ char *path = in("whole.deb"), *bytes = NULL;
		size_t len, cut = 0, whole = 0, changed = 0;

		shell("dpkg-deb --root-owner-group -Z%s -b pack whole.deb >/dev/null", kinds[k]);
		assert_int_equal(fs__read(path, 1 << 20, &bytes, &len), 0);
		assert_true(unpack_bytes(bytes, len));
		for (size_t n = 0; n < len; n += 1 + len / 40, cut++)
			whole += unpack_bytes(bytes, n);
		/* Padding: two blocks of zeros at the end of an archive, and the rest of the record. */
		if (whole > (streq(kinds[k], "none") ? cut / 2 : 1))
			fail_msg("%s: %zu of %zu cut packages were taken for whole", kinds[k],
				 whole, cut);
		for (int i = 0; i < 40; i++) {
			size_t at;

			random = random * 6364136223846793005ull + 1442695040888963407ull;
			at = len ? (size_t)(random >> 33) % len : 0;
			bytes[at] ^= (char)(1 << (random >> 30 & 7));
			changed += unpack_bytes(bytes, len);
			bytes[at] ^= (char)(1 << (random >> 30 & 7));
		}
		assert_true(unpack_bytes(bytes, len));
		assert_true(changed < 40);
	}
	after = outside();
	assert_string_equal(before, after);
}

/* Headers of ar(5) that no real package has. */
static void odd_headers(void **state)
{
	static const struct {
		const char *name, *size;
	} cases[] = {
		{ "", "4" },
		{ "/", "4" },
		{ "//", "9999999999" },
		{ "#1/99999999", "4" },
		{ "#1/-4", "4" },
		{ "data.tar", "-1" },
		{ "data.tar.xz", "0" },
		{ "data.tar", "none" },
		{ "data.tar", "9999999999" },
		{ "/99999999999999", "4" },
		{ "../data.tar", "4" },
		{ "debian-binary", "4" },
		{ "data.tar.gz", "4" },
		{ "data.tar.zst", "4" },
		{ "\033[2J", "4" },
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *path = in("odd.deb");
		_free_ char *text = xasprintf("!<arch>\n%-16s%-12s%-6s%-6s%-8s%-10s`\n%s",
					      cases[i].name, "0", "0", "0", "100644", cases[i].size,
					      "2.0\n");

		err = (struct err){ "" };
		put(path, text, strlen(text));
		/* To libarchive, an empty archive is no error; it has no files. */
		if (unpack(path, &err) && !*err.msg)
			fail_msg("case %zu failed without words", i);
		shell("[ -z \"$(find tree -type f)\" ]");
	}
}

/* Without root privileges, a directory that its owner may not enter could neither be filled nor
 * removed. */
static void modes_of_the_owner(void **state)
{
	_free_ char *path = deb("closed",
				"mkdir -p a/b; echo x >a/b/f; chmod 0 a/b/f; chmod 0555 a; "
				"chmod 0 a/b");
	_free_ char *tree = in("tree"), *file = in("tree/a/b/f"), *text = NULL;
	struct err err = { "" };
	pid_t pid;
	int ws;

	(void)state;
	shell("chmod 755 .; chmod 777 tree");
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (!geteuid() &&
		    (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
			_exit(9);
		if (unpack(path, &err) || fs__read(file, 16, &text, NULL) || !streq(text, "x\n"))
			_exit(1);
		/* Everything is removed except the top directory, whose parent has another owner. */
		_exit(fs__rm_rf(tree) && !access(file, F_OK) ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &ws, 0), pid);
	assert_int_equal(ws, 0);
}

/* Write only the beginning of an archive whose member claims to have gigabytes. */
static la_ssize_t write_start(struct archive *a __unused, void *file, const void *buf, size_t n)
{
	return ftell(file) < 8192 ? (la_ssize_t)fwrite(buf, 1, n, file) : -1;
}

/* Make a tar archive with one member that no real package has. */
static char *tar_of(const char *name, mode_t type, const char *link, int64_t size)
{
	char *path = in("odd.tar");
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	FILE *f = fopen(path, "we");

	archive_write_set_format_pax_restricted(a);
	archive_write_set_bytes_per_block(a, 0); /* written at once */
	assert_non_null(f);
	assert_int_equal(archive_write_open(a, f, NULL, write_start, NULL), ARCHIVE_OK);
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0777);
	archive_entry_set_size(e, size);
	if (link && type == AE_IFREG)
		archive_entry_set_hardlink(e, link);
	else if (link)
		archive_entry_set_symlink(e, link);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	if (size > 0)
		archive_write_data(a, "x", 1);
	archive_entry_free(e);
	archive_write_close(a);
	archive_write_free(a);
	fclose(f);
	return path;
}

static void odd_members(void **state)
{
	static const struct {
		const char *name, *link, *says;
		int64_t size;
		mode_t type;
		int ret;
	} cases[] = {
		{ "usr/../../outside/file", NULL, "\"..\"", 1, AE_IFREG, -EIO },
		{ "dev/sda", NULL, "a device", 0, AE_IFBLK, -EIO },
		{ "dev/null", NULL, "a device", 0, AE_IFCHR, -EIO },
		{ "run/pipe", NULL, "pipe", 0, AE_IFIFO, -EIO },
		{ "usr/hard", "../outside/file", "\"..\"", 0, AE_IFREG, -EIO },
		{ "usr/hard", "nosuch", "a hard link to nosuch", 0, AE_IFREG, -EIO },
		{ "usr/hard", "through", "a hard link to through", 0, AE_IFREG, -EIO },
		{ "usr/hard", "dir/file", "a hard link to dir/file", 0, AE_IFREG, -EIO },
		{ "big", NULL, "more than 8 GiB", 9ll << 30, AE_IFREG, -EFBIG },
	};
	_free_ char *before = outside(), *after = NULL;
	struct err err = { 0 };

	(void)state;
	shell("ln -s %s/outside/file tree/through; ln -s %s/outside tree/dir", dir, dir);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *tar = tar_of(cases[i].name, cases[i].type, cases[i].link,
					  cases[i].size);
		int ret = unpack(tar, &err);

		if (ret != cases[i].ret || !strstr(err.msg, cases[i].says))
			fail_msg("case %zu: %d %s", i, ret, err.msg);
	}
	after = outside();
	assert_string_equal(before, after);
	/* An absolute name is relative to the tree. */
	shell("tar -cPf abs.tar %s/outside/file", dir);
	{
		_free_ char *tar = in("abs.tar");

		assert_int_equal(unpack(tar, &err), 0);
		shell("cmp tree%s/outside/file outside/file", dir);
	}
}

/* A package of a few megabytes with gigabytes of zeros is refused, and nothing of it is written. */
static void bombs(void **state)
{
	_free_ char *path = in("bomb.deb"), *tree = in("tree");
	struct err err = { 0 };
	struct stat st;

	(void)state;
	shell("truncate -s 9G zeros; printf '2.0\\n' >debian-binary; tar -cf control.tar.gz -z debian-binary; "
	      "tar -cf - zeros | head -c 40M | gzip -1 >data.tar.gz; rm zeros; "
	      "ar rc bomb.deb debian-binary control.tar.gz data.tar.gz");
	assert_int_equal(unpack(path, &err), -EFBIG);
	assert_non_null(strstr(err.msg, "bomb.deb: it unpacks to more than 8 GiB"));
	free(path);
	path = xasprintf("%s/zeros", tree);
	assert_int_equal(lstat(path, &st), -1);
	/* A package without its last member, and files that are not packages. */
	shell("ar rc bomb.deb debian-binary control.tar.gz; ar d bomb.deb data.tar.gz; echo text >text.deb; "
	      ": >empty.deb; head -c 3000 data.tar.gz >data; gzip -dc <data 2>/dev/null >data.tar || :; "
	      "head -c 700 data.tar >short.tar");
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "bomb.deb", "text.deb", "empty.deb",
						     "nosuch.deb" };
		_free_ char *file = in(names[i]);

		assert_int_equal(unpack(file, &err), -EIO);
		assert_non_null(strstr(err.msg, names[i]));
	}
}

/* kduel itself adds files to a guest's tree: these do not go through symlinks of packages, either. */
static void finishing_a_tree(void **state)
{
	_free_ char *script = xasprintf("mkdir -p usr var; ln -s %s/outside usr/share; "
					"ln -s %s/outside etc; ln -s %s/outside/sub tmp; "
					"ln -s %s/outside/sub var/tmp; ln -s %s/outside var/lib",
					dir, dir, dir, dir, dir);
	_free_ char *evil = deb("evil", script), *tree = in("tree"), *before = outside(),
		    *after = NULL;
	struct strvec debs = { 0 };
	struct err err = { 0 };

	(void)state;
	strvec__push(&debs, evil);
	if (root_tree__build(tree, &debs, &err))
		fail_msg("%s", err.msg);
	after = outside();
	assert_string_equal(before, after);
	shell("cd tree; grep -q ^root: etc/passwd; [ ! -L tmp ]; [ $(stat -c %%a tmp) = 1777 ]");
	strvec__release(&debs);
}

/* A kernel package in which /boot or the modules are symlinks to directories of the host. */
static void kernel_behind_links(void **state)
{
	_free_ char *script = xasprintf("ln -s %s/outside boot; mkdir -p usr/lib/modules; "
					"ln -s %s/outside usr/lib/modules/6.1",
					dir, dir);
	_free_ char *evil = deb("evil", script), *tree = in("tree"), *to = in("kernel");
	_free_ char *before = outside(), *after = NULL;
	struct err err = { 0 };
	char hash[65];

	(void)state;
	assert_int_equal(unpack(evil, &err), 0);
	assert_int_equal(kernel_import__tree(tree, to, "arm64", "evil", hash, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "the packages hold no kernel image"));
	after = outside();
	assert_string_equal(before, after);
}

/* The size of the output is limited for each compressor, and no memory is allocated for it. */
static void streams_are_bounded(void **state)
{
	static const char *const tools[] = { "gzip -1", "xz -0", "zstd -q -1", "bzip2 -1" };
	struct err err = { 0 };
	_free_ char *file = in("z");
	size_t len;
	char *out;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		_free_ char *data = NULL;

		shell("head -c 3M /dev/zero | %s >z", tools[i]);
		assert_int_equal(unpack__check_size(file, 3 << 20, &err), 0);
		assert_int_equal(unpack__check_size(file, 2 << 20, &err), -EFBIG);
		assert_non_null(strstr(err.msg, "unpacks to more than 2 MiB"));
		assert_int_equal(fs__read(file, 1 << 20, &data, &len), 0);
		assert_int_equal(unpack__memory(data, len, (3 << 20) - 1, &out, &len), -EFBIG);
		assert_int_equal(unpack__memory(data, len, 3 << 20, &out, &len), 0);
		assert_int_equal(len, 3 << 20);
		free(out);
		shell("head -c 40 z >y; mv y z");
		assert_int_equal(unpack__check_size(file, 3 << 20, &err), -EINVAL);
		assert_non_null(strstr(err.msg, "damaged"));
	}
	assert_int_equal(unpack__check_size(dir, 1, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "not a regular file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(links_lead_nowhere_else, fresh, clean),
		cmocka_unit_test_setup_teardown(merged_links_stay, fresh, clean),
		cmocka_unit_test_setup_teardown(odd_members, fresh, clean),
		cmocka_unit_test_setup_teardown(damaged, fresh, clean),
		cmocka_unit_test_setup_teardown(odd_headers, fresh, clean),
		cmocka_unit_test_setup_teardown(modes_of_the_owner, fresh, clean),
		cmocka_unit_test_setup_teardown(bombs, fresh, clean),
		cmocka_unit_test_setup_teardown(finishing_a_tree, fresh, clean),
		cmocka_unit_test_setup_teardown(kernel_behind_links, fresh, clean),
		cmocka_unit_test_setup_teardown(streams_are_bounded, fresh, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
