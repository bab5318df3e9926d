// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/kernel.h"

#include "lib/units.h"
#include "runner/kernels/build/config.h"
#include "runner/kernels/names.h"

#define USAGE "build [--name NAME] SOURCE [--patch FILE] ... [--config FRAGMENT] ... [OPTIONS]"

static int help(void)
{
	puts("usage: kduel kernel " USAGE "\n\n"
	     "Builds an arm64 kernel, unless the same source, patches, fragments and compiler were\n"
	     "built before. A build that was interrupted goes on when it is asked for again.\n\n"
	     "SOURCE is one of\n"
	     "  --source GLOB --suite SUITE   Debian's source package, the newest that matches:\n"
	     "                                'linux-source-*'; --suite may be given several times\n"
	     "  --dir DIR                     a source tree, what is not committed included\n"
	     "  --git DIR [--ref REF]         a commit of a repository here (default: HEAD)\n\n"
	     "  --name NAME      what to call the kernel (`kernel: {build: NAME}` in a plan)\n"
	     "  --patch FILE     a diff or mailbox to apply; in the order given\n"
	     "  --config F       a fragment: a name (configs/kconfig/NAME.config: guest, debug, rt)\n"
	     "                   or a file; later ones win\n"
	     "  --base BASE      what fragments build on: allnoconfig (default), tinyconfig,\n"
	     "                   defconfig, virtconfig, or a file with a whole configuration\n"
	     "  --jobs N         compilers at a time (default: one per CPU)\n"
	     "  --quiet          no progress, no notes\n\n"
	     "docs/KERNELS.md has examples. Prints the hash of the kernel.");
	return EXIT_NO_REGRESSION;
}

struct opts {
	const char *name;
	struct build_spec spec;
	struct build_hooks hooks;
};

/* An absolute path; NULL with a message. */
static char *full_path(const char *path, struct err *err)
{
	char *full = realpath(path, NULL);

	if (!full)
		err__set(err, -ENOENT, "%s: %s", path, strerror(errno));
	return full;
}

static int push_path(struct strvec *out, const char *path, struct err *err)
{
	_free_ char *full = full_path(path, err);

	if (!full)
		return -ENOENT;
	strvec__push(out, full);
	return 0;
}

static int push_fragment(struct strvec *out, const char *word, struct err *err)
{
	_free_ char *path = build_config__fragment_path(word, err);

	return path ? push_path(out, path, err) : -ENOENT;
}

static int set_path(char **out, const char *path, struct err *err)
{
	free(*out);
	*out = full_path(path, err);
	return *out ? 0 : -ENOENT;
}

static void set_text(char **out, const char *text)
{
	free(*out);
	*out = xstrdup(text);
}

static int set_base(struct build_spec *s, const char *word, struct err *err)
{
	_free_ char *path = NULL;

	if (build_config__is_base(word)) {
		set_text(&s->base, word);
		return 0;
	}
	path = build_config__fragment_path(word, err);
	return path ? set_path(&s->base, path, err) : -ENOENT;
}

static int set_jobs(struct build_hooks *h, const char *text, struct err *err)
{
	uint64_t n;

	if (units__u64(text, &n) || !n || n > 4096)
		return err__set(err, -EINVAL, "--jobs must be 1 to 4096, not '%s'", text);
	h->jobs = (unsigned int)n;
	return 0;
}

static int take_option(int c, struct opts *o, struct err *err)
{
	switch (c) {
	case 'S':
		set_text(&o->spec.source, optarg);
		return 0;
	case 's':
		strvec__push(&o->spec.suites, optarg);
		return 0;
	case 'd':
		return set_path(&o->spec.dir, optarg, err);
	case 'g':
		return set_path(&o->spec.git, optarg, err);
	case 'r':
		set_text(&o->spec.ref, optarg);
		return 0;
	case 'p':
		return push_path(&o->spec.patches, optarg, err);
	case 'c':
		return push_fragment(&o->spec.config, optarg, err);
	case 'b':
		return set_base(&o->spec, optarg, err);
	case 'j':
		return set_jobs(&o->hooks, optarg, err);
	case 'n':
		o->name = optarg;
		return kernel_names__check(optarg, err);
	case 'q':
		log__set_quiet(true);
		return 0;
	default:
		return err__set(err, -EINVAL, "see `kduel kernel build --help`");
	}
}

static int check(const struct build_spec *s, struct err *err)
{
	if (!!s->source + !!s->dir + !!s->git != 1)
		return err__set(err, -EINVAL,
				"a kernel is built from one of --source, --dir and "
				"--git");
	if (!s->source != !s->suites.n)
		return err__set(err, -EINVAL, "--source and --suite go together");
	if (s->source && !str_starts(s->source, "linux-source-"))
		return err__set(err, -EINVAL,
				"--source must match packages called linux-source-..., "
				"not '%s'",
				s->source);
	if (s->ref && !s->git)
		return err__set(err, -EINVAL, "--ref belongs to --git");
	return 0;
}

/* 0, 1 for help, or -errno. */
static int parse(int argc, char **argv, struct opts *o, struct err *err)
{
	static const struct option options[] = {
		{ "base", required_argument, NULL, 'b' },
		{ "config", required_argument, NULL, 'c' },
		{ "dir", required_argument, NULL, 'd' },
		{ "git", required_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "name", required_argument, NULL, 'n' },
		{ "patch", required_argument, NULL, 'p' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "ref", required_argument, NULL, 'r' },
		{ "source", required_argument, NULL, 'S' },
		{ "suite", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c, ret = 0;

	while (!ret && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return 1;
		ret = take_option(c, o, err);
	}
	if (!ret && optind < argc)
		ret = err__set(err, -EINVAL, "unexpected argument '%s'", argv[optind]);
	if (!ret)
		ret = check(&o->spec, err);
	if (!o->spec.base)
		o->spec.base = xstrdup("allnoconfig");
	if (o->spec.git && !o->spec.ref)
		o->spec.ref = xstrdup("HEAD");
	return ret;
}

int cmd_kernel__build(int argc, char **argv)
{
	struct opts o = { .hooks = { .note = log__info, .progress = log__progress } };
	struct kernel *k = NULL;
	struct lock lock = { 0 };
	struct err err;
	int ret = parse(argc, argv, &o, &err);

	if (ret < 0)
		ret = cmd__usage("kernel", USAGE, "%s", err.msg);
	else if (ret > 0)
		ret = help();
	else {
		o.spec.arch = xstrdup(KERNEL_ARCH);
		ret = build__kernel(&o.spec, NULL, &lock, &o.hooks, &k, &err);
		if (!ret)
			ret = cmd_kernel__finish(k, o.name, &o.spec, &err);
		ret = ret ? cmd_kernel__fail(ret, &err) : EXIT_NO_REGRESSION;
	}
	kernel__free(k);
	lock__release(&lock);
	build_spec__release(&o.spec);
	return ret;
}
