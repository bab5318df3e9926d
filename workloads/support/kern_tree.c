// SPDX-License-Identifier: GPL-2.0-only
/* kern_tree.c - unpacks or generates the source, writes a makefile, checks what a build has
 * produced. */
#include "workloads/support/kern_tree.h"

#include "lib/fs.h"
#include "lib/hash.h"
#include "workloads/support/memory.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#define STB "/usr/include/stb/stb_"
#define SOURCE_MAX (4u << 20)
/* Disk space for source and objects, below job->dir, which is in memory in a guest. */
#define LINUX_ROOM (5ull << 30)
#define TINY_ROOM (2ull << 30)

/* In alphabetical order; each has an implementation that a macro enables. Together they take an
 * emulated guest a quarter of a minute; a set with larger ones took a minute. */
static const char *const units[] = {
	"divide", "ds", "dxt", "hexwave", "perlin", "rect_pack",
};

static bool is_linux(const struct param_set *ps)
{
	return streq(param_set__get(ps, "source")->text, "linux");
}

/* The path in Debian's linux-source packages. The caller frees. */
static char *tarball(const struct job *job)
{
	return xasprintf("/usr/src/linux-source-%s.tar.xz", job__text(job, "series"));
}

void kern_tree__packages(const struct param_set *ps, struct strvec *out)
{
	if (!is_linux(ps)) {
		strvec__push(out, "libstb-dev");
		return;
	}
	strvec__pushf(out, "linux-source-%s", param_set__get(ps, "series")->text);
	strvec__push_all(out, "bash", "bc", "bison", "cpio", "diffutils", "findutils", "flex",
			 "gawk", "grep", "gzip", "hostname", "kmod", "libelf-dev", "libssl-dev",
			 "perl", "python3", "rsync", "sed", "tar", "xz-utils", NULL);
}

static int check_room(struct job *job)
{
	uint64_t need = streq(job__text(job, "config"), "tinyconfig") ? TINY_ROOM : LINUX_ROOM;
	int ret = memory__room(job, need, "source", "linux");

	return ret ? ret : memory__need(job, need, "source", "linux");
}

int kern_tree__check(struct job *job)
{
	static const char *const programs[] = { "gcc", "make", "time" };
	_free_ char *source = is_linux(job->params) ? tarball(job) : xstrdup(STB "ds.h");
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++) {
		_free_ char *path = fs__find_program(programs[i]);

		if (!path)
			ret = job__fail(job, -EOPNOTSUPP,
					"there is no program %s here (package %s)", programs[i],
					programs[i]);
	}
	if (!ret && !fs__exists(source))
		ret = job__fail(job, -EOPNOTSUPP, "there is no %s here (package %s%s)", source,
				is_linux(job->params) ? "linux-source-" : "libstb-dev",
				is_linux(job->params) ? job__text(job, "series") : "");
	return !ret && is_linux(job->params) ? check_room(job) : ret;
}

static int write_file(struct job *job, const struct kern_tree *t, const char *name,
		      const char *text)
{
	_free_ char *path = xasprintf("%s/%s", t->dir, name);
	int ret = fs__write_atomic(path, text, strlen(text));

	return ret ? job__fail(job, ret, "%s: %s", path, strerror(-ret)) : 0;
}

/* Write a source file with just the implementation of one header; the header's contents are added
 * to *hash. */
