// SPDX-License-Identifier: GPL-2.0-only
/* init.c - `kduel init`: write a plan to start from, using options, or three questions on a
 * terminal. */
#include "lib/fs.h"
#include "lib/text.h"
#include "runner/cli/common.h"
#include "runner/cli/quick/words.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/machine/file.h"
#include "runner/plan/read.h"

#include <fcntl.h>
#include <unistd.h>

#define ANSWER_MAX 4096

enum { OPT_KERNEL = OPTION_TAKE_FIRST, OPT_BASELINE, OPT_TARGET, OPT_WORKLOADS };

struct init_opts {
	const char *file; /* "-": standard output */
	char *target; /* "qemu", "local", "ssh"; NULL: not known yet */
	char *machine; /* for "ssh" */
	struct kernel_words kernel, baseline;
	struct strvec workloads;
	const char *suites;
	bool timed; /* no exact mode */
};

/* --- values, from options or from answers --- */

static int set_target(struct init_opts *o, const char *word, struct err *err)
{
	const char *name = str_starts(word, "ssh:") ? word + 4 : NULL;
	_cleanup_(machine__freep) struct machine *m = NULL;
	int ret = 0;

	if (name)
		ret = machine__load(name, &m, err);
	else if (!streq(word, "qemu") && !streq(word, "local"))
		ret = err__set(err, -EINVAL,
			       "expected qemu (boots kernels in a virtual machine), local (this "
			       "system as it runs) or ssh:MACHINE (`kduel machine list`), not "
			       "'%.64s'",
			       word);
	if (ret)
		return ret;
	free(o->target);
	free(o->machine);
	o->target = xstrdup(name ? "ssh" : word);
	o->machine = name ? xstrdup(name) : NULL;
	return 0;
}

static int take_option(void *opts, int key, const char *value, struct err *err)
{
	struct init_opts *o = opts;
	int ret;

	switch (key) {
	case OPT_KERNEL:
		ret = words__kernel(o->suites, &o->kernel, value, err);
		return ret ? err__prefix(err, ret, "--kernel: ") : 0;
	case OPT_BASELINE:
		ret = words__kernel(o->suites, &o->baseline, value, err);
		return ret ? err__prefix(err, ret, "--baseline: ") : 0;
	case OPT_TARGET:
		ret = set_target(o, value, err);
		return ret ? err__prefix(err, ret, "--target: ") : 0;
	default:
		ret = words__workloads(value, &o->workloads, err);
		return ret ? err__prefix(err, ret, "--workloads: ") : 0;
	}
}

static int check_options(void *opts, size_t n, char **args, struct err *err __unused)
{
	struct init_opts *o = opts;

	o->file = n ? args[0] : "plan.yaml";
	return 0;
}

static const struct options options = {
	.command = "init",
	.args = "[FILE]",
	.doc = "Writes a plan to start from, FILE (default plan.yaml, - for standard output), with a "
	       "comment at each key. On a terminal it asks for what no option says: where to measure, "
	       "which kernels, which workloads. An existing file is never overwritten.\v"
	       "KERNEL is a Debian package or a glob of packages ('linux-image-6.18*-cloud-arm64'), "
	       "the path of an Image or of a built tree (with a / in it), or a name from `kduel kernel "
	       "list`.",
	.table = OPTION_TABLE(
		OPTION_TAKE("target", OPT_TARGET, "WHERE",
			    "qemu: boots kernels in a virtual machine; local: this system as it "
			    "runs; ssh:MACHINE: a real machine (`kduel machine list`)"),
		OPTION_TAKE("kernel", OPT_KERNEL, "KERNEL", "the new kernel, with target qemu"),
		OPTION_TAKE("baseline", OPT_BASELINE, "KERNEL", "what it is compared with"),
		OPTION_TAKE("workloads", OPT_WORKLOADS, "NAMES",
			    "what they run, separated by commas (`kduel workloads`)"),
		OPTION_FLAG("timed", struct init_opts, timed,
			    "with target qemu: measure times, though emulated ones get no verdict; "
			    "by default instructions are counted in exact mode")),
	.take = take_option,
	.max_args = 1,
	.check = check_options,
};

/* --- questions --- */

static bool boots_kernels(const struct init_opts *o)
{
	return o->target && streq(o->target, "qemu");
}

static int answer_target(struct init_opts *o, const char *text, struct err *err)
{
	return set_target(o, text, err);
}

static int answer_kernel(struct init_opts *o, const char *text, struct err *err)
{
	return words__kernel(o->suites, &o->kernel, text, err);
}

static int answer_baseline(struct init_opts *o, const char *text, struct err *err)
{
	return words__kernel(o->suites, &o->baseline, text, err);
}

