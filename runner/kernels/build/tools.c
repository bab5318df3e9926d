// SPDX-License-Identifier: GPL-2.0-only
/* tools.c - checks for the programs and headers that a kernel build needs. */
#include "runner/kernels/build/tools.h"

#include "lib/fs.h"
#include "runner/host/arch.h"

/* A program or file, and the Debian package that contains it. */
struct need {
	const char *what, *package;
};

/* Needed for kernels with the configurations of configs/kconfig, after
 * Documentation/process/changes.rst. */
static const struct need needs[] = {
	{ "make", "make" },
	{ "bison", "bison" },
	{ "flex", "flex" },
	{ "bc", "bc" },
	{ "perl", "perl" },
	{ "xz", "xz-utils" },
	{ "gcc", "gcc" },
	{ "/usr/include/openssl/evp.h", "libssl-dev" },
	{ "/usr/include/gelf.h", "libelf-dev" },
};

/* Compilers for arm64 and for amd64. */
static const struct need cross[] = {
#ifdef __aarch64__
	{ "gcc", "gcc" },
	{ "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu" },
#else
	{ "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu" },
	{ "gcc", "gcc" },
#endif
};

static const struct need git_needs[] = { { "git", "git" } };

/* Append the packages of what is missing. */
static void look_for(const struct need *n, size_t count, struct strvec *packages)
{
	for (size_t i = 0; i < count; i++) {
		_free_ char *path = *n[i].what == '/' ? NULL : fs__find_program(n[i].what);

		if (!path && !fs__exists(n[i].what) && !strvec__has(packages, n[i].package))
			strvec__push(packages, n[i].package);
	}
}

/* All missing packages are listed at once, in one command that installs them. */
int build_tools__check(const struct build *b, struct err *err)
{
	struct strvec packages = { 0 };
	_free_ char *list = NULL;
	int ret = 0;

	look_for(needs, ARRAY_SIZE(needs), &packages);
	look_for(streq(b->spec->arch, ARCH_ARM64) ? &cross[0] : &cross[1], 1, &packages);
	if (b->spec->git || b->spec->patches.n)
		look_for(git_needs, ARRAY_SIZE(git_needs), &packages);
	list = strvec__shell_line(&packages);
	if (packages.n)
		ret = err__set(
			err, -EOPNOTSUPP,
			"building a kernel needs packages that are not "
			"installed: `tools/setup.sh kernel` installs them, or: apt-get install %s",
			list);
	strvec__release(&packages);
	return ret;
}
