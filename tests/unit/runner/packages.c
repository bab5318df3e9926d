// SPDX-License-Identifier: GPL-2.0-only
/* Parsers of apt's output and of kernel images: pure functions, with real samples. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/packages/version.h"
#include "runner/kernels/files/image.h"
#include "runner/packages/mirror.h"
#include "runner/packages/package.h"
#include "runner/packages/stanza.h"

static int sign(int c)
{
	return (c > 0) - (c < 0);
}

static const char *const versions[] = {
	/* ascending */
	"0~~",
	"0~",
	"0",
	"1.0~rc1-1",
	"1.0-1",
	"1.0-1+b1",
	"1.0-1.1",
	"1.0a-1",
	"1.0+1-1",
	"1.2-1",
	"1.10-1",
	"6.1.170-3",
	"6.9.1-1~bpo13+1",
	"6.18.15-1~bpo13+1",
	"6.18.15-1",
	"1:0.1-1",
	"1:0.1-2-1",
	"2:0",
};

static void order_of_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		for (size_t j = 0; j < ARRAY_SIZE(versions); j++)
			if (sign(debver__compare(versions[i], versions[j])) !=
			    sign((int)i - (int)j))
				fail_msg("%s against %s", versions[i], versions[j]);
	assert_int_equal(debver__compare("1.0", "1.00"), 0);
	assert_int_equal(debver__compare("0:1.0-0", "1.0"), 0);
}

/* The table above is our view; dpkg must agree. */
static void dpkg_agrees(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_SIZE(versions); i++) {
		const char *argv[] = { "dpkg", "--compare-versions", versions[i],
				       "lt",   versions[i + 1],	     NULL };
		struct proc_opts o = { .argv = (char *const *)argv };
		struct proc_result res;

		assert_int_equal(proc__run(&o, &res), 0);
		if (res.status)
			fail_msg("dpkg: %s is not before %s", versions[i], versions[i + 1]);
		proc_result__release(&res);
	}
}

static void records(void **state)
{
	_free_ char *text = NULL;
	struct strvec deps = { 0 };
	const struct stanza *s;
	struct stanzas st;

	(void)state;
	assert_int_equal(fs__read("tests/data/apt/show.txt", 1 << 20, &text, NULL), 0);
	stanzas__parse(text, &st);
	assert_int_equal(st.n, 5);
	s = stanzas__find(&st, "linux-image-7.2.12+deb13-cloud-arm64", NULL);
	assert_non_null(s);
	assert_string_equal(s->version, "7.2.12-1~bpo13+1");
	assert_string_equal(s->arch, "arm64");
	assert_string_equal(s->sha256,
			    "417c7857a95905fd15512d65400fbbca50b6eac183c49d05ae9e9a7af963cf75");
	stanza__depends(s->depends, &deps);
	assert_int_equal(deps.n, 5);
	assert_string_equal(deps.v[0], "dracut|initramfs-tools|linux-initramfs-tool");
	assert_string_equal(deps.v[2], "linux-binary-7.2.12+deb13-cloud-arm64");
	assert_string_equal(deps.v[4], "linux-base"); /* Pre-Depends comes later in the record */
	assert_null(stanzas__find(&st, "linux-image-7.2.12+deb13-cloud-arm64", "1"));
	assert_null(stanzas__find(&st, "linux-base-7.2.12+deb13-cloud-arm64", NULL)->depends);
	strvec__release(&deps);
	stanzas__release(&st);
	stanza__depends("a:any (>= 1) [arm64] <!nocheck> |b,, |", &deps);
	assert_int_equal(deps.n, 1);
	assert_string_equal(deps.v[0], "a|b");
	strvec__release(&deps);
}

/* The upstream tarball, not the additional ones. */
static void source_records(void **state)
{
	_free_ char *text = NULL;
	struct stanzas st;

	(void)state;
	assert_int_equal(fs__read("tests/data/apt/showsrc.txt", 1 << 20, &text, NULL), 0);
	stanzas__parse(text, &st);
	assert_int_equal(st.n, 1);
	assert_string_equal(st.v[0].package, "sqlite3");
	assert_string_equal(st.v[0].version, "3.40.1-2+deb12u2");
	assert_string_equal(st.v[0].arch, "source");
	assert_string_equal(st.v[0].sha256,
			    "aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655");
	assert_string_equal(st.v[0].size, "8019048");
	stanzas__release(&st);
	stanzas__parse("Package: a\nVersion: 1\nArchitecture: all\nChecksums-Sha256:\n 0 1 a_1.tar.xz\n"
		       " 0\n 0 1 a_1.orig.tar.xz.asc\nFiles:\n 0 1 a_1.orig.tar.xz\n",
		       &st);
	assert_int_equal(st.n, 1);
	assert_null(st.v[0].sha256); /* a native Debian package has no upstream tarball */
	stanzas__release(&st);
}