static int answer_workloads(struct init_opts *o, const char *text, struct err *err)
{
	return words__workloads(text, &o->workloads, err);
}

/* Ask until the answer is valid; an empty one means `preset`. -ECANCELED: end of input. */
static int ask(struct init_opts *o, const char *question, const char *preset,
	       int (*answer)(struct init_opts *, const char *, struct err *), struct err *err)
{
	char line[ANSWER_MAX];

	for (;;) {
		char *end;

		fprintf(stderr, "%s [%s]: ", question, preset);
		if (!fgets(line, sizeof(line), stdin)) {
			fputs("\n", stderr);
			return err__set(err, -ECANCELED, "no answer, nothing was written");
		}
		end = line + strcspn(line, "\n");
		while (end > line && end[-1] == ' ')
			end--;
		*end = '\0';
		end = line + strspn(line, " ");
		if (!answer(o, *end ? end : preset, err))
			return 0;
		fprintf(stderr, "  %s\n", err->msg);
	}
}

static const char *preset_workloads(const struct init_opts *o)
{
	return !boots_kernels(o) ? "hackbench" :
	       o->timed		 ? "boot, hackbench, memcached" :
				   "memcached, tmpfs-rand64";
}

/* Get what no option has set: ask if there is a terminal, else fail with the name of the option. */
static int complete(struct init_opts *o, struct err *err)
{
	bool may_ask = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	int ret = 0;

	if (may_ask && !o->target)
		ret = ask(o,
			  "1. Where to measure: qemu (boots kernels in a virtual machine),\n"
			  "   local (this system), ssh:MACHINE",
			  "qemu", answer_target, err);
	else if (!o->target)
		ret = set_target(o, "qemu", err);
	if (!ret && boots_kernels(o) && !o->kernel.yaml)
		ret = may_ask ?
			      ask(o, "2. The new kernel: a package, an Image or a built tree",
				  "linux-image-6.18*-cloud-arm64", answer_kernel, err) :
			      err__set(err, -EINVAL, "--kernel is missing: what is to be compared");
	if (!ret && boots_kernels(o) && !o->baseline.yaml)
		ret = may_ask ? ask(o, "   and the one to compare it with",
				    "linux-image-6.17*-cloud-arm64", answer_baseline, err) :
				err__set(err, -EINVAL,
					 "--baseline is missing: what it is to be compared with");
	if (!ret && !o->workloads.n)
		ret = may_ask ? ask(o, "3. Workloads (`kduel workloads` lists them)",
				    preset_workloads(o), answer_workloads, err) :
				err__set(err, -EINVAL,
					 "--workloads is missing: what the kernels run, such as %s",
					 preset_workloads(o));
	if (!ret && !boots_kernels(o) && (o->kernel.yaml || o->baseline.yaml))
		ret = err__set(err, -EINVAL,
			       "--target %s measures the kernel that is running: --kernel and "
			       "--baseline are for qemu",
			       o->target);
	return ret;
}

/* --- the plan --- */

static void put_kernel(FILE *f, const char *name, const struct kernel_words *k)
{
	fprintf(f, "  - name: %s\n    kernel: {%s}\n", name, k->yaml);
	if (k->lacks_modules)
		fputs("    # Drivers that are modules: make modules_install INSTALL_MOD_PATH=DIR, "
		      "then add\n"
		      "    # 'modules: DIR' to the kernel. Without them only what is built in works.\n",
		      f);
}

static void put_variants(FILE *f, const struct init_opts *o)
{
	if (!boots_kernels(o)) {
		fputs("\n# What is running. Run this plan before and after a change, then compare the "
		      "two\n"
		      "# campaigns: kduel compare NEW OLD (`kduel list` has their ids).\n"
		      "variants:\n  - name: running\n",
		      f);
		return;
	}
	fputs("\n# The sides. Each may have a 'cpu:' (`kduel cpus`) and a 'cmdline:' as well: one "
	      "kernel\n"
	      "# with two command lines is a comparison, too.\n"
	      "variants:\n",
	      f);
	put_kernel(f, "new", &o->kernel);
	put_kernel(f, "old", &o->baseline);
	fputs("\n# What others are measured against.\nbaseline: old\n", f);
}

/* Exact mode is the default for target qemu, as times get no verdict if QEMU emulates the CPU. */
static void put_mode(FILE *f, const struct init_opts *o)
{
	if (!boots_kernels(o))
		return;
	if (o->timed)
		fputs("\n# Times, which are judged under KVM only: where this machine has it, and for "
		      "kernels of\n"
		      "# its own architecture. 'exact: true' counts kernel instructions instead, "
		      "anywhere.\n"
		      "# exact: true\n",
		      f);
	else
		fputs("\n# Count kernel instructions and TLB walks, which repeat to the bit on any "
		      "machine,\n"
		      "# instead of taking times, which get no verdict under emulation.\n"
		      "exact: true\n",
		      f);
}