static int write_unit(struct job *job, const struct kern_tree *t, const char *unit, uint64_t *hash)
{
	_free_ char *name = xasprintf("%s.c", unit), *header = xasprintf(STB "%s.h", unit);
	_free_ char *upper = xstrdup(unit), *text = NULL, *contents = NULL;
	int ret = fs__read(header, SOURCE_MAX, &contents, NULL);

	if (ret)
		return job__fail(job, ret, "%s: %s", header, strerror(-ret));
	*hash = *hash * 31 + hash__text(contents);
	for (char *p = upper; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	text = xasprintf("#define STB_%s_IMPLEMENTATION\n#include \"%s\"\n", upper, header);
	return write_file(job, t, name, text);
}

/* The commands need no shell. */
static int make_files(struct job *job, struct kern_tree *t)
{
	_free_ char *makefile = NULL;
	_cleanup_(strvec__release) struct strvec objects = { 0 };
	_free_ char *list = NULL;
	uint64_t hash = 0;
	int ret = fs__mkdir_p(t->dir);

	if (ret)
		return job__fail(job, ret, "%s: %s", t->dir, strerror(-ret));
	for (size_t i = 0; !ret && i < ARRAY_SIZE(units); i++) {
		ret = write_unit(job, t, units[i], &hash);
		strvec__pushf(&objects, "%s.o", units[i]);
	}
	list = strvec__shell_line(&objects);
	makefile = xasprintf("all: %s\n%%.o: %%.c\n\tgcc -O2 -c -o $@ $<\n", list);
	if (!ret)
		ret = write_file(job, t, "Makefile", makefile);
	job__fact(job, "kernbench/source", "libstb-dev, %zu files, FNV-1a %016llx",
		  ARRAY_SIZE(units), (unsigned long long)hash);
	job__fact(job, "kernbench/config", "gcc -O2");
	return ret;
}

/* Unpack and configure. Source version and configuration are reported as facts, as they determine
 * the time. */
static int make_linux(struct job *job, struct kern_tree *t)
{
	const char *target = job__text(job, "config");
	_free_ char *tar = tarball(job), *config = xasprintf("%s/.config", t->dir), *text = NULL;
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = fs__mkdir_p(t->dir);

	if (ret)
		return job__fail(job, ret, "%s: %s", t->dir, strerror(-ret));
	ret = job__exec(job, 0, NULL, "tar", "-xf", tar, "-C", t->dir, "--strip-components=1",
			NULL);
	if (!ret)
		ret = job__exec(job, 0, NULL, "make", "-s", "-C", t->dir, KERN_TREE_ARCH, target,
				NULL);
	if (!ret)
		ret = job__exec(job, 0, &res, "make", "-s", "-C", t->dir, "kernelversion", NULL);
	if (!ret && fs__read(config, SOURCE_MAX, &text, NULL))
		ret = job__fail(job, -EIO, "make %s has left no %s", target, config);
	if (!ret) {
		job__fact(job, "kernbench/source", "%s, Linux %.*s", tar,
			  (int)strcspn(res.out, "\n"), res.out);
		job__fact(job, "kernbench/config", "%s, FNV-1a %016llx", target,
			  (unsigned long long)hash__text(text));
	}
	return ret;
}

static int note_compiler(struct job *job)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = job__exec(job, 60, &res, "gcc", "--version", NULL);

	if (!ret)
		job__fact(job, "kernbench/compiler", "%.*s", (int)strcspn(res.out, "\n"), res.out);
	return ret;
}

int kern_tree__make(struct job *job, struct kern_tree *t)
{
	int ret;

	t->linux_source = is_linux(job->params);
	t->target = t->linux_source ? "vmlinux" : "all";
	snprintf(t->dir, sizeof(t->dir), "%s/tree", job->dir);
	ret = t->linux_source ? make_linux(job, t) : make_files(job, t);
	return ret ? ret : note_compiler(job);
}

/* Removes only what a build produces: source and configuration stay for the next one. */
int kern_tree__clean(struct job *job, const struct kern_tree *t)
{
	if (t->linux_source)
		return job__exec(job, 0, NULL, "make", "-s", "-C", t->dir, KERN_TREE_ARCH, "clean",
				 NULL);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		_free_ char *path = xasprintf("%s/%s.o", t->dir, units[i]);

		if (unlink(path) < 0 && errno != ENOENT)
			return job__fail(job, -errno, "%s: %s", path, strerror(errno));
	}
	return 0;
}

#if defined(__aarch64__)
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_X86_64
#endif

/* Check that this is an ELF file for this machine that is not empty. */
static int check_elf(struct job *job, const struct kern_tree *t, const char *name)
{
	_free_ char *path = xasprintf("%s/%s", t->dir, name);
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr h;

	if (fd < 0)
		return job__fail(job, -EIO, "the build was to make %s: %s", path, strerror(errno));
	if (read(fd, &h, sizeof(h)) != sizeof(h) || memcmp(h.e_ident, ELFMAG, SELFMAG) ||
	    h.e_machine != MACHINE || !h.e_shnum)
		return job__fail(job, -EIO,
				 "the build was to make %s: it is not an object file of this machine",
				 path);
	return 0;
}

/* make also exits with 0 if it found nothing to do. */
int kern_tree__built(struct job *job, const struct kern_tree *t)
{
	int ret = 0;

	if (t->linux_source)
		return check_elf(job, t, "vmlinux");
	for (size_t i = 0; !ret && i < ARRAY_SIZE(units); i++) {
		_free_ char *name = xasprintf("%s.o", units[i]);

		ret = check_elf(job, t, name);
	}
	return ret;
}