/* Output of `apt-get indextargets` on real machines, with only the host names changed. */
static void mirrors(void **state)
{
	static const struct {
		const char *targets, *main, *security, *updates;
	} cases[] = {
		{ /* one line in sources.list, as mmdebstrap leaves it */
		  "http://mirror.example/debian/dists/bookworm/|bookworm|$(SIGNED_BY)|main\n",
		  "http://mirror.example/debian trixie main\n",
		  "http://mirror.example/debian-security trixie-security main\n",
		  "http://mirror.example/debian trixie-updates main\n" },
		{ /* deb822 with a separate security mirror, and third parties around it */
		  "https://third.example/apt/dists/sdk-bookworm/|sdk-bookworm|$(SIGNED_BY)|main\n"
		  "https://other.example/linux/debian/dists/bookworm/|bookworm|/k.asc|stable\n"
		  "https://odd.example/dists/bookworm/|bookworm|/k.asc|main\n"
		  "http://mirror.example/debian/dists/bookworm-updates/|bookworm-updates|"
		  "$(SIGNED_BY)|main\n"
		  "http://sec.example/debian-security/dists/bookworm-security/|bookworm-security|"
		  "$(SIGNED_BY)|main\n",
		  "http://mirror.example/debian trixie main\n",
		  "http://sec.example/debian-security trixie-security main\n",
		  "http://mirror.example/debian trixie-updates main\n" },
		{ /* cloud images name a list of mirrors */
		  "mirror+file:/etc/apt/mirrors/debian.list/dists/bookworm/|bookworm|"
		  "$(SIGNED_BY)|main\n",
		  "mirror+file:/etc/apt/mirrors/debian.list trixie main\n",
		  "mirror+file:/etc/apt/mirrors/debian-security.list trixie-security main\n",
		  "mirror+file:/etc/apt/mirrors/debian.list trixie-updates main\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const suites[] = { "trixie", "trixie-security", "trixie-updates" };
		const char *const ends[] = { cases[i].main, cases[i].security, cases[i].updates };
		struct mirror m;

		mirror__parse(cases[i].targets, &m);
		for (size_t j = 0; j < ARRAY_SIZE(suites); j++) {
			_free_ char *line = NULL;

			assert_int_equal(mirror__source_line(&m, "arm64", suites[j], &line, NULL),
					 0);
			assert_true(str_starts(line, "deb [arch=arm64"));
			if (!str_ends(line, ends[j]))
				fail_msg("case %zu: %s", i, line);
			free(line);
			assert_int_equal(mirror__source_line(&m, "source", suites[j], &line, NULL),
					 0);
			assert_true(str_starts(line, "deb-src "));
			assert_null(strstr(line, "arch="));
			if (!str_ends(line, ends[j]))
				fail_msg("case %zu: %s", i, line);
		}
		mirror__release(&m);
	}
}

static void no_mirror(void **state)
{
	static const char *const cases[] = {
		"",
		"||||\n",
		"cdrom:[Debian]/dists/bookworm/|bookworm||main\n",
		"http://archive.example/ubuntu/dists/noble/|noble|$(SIGNED_BY)|main\n",
	};
	struct err err = { 0 };
	struct mirror m;
	char *line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		mirror__parse(cases[i], &m);
		assert_int_equal(mirror__source_line(&m, "arm64", "trixie", &line, &err), -EINVAL);
		assert_non_null(strstr(err.msg, "no Debian mirror"));
		mirror__release(&m);
	}
}

static void package_names(void **state)
{
	static const struct {
		const char *name, *release, *flavour;
		bool kernel;
	} cases[] = {
		{ "linux-image-6.18.15+deb13-cloud-arm64", "6.18.15+deb13-cloud-arm64",
		  "cloud-arm64", true },
		{ "linux-image-6.1.0-40-arm64-16k-unsigned", "6.1.0-40-arm64-16k", "arm64-16k",
		  true },
		{ "linux-binary-unsigned-7.3.4+deb13-rt-arm64", "7.3.4+deb13-rt-arm64", "rt-arm64",
		  true },
		{ "linux-image-cloud-arm64", "cloud-arm64", "cloud-arm64", false },
		{ "linux-image-6.18.15+deb13-arm64-dbg", "6.18.15+deb13-arm64-dbg", "arm64-dbg",
		  false },
		{ "linux-base", NULL, NULL, false },
		{ "linux-perf-6.1", NULL, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *release = package__release(cases[i].name);

		assert_int_equal(package__is_kernel(cases[i].name), cases[i].kernel);
		assert_true(!release == !cases[i].release);
		if (release) {
			assert_string_equal(release, cases[i].release);
			assert_string_equal(package__flavour(release), cases[i].flavour);
		}
	}
}

static void banners(void **state)
{
	static const char text[] = "%s version %s\0Linux version %s\0Linux version /x\0"
				   "Linux version 6.18.15+deb13-cloud-arm64 (a@b) #1";
	static const char no_end[] = "Linux version ";
	_free_ char *release = image__banner_release(text, sizeof(text));

	(void)state;
	assert_string_equal(release, "6.18.15+deb13-cloud-arm64");
	assert_null(image__banner_release(no_end, sizeof(no_end) - 1));
	assert_null(image__banner_release("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_of_versions), cmocka_unit_test(dpkg_agrees),
		cmocka_unit_test(records),	     cmocka_unit_test(source_records),
		cmocka_unit_test(mirrors),	     cmocka_unit_test(no_mirror),
		cmocka_unit_test(package_names),     cmocka_unit_test(banners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
