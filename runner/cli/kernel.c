// SPDX-License-Identifier: GPL-2.0-only
/* kernel.c - the kernels of the cache: get them there, name them, look, remove. */
#include "runner/cli/kernel.h"

#include "lib/fs.h"
#include "runner/kernels/names.h"
#include "runner/kernels/resolve.h"

#define USAGE "add|build|list|show|rm [OPTIONS]"
#define ADD_USAGE \
	"add [--name NAME] --package GLOB --suite SUITE ... | DIRECTORY | IMAGE [--modules DIR]"

static int help(void)
{
	puts("usage: kduel kernel " USAGE "\n\n"
	     "  add    take a kernel into the cache: from Debian packages, a directory with an Image\n"
	     "         (and lib/modules/RELEASE), or an Image\n"
	     "  build  build one from source: a linux-source package, a directory, a git commit;\n"
	     "         with patches and kconfig fragments (kduel kernel build --help)\n"
	     "  list   what is there\n"
	     "  show   all that is known of one (a name, a hash, or the beginning of a hash)\n"
	     "  rm     remove from the cache\n\n"
	     "A kernel is known by its content. One with a name can be used in a plan:\n"
	     "`kernel: {build: NAME}`. add and build print the hash.\n\n"
	     "usage: kduel kernel " ADD_USAGE "\n\n"
	     "  --name NAME     what to call it\n"
	     "  --package GLOB  newest version of the package that matches (linux-image-6.18.*-arm64)\n"
	     "  --suite SUITE   where to look for it; may be given several times\n"
	     "  --modules DIR   holds lib/modules/RELEASE, as `make modules_install\n"
	     "                  INSTALL_MOD_PATH=DIR` leaves it\n"
	     "  --quiet         no progress, no notes");
	return EXIT_NO_REGRESSION;
}

int cmd_kernel__fail(int ret, const struct err *err)
{
	log__progress_end();
	log__error("%s", err->msg);
	return cmd__exit_code(ret);
}

int cmd_kernel__finish(struct kernel *k, const char *name, const struct build_spec *spec,
		       struct err *err)
{
	int ret = name ? kernel_names__set(name, k->hash, spec, err) : 0;

	log__progress_end();
	if (ret)
		return ret;
	log__info("%s: %s", k->release, k->origin);
	puts(k->hash);
	return 0;
}

struct add_opts {
	const char *name;
	struct kernel_spec spec;
};

/* A directory holds Image (or what kbuild made in arch/arm64/boot, or a vmlinuz), and perhaps
 * lib/modules. */
static int from_directory(struct kernel_spec *spec, const char *dir, struct err *err)
{
	static const char *const images[] = { "Image",	    "arch/arm64/boot/Image", "vmlinuz",
					      "boot/Image", "boot/vmlinuz",	     "Image.gz" };
	_free_ char *modules = xasprintf("%s/lib/modules", dir);

	for (size_t i = 0; i < ARRAY_SIZE(images) && !spec->image; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, images[i]);

		if (fs__exists(path))
			spec->image = xstrdup(path);
	}
	if (!spec->image)
		return err__set(err, -ENOENT,
				"%s: expected a kernel in it: Image, "
				"arch/arm64/boot/Image, vmlinuz or Image.gz",
				dir);
	if (!spec->modules && fs__exists(modules))
		spec->modules = xstrdup(dir);
	return 0;
}

static int take_path(struct kernel_spec *spec, const char *path, struct err *err)
{
	_free_ char *below = xasprintf("%s/.", path);

	if (fs__exists(below))
		return from_directory(spec, path, err);
	spec->image = xstrdup(path);
	return 0;
}

/* 0, an exit code, or -1 for help. */
static int parse_add(int argc, char **argv, struct add_opts *o, struct err *err)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "modules", required_argument, NULL, 'm' },
		{ "name", required_argument, NULL, 'n' },
		{ "package", required_argument, NULL, 'p' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "suite", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	struct kernel_spec *k = &o->spec;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			return -1;
		case 'm':
			free(k->modules);
			k->modules = xstrdup(optarg);
			break;
		case 'n':
			o->name = optarg;
			break;
		case 'p':
			strvec__push(&k->packages, optarg);
			break;
		case 'q':
			log__set_quiet(true);
			break;
		case 's':
			strvec__push(&k->suites, optarg);
			break;
		default:
			return cmd__usage("kernel", ADD_USAGE, "see `kduel kernel --help`");
		}
	}
	if (!!k->packages.n + (optind < argc) != 1 || optind + 1 < argc)
		return cmd__usage("kernel", ADD_USAGE,
				  "a kernel comes from --package, or from one "
				  "directory or Image");
	if (!k->packages.n != !k->suites.n || (k->modules && k->packages.n))
		return cmd__usage("kernel", ADD_USAGE,
				  "--package and --suite go together, "
				  "--modules and an Image");
	if (o->name && kernel_names__check(o->name, err))
		return cmd_kernel__fail(-EINVAL, err);
	if (optind < argc && take_path(k, argv[optind], err))
		return cmd_kernel__fail(-ENOENT, err);
	return 0;
}

int cmd_kernel__add(int argc, char **argv)
{
	struct add_opts o = { .name = NULL };
	struct kernel *k = NULL;
	struct lock lock = { 0 };
	struct err err;
	int ret = parse_add(argc, argv, &o, &err), e = 0;

	if (!ret) {
		o.spec.arch = xstrdup(KERNEL_ARCH);
		e = kernel__resolve(&o.spec, NULL, &lock, NULL, &k, &err);
		if (!e)
			e = cmd_kernel__finish(k, o.name, NULL, &err);
		ret = e ? cmd_kernel__fail(e, &err) : EXIT_NO_REGRESSION;
	}
	kernel__free(k);
	lock__release(&lock);
	strvec__release(&o.spec.packages);
	strvec__release(&o.spec.suites);
	free(o.spec.image);
	free(o.spec.modules);
	free(o.spec.arch);
	return ret < 0 ? help() : ret;
}

int cmd_kernel(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*fn)(int argc, char **argv);
	} verbs[] = {
		{ "add", cmd_kernel__add },   { "build", cmd_kernel__build },
		{ "list", cmd_kernel__list }, { "rm", cmd_kernel__rm },
		{ "show", cmd_kernel__show },
	};

	if (argc > 1 && (streq(argv[1], "--help") || streq(argv[1], "-h")))
		return help();
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++)
		if (streq(argv[1], verbs[i].name))
			return verbs[i].fn(argc - 1, argv + 1);
	return cmd__usage("kernel", USAGE, argc > 1 ? "unknown word '%s'" : "%s",
			  argc > 1 ? argv[1] : "what about kernels?");
}
