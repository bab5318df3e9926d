// SPDX-License-Identifier: GPL-2.0-only
/* doctor.c - check what this machine can do for kduel, what it lacks, and what to do about it. */
#include "lib/fs.h"
#include "lib/units.h"
#include "reports/store/store.h"
#include "runner/host/cache.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/config/cpus.h"
#include "runner/cli/doctor/line.h"
#include "runner/cli/doctor/measure.h"
#include "runner/cli/doctor/qemu.h"
#include "runner/guest/agent.h"
#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/host/rundir.h"
#include "runner/campaign/tune.h"

#include <unistd.h>

/* Bytes: a kernel with modules, a root image, and a download of each. */
#define CACHE_WANTED (3ull << 30)

/* A load above 0.5 means that something else is running, as kduel has only just started. */
static void check_machine(void)
{
	_free_ char *host = hostinfo__describe();
	double load = 0;

	doctor__line("ok", "machine %s", host);
	if (getloadavg(&load, 1) == 1 && load > 0.5)
		doctor__line("note", "load average is %.1f: times will be noisy", load);
}

/* Check for a program that kduel runs. `package` is the Debian package to install. */
static void check_program(const char *name, const char *package, const char *why)
{
	_free_ char *path = fs__find_program(name);

	if (path)
		doctor__line("ok", "%s (%s)", path, why);
	else
		doctor__lacks("%s, needed for: %s; install the package %s", name, why, package);
}

/* KVM runs kernels of the host's own architecture only. */
static void check_kvm(void)
{
	for (size_t i = 0; i < arch__count; i++) {
		const char *deb = arch__all[i].deb;
		struct err err;

		if (hostinfo__check_kvm(deb, &err))
			doctor__line("note",
				     "no KVM for %s kernels: they are emulated, and times under "
				     "emulation get no verdict (%s)",
				     deb, err.msg);
		else
			doctor__line("ok", "/dev/kvm for %s kernels (cpu: host)", deb);
	}
}

/* Agents for guests; target local looks for its own. A missing agent is a lack for arm64 only: on a
 * machine that boots no amd64 kernels there may be no compiler to build theirs. */
static void check_agents(void)
{
	for (size_t i = 0; i < arch__count; i++) {
		const char *deb = arch__all[i].deb;
		_free_ char *path = NULL;
		struct err err;

		if (!guest__find_agent(deb, &path, &err))
			doctor__line("ok", "agent %s", path);
		else if (streq(deb, ARCH_ARM64))
			doctor__lacks("the agent for %s: %s", deb, err.msg);
		else
			doctor__line("note", "no agent for %s kernels: %s", deb, err.msg);
	}
}

static void check_cpus(void)
{
	_cleanup_(cpus__freep) struct cpus *cpus = NULL;
	struct err err;

	if (cpus__load(&cpus, &err))
		doctor__lacks("the CPU table: %s", err.msg);
	else
		doctor__line("ok", "CPU table with %zu names", cpus->n);
}

/* The cache holds kernels, packages and root images: nothing boots without space for them. */
static void check_cache(void)
{
	_free_ char *dir = cache__path("%s", "");
	uint64_t have = fs__free_bytes(dir);
	char size[32];

	units__fmt_size(have, size, sizeof(size));
	if (access(dir, W_OK) < 0)
		doctor__lacks("the cache %s cannot be written: %s; set XDG_CACHE_HOME", dir,
			      strerror(errno));
	else if (have < CACHE_WANTED)
		doctor__lacks("the cache %s has %s free; 3 GiB are needed for kernels and images",
			      dir, size);
	else
		doctor__line("ok", "cache %s, %s free", dir, size);
}

/* Opening a database checks that it is kduel's, and its schema. */
static void check_store(void)
{
	_free_ char *path = store__default_path();
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;

	if (!fs__exists(path))
		doctor__line("ok", "database %s (not there yet; `kduel run` creates it)", path);
	else if (store__open(path, STORE_READ, &st, &err))
		doctor__lacks("a usable database: %s", err.msg);
	else
		doctor__line("ok", "database %s", path);
}

/* A run directory is locked by its kduel: remove those that nobody holds. */
static void sweep_run_directories(void)
{
	int n = rundir__sweep();

	if (n)
		doctor__line("note", "removed %d run director%s of a killed kduel", n,
			     n == 1 ? "y" : "ies");
}

/* Look for settings that a killed campaign changed and did not restore. */
static void check_tuned(void)
{
	_cleanup_(tune_where__release) struct tune_where w = { 0 };
	struct cache_claim claim;
	int ret = cache__claim("tune", &claim);

	tune_where__init(&w);
	if (!ret && tune__pending(&w))
		doctor__line("note",
			     "settings of a killed campaign are still in force; `kduel doctor "
			     "--restore` restores the old ones");
	else if (ret == -EWOULDBLOCK)
		doctor__line("note",
			     "a campaign with 'tune' is running: settings of this machine are changed");
	cache__release(&claim);
}

/* --restore: undo what the `tune` of a killed campaign did. A running campaign restores its own. */
static int restore(void)
{
	_cleanup_(strvec__release) struct strvec changes = { 0 };
	_cleanup_(tune_where__release) struct tune_where w = { 0 };
	struct cache_claim claim;
	struct err err = { "" };
	int ret = cache__claim("tune", &claim);

	tune_where__init(&w);
	if (ret == -EWOULDBLOCK)
		ret = err__set(&err, -EBUSY,
			       "a campaign with 'tune' is running and will restore "
			       "the settings itself");
	else if (ret)
		err__set(&err, ret, "%s: %s", claim.path, strerror(-ret));
	else
		ret = tune__restore(&w, &changes, &err);
	for (size_t i = 0; i < changes.n; i++)
		puts(changes.v[i]);
	if (ret)
		log__error("%s", err.msg);
	else if (!changes.n)
		puts("nothing to restore");
	cache__release(&claim);
	return ret ? EXIT_UNFIT : EXIT_NO_REGRESSION;
}

struct doctor_opts {
	bool restore;
};

static const struct options options = {
	.command = "doctor",
	.doc = "Checks what this machine can do, what it lacks, what to install, and whether it is fit "
	       "for measuring times.\v"
	       "Exit code 3 if something needed is missing.",
	.table = OPTION_TABLE(
		OPTION_FLAG("restore", struct doctor_opts, restore,
			    "only restore the settings that 'tune' of a killed campaign had changed")),
};

/* In this order: machine, emulator, kduel's own files, other programs, storage, fitness for
 * measuring. */
int cmd_doctor(int argc, char **argv)
{
	struct doctor_opts o = { 0 };
	unsigned int missing;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	if (o.restore)
		return restore();
	check_machine();
	doctor__qemu();
	check_kvm();
	check_agents();
	check_cpus();
	check_program("apt-get", "apt", "kernels and guest packages");
	check_program("depmod", "kmod", "module dependencies");
	check_program("mke2fs", "e2fsprogs", "the guest's root image");
	if (geteuid())
		check_program("fakeroot", "fakeroot", "root-owned files without root rights");
	check_cache();
	check_store();
	sweep_run_directories();
	check_tuned();
	doctor__measure();
	missing = doctor__missing();
	if (missing) {
		printf("\n%u thing%s missing; `make setup` installs packages.\n", missing,
		       missing == 1 ? " is" : "s are");
		return EXIT_UNFIT;
	}
	puts("\nNothing is missing.");
	return EXIT_NO_REGRESSION;
}