static void put_target(FILE *f, const struct init_opts *o)
{
	fprintf(f, "\n# Where it happens.\ntarget:\n  kind: %s\n", o->target);
	if (o->machine)
		fprintf(f, "  machine: %s\n", o->machine);
	if (boots_kernels(o))
		fprintf(f, "  memory: 2G\n  cpus: %d\n", o->timed ? 2 : 1);
}

/* The text of the plan; the caller frees. */
static char *compose(const struct init_opts *o)
{
	bool exact = boots_kernels(o) && !o->timed;
	char *text = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);

	fputs("# A plan for kduel: `kduel run --dry-run FILE` checks it and shows every boot, `kduel "
	      "run\n"
	      "# FILE` runs it. docs/PLAN.md has every key.\n",
	      f);
	put_mode(f, o);
	put_target(f, o);
	put_variants(f, o);
	fputs("\n# What they do, each with its defaults: `kduel workloads NAME` has its parameters,\n"
	      "# such as '- fio-dmcrypt: {size: 64M}'.\n"
	      "workloads:\n",
	      f);
	for (size_t i = 0; i < o->workloads.n; i++)
		fprintf(f, "  - %s\n", o->workloads.v[i]);
	fprintf(f,
		"\n# %s of each side, however often a workload repeats in one: more show smaller "
		"changes\n"
		"# (`kduel plan-boots`).\n"
		"boots: %d\n",
		boots_kernels(o) ? "Boots" : "Sessions", exact ? 3 : 5);
	if (!exact)
		fputs("\n# Repeats of a workload in a boot, and how many of them are not counted.\n"
		      "iterations: 4\nwarmup: 1\n",
		      f);
	fputs("\n# Order of boots and all randomness: the same seed gives the same plan again.\n"
	      "seed: 1\n",
	      f);
	fclose(f);
	return text;
}

/* With O_EXCL, so as never to overwrite a file. */
static int write_new(const char *path, const char *text, struct err *err)
{
	_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t len = strlen(text);
	ssize_t n = fd < 0 ? -1 : write(fd, text, len);
	int ret = fd < 0 ? -errno : n < 0 ? -errno : (size_t)n < len ? -ENOSPC : 0;

	if (ret == -EEXIST)
		return err__set(err, -EINVAL, "%s exists already: name another file, or remove it",
				path);
	if (ret && fd >= 0)
		unlink(path);
	return ret ? err__errno(err, ret, path) : 0;
}

/* Check the plan as `kduel run` would. */
static int check(const char *path, const char *text)
{
	struct plan_diag diag = { 0 };
	_cleanup_(plan__freep) struct plan *plan = NULL;
	int ret = plan__parse(path, text, strlen(text), &plan, &diag);

	log__errors(&diag.msgs);
	if (ret)
		log__error("these answers do not make a valid plan: nothing was written");
	plan_diag__release(&diag);
	return ret;
}

static int write_plan(struct init_opts *o)
{
	bool to_stdout = streq(o->file, "-");
	_free_ char *text = NULL;
	struct err err;
	int ret = 0;

	if (!to_stdout && fs__exists(o->file)) /* fail before any question */
		ret = write_new(o->file, "", &err);
	if (!ret)
		ret = complete(o, &err);
	if (ret == -ECANCELED) {
		log__error("%s", err.msg);
		return EXIT_USAGE;
	}
	if (ret)
		return cmd__fail(ret, &err);
	text = compose(o);
	if (check(to_stdout ? "the plan" : o->file, text))
		return EXIT_USAGE;
	if (to_stdout) {
		fputs(text, stdout);
		return EXIT_NO_REGRESSION;
	}
	ret = write_new(o->file, text, &err);
	if (ret)
		return cmd__fail(ret, &err);
	log__info("wrote %s; `kduel run --dry-run %s` shows what it would do", o->file, o->file);
	return EXIT_NO_REGRESSION;
}

int cmd_init(int argc, char **argv)
{
	struct init_opts o = { .suites = WORDS_SUITES };
	int ret;

	if (options__parse(&options, argc, argv, &o, &ret))
		ret = write_plan(&o);
	free(o.target);
	free(o.machine);
	free(o.kernel.yaml);
	free(o.baseline.yaml);
	strvec__release(&o.workloads);
	return ret;
}
