// SPDX-License-Identifier: GPL-2.0-only
/* machine.c - `kduel machine`: add, check, prepare, clean and forget real machines. */
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/cli/common.h"
#include "runner/cli/doctor/line.h"
#include "runner/cli/doctor/machine.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/machine/hold.h"
#include "runner/machine/clean.h"
#include "runner/machine/lock.h"
#include "runner/machine/packages.h"
#include "runner/plan/read.h"

struct machine_opts {
	const char *name, *host;
	const char *user, *port, *ssh_config, *root, *console, *power_status;
	const char *plan;
	bool reboot, dry_run;
};

static int take_name(void *opts, size_t n, char **args, struct err *err)
{
	struct machine_opts *o = opts;

	if (!n)
		return err__set(err, -EINVAL,
				"expected the name of a machine (`kduel machine list`)");
	o->name = args[0];
	return machine__check_name(o->name, err);
}

static int take_name_and_host(void *opts, size_t n, char **args, struct err *err)
{
	struct machine_opts *o = opts;

	if (n != 2)
		return err__set(err, -EINVAL, "expected a name for the machine and its host");
	o->host = args[1];
	return take_name(opts, n, args, err);
}

static const struct options add_options = {
	.command = "machine add",
	.args = "NAME HOST",
	.doc = "Writes the file of a machine and logs in once, which stores its host key: compare "
	       "it (`ssh-keygen -lF HOST`). HOST is anything that ssh accepts; your keys, agent and "
	       "~/.ssh/config apply. A host that cannot be reached is not added.",
	.table = OPTION_TABLE(
		OPTION_TEXT("user", "USER", struct machine_opts, user, "the user to log in as"),
		OPTION_TEXT("port", "N", struct machine_opts, port, "port of sshd"),
		OPTION_TEXT("ssh-config", "FILE", struct machine_opts, ssh_config,
			    "use it instead of ~/.ssh/config"),
		OPTION_TEXT("root", "HOW", struct machine_opts, root,
			    "sudo (default): `sudo -n`, unless USER is root; no: never root"),
		OPTION_TEXT("console", "COMMAND", struct machine_opts, console,
			    "shell command whose output is the machine's console"),
		OPTION_TEXT("power-status", "COMMAND", struct machine_opts, power_status,
			    "shell command that says whether the power is on")),
	.max_args = 2,
	.check = take_name_and_host,
};

#define NAMED(command_, doc_)                                                               \
	{                                                                                   \
		.command = "machine " command_, .args = "NAME", .doc = doc_, .max_args = 1, \
		.check = take_name                                                          \
	}

static const struct options check_options = {
	.command = "machine check",
	.args = "NAME",
	.doc = "Proves that the machine can be used, without changing anything on it, and says in plain "
	       "words what is missing. Exit code 3: something required is missing.",
	.table = OPTION_TABLE(
		OPTION_FLAG("reboot", struct machine_opts, reboot,
			    "then reboot it, and power-cycle it if its file has commands "
			    "for that: each is proven by a new boot ID")),
	.max_args = 1,
	.check = take_name,
};
static const struct options show_options =
	NAMED("show", "Prints the file of a machine, and the ssh command that reaches it.");
static const struct options unlock_options =
	NAMED("unlock",
	      "Takes the machine from the campaign that has it, and says whose it was. Use "
	      "it if the campaign will not come back; a running one stops at its next boot.");
static const struct options clean_options =
	NAMED("clean", "Removes everything of kduel's from the machine, and lists it: kernels, "
		       "modules, boot loader entries, the agent. Nothing else is touched.");
static int take_plan(void *opts, size_t n, char **args, struct err *err)
{
	struct machine_opts *o = opts;

	if (!n)
		return err__set(err, -EINVAL, "expected a plan, whose machine is to be prepared");
	o->plan = args[0];
	return 0;
}

static const struct options prepare_options = {
	.command = "machine prepare",
	.args = "PLAN",
	.doc = "Installs the packages that the plan's workloads need on its machine, with the machine's "
	       "package manager (apt-get, dnf, zypper), and lists their versions.",
	.table = OPTION_TABLE(OPTION_FLAG("dry-run", struct machine_opts, dry_run,
					  "only print the command that would run there")),
	.max_args = 1,
	.check = take_plan,
};
static const struct options rm_options =
	NAMED("rm", "Forgets a machine: removes its file. Nothing changes on the machine.");
static const struct options list_options = {
	.command = "machine list",
	.args = NULL,
	.doc = "Lists the machines that have a file.",
};

/* Make a machine from the options of `add`: format them as a file and parse that, so that they are
 * checked like one. */
static int from_options(const struct machine_opts *o, struct machine **m, struct err *err)
{
	struct machine draft = { .name = (char *)o->name,
				 .host = (char *)o->host,
				 .user = (char *)o->user,
				 .ssh_config = o->ssh_config ? realpath(o->ssh_config, NULL) : NULL,
				 .console = (char *)o->console,
				 .power = { .status = (char *)o->power_status } };
	_free_ char *config = draft.ssh_config, *text = NULL;
	uint64_t port;
	int root = o->root ? options__word("root", o->root, "sudo|no", err) : 0;

	if (root < 0)
		return root;
	if (o->ssh_config && !config)
		return err__errno(err, -errno, o->ssh_config);
	if (o->port && (units__u64(o->port, &port) || !port || port > UINT16_MAX))
		return err__set(err, -EINVAL, "--port: expected 1 to 65535, not '%s'", o->port);
	draft.root = (unsigned int)root;
	draft.port = o->port ? (unsigned int)port : 0;
	text = machine__format(&draft);
	return machine__parse(o->name, "the new file", text, strlen(text), m, err);
}

static int machine_add(int argc, char **argv)
{
	_cleanup_(machine__freep) struct machine *m = NULL, *old = NULL;
	_cleanup_(ssh__close) struct ssh ssh = { 0 };
	struct machine_opts o = { 0 };
	_free_ char *said = NULL;
	struct err err;
	int ret;

	if (!options__parse(&add_options, argc, argv, &o, &ret))
		return ret;
	ret = machine__load(o.name, &old, &err);
	if (ret != -ENOENT) {
		log__error("machine '%s' already exists (`kduel machine show %s`)", o.name, o.name);
		return EXIT_USAGE;
	}
	ret = from_options(&o, &m, &err);
	if (!ret)
		ret = ssh__open(&ssh, m, true, NULL, &err);
	if (!ret)
		ret = machine__save(m, &err);
	if (ret)
		return cmd__fail(ret, &err);
	said = ssh__said(&ssh);
	if (*said)
		log__info("%s", said);
	log__info("added %s; `kduel machine check %s` checks it", o.name, o.name);
	return EXIT_NO_REGRESSION;
}

static int machine_list(int argc, char **argv)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, strays = { 0 };
	struct machine_opts o = { 0 };
	int ret;

	if (!options__parse(&list_options, argc, argv, &o, &ret))
		return ret;
	machine__names(&names, &strays);
	for (size_t i = 0; i < strays.n; i++)
		log__warn("%s", strays.v[i]);
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_(machine__freep) struct machine *m = NULL;
		struct err err;

		if (machine__load(names.v[i], &m, &err))
			log__warn("%s", err.msg);
		else
			printf("%-16s %s%s%s\n", m->name, m->user ? m->user : "",
			       m->user ? "@" : "", m->host);
	}
	return EXIT_NO_REGRESSION;
}

static int machine_show(int argc, char **argv)
{
	_cleanup_(machine__freep) struct machine *m = NULL;
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *text = NULL, *line = NULL;
	struct machine_opts o = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&show_options, argc, argv, &o, &ret))
		return ret;
	ret = machine__load(o.name, &m, &err);
	if (!ret) {
		ret = fs__read(m->path, 1u << 20, &text, NULL);
		if (ret)
			err__errno(&err, ret, m->path);
	}
	if (ret)
		return cmd__fail(ret, &err);
	ssh__words(m, "RUN/cm", &words);
	line = strvec__shell_line(&words);
	printf("# %s\n%s# %s\n", m->path, text, line);
	return EXIT_NO_REGRESSION;
}

static int machine_unlock(int argc, char **argv)
{
	_cleanup_(machine__freep) struct machine *m = NULL;
	_cleanup_(ssh__close) struct ssh ssh = { 0 };
	struct machine_opts o = { 0 };
	_free_ char *holder = NULL;
	struct err err;
	int ret;

	if (!options__parse(&unlock_options, argc, argv, &o, &ret))
		return ret;
	ret = machine__load(o.name, &m, &err);
	if (!ret)
		ret = ssh__open(&ssh, m, false, NULL, &err);
	if (!ret)
		ret = machine_lock__break(&ssh, &holder, &err);
	if (!ret && *holder)
		log__info("taken from %s", holder);
	else if (!ret)
		log__info("nobody had it");
	return cmd__fail(ret, &err);
}

/* Hold the machine while cleaning, so as not to remove a running campaign's kernels. */
static int machine_clean(int argc, char **argv)
{
	_cleanup_(machine_hold__releasep) struct machine_hold *hold = NULL;
	struct machine_opts o = { 0 };
	_free_ char *said = NULL;
	struct err err;
	int ret;

	if (!options__parse(&clean_options, argc, argv, &o, &ret))
		return ret;
	ret = machine_hold__take(o.name, "clean", NULL, &hold, &err);
	if (!ret)
		ret = machine__clean(&hold->ssh, &said, &err);
	if (ret)
		return cmd__fail(ret, &err);
	if (*said)
		log__info("removed:\n%s", said);
	else
		log__info("there is nothing of kduel's on %s", o.name);
	return EXIT_NO_REGRESSION;
}

/* Look up the packages on the machine, into `p`, and print those installed with their versions. */
static int list_packages(struct ssh *ssh, const struct strvec *names, struct packages *p,
			 struct err *err)
{
	int ret = packages__look(ssh, names, p, err);

	for (size_t i = 0; !ret && i < p->have.n; i++)
		printf("%-32s %s\n", p->have.v[i], p->versions.v[i]);
	for (size_t i = 0; !ret && i < p->unknown.n; i++)
		log__warn("%s is built by kduel for guests; its workload does not run on a machine",
			  p->unknown.v[i]);
	fflush(stdout);
	return ret;
}

/* Tell about services that came with the packages and would disturb measurements. `said` is that of
 * packages__install(), and is modified. */
static void log_services(char *said)
{
	char *save = NULL;

	for (char *l = strtok_r(said, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		if (*l == '!')
			log__warn("%s was enabled by its package and runs beside what is measured: "
				  "`systemctl disable --now %s`",
				  l + 1, l + 1);
		else
			log__info("%s came with its package and is off: it would run beside what is "
				  "measured (`systemctl enable --now %s`)",
				  l, l);
	}
}

/* Install the packages that are missing, then look again, as package managers may exit with 0
 * though something was not installed. */
static int install_packages(struct ssh *ssh, const struct strvec *names, bool dry_run,
			    struct err *err)
{
	_cleanup_(packages__release) struct packages before = { 0 }, after = { 0 };
	_free_ char *said = NULL;
	int ret = list_packages(ssh, names, &before, err);

	if (ret || !before.command)
		return ret;
	if (dry_run) {
		printf("%s\n", before.command);
		return 0;
	}
	ret = packages__install(ssh, &before, &said, err);
	if (ret) {
		log__error("%s%s%s", err->msg, said && *said ? ":\n" : "", said ? said : "");
		return err__set(err, ret, "run there as root: %s", before.command);
	}
	log_services(said);
	ret = list_packages(ssh, &before.lacks, &after, err);
	if (!ret && after.command) {
		_free_ char *still = strvec__join(&after.lacks, ", ");

		ret = err__set(err, -EIO, "still missing on machine %s: %s", ssh->m->name, still);
	}
	return ret;
}

/* Load the plan and log all mistakes in it. */
static int load_plan(const char *path, struct plan **plan)
{
	_cleanup_(plan_diag__release) struct plan_diag diag = { 0 };
	int ret = plan__load(path, plan, &diag);

	if (ret)
		log__errors(&diag.msgs);
	return ret;
}

static int machine_prepare(int argc, char **argv)
{
	_cleanup_(machine_hold__releasep) struct machine_hold *hold = NULL;
	_cleanup_(plan__freep) struct plan *plan = NULL;
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct machine_opts o = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&prepare_options, argc, argv, &o, &ret))
		return ret;
	ret = load_plan(o.plan, &plan);
	if (ret)
		return EXIT_USAGE;
	if (!plan->target.machine)
		ret = err__set(&err, -EINVAL,
			       "%s: its target is not a machine (target: {kind: ssh, machine: "
			       "NAME})",
			       o.plan);
	if (!ret)
		ret = machine_hold__take(plan->target.machine, "prepare", NULL, &hold, &err);
	if (!ret) {
		plan__guest_packages(plan, &names);
		ret = install_packages(&hold->ssh, &names, o.dry_run, &err);
	}
	return cmd__fail(ret, &err);
}

static int machine_rm(int argc, char **argv)
{
	struct machine_opts o = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&rm_options, argc, argv, &o, &ret))
		return ret;
	ret = machine__remove(o.name, &err);
	return cmd__fail(ret, &err);
}

static int machine_check(int argc, char **argv)
{
	_cleanup_(machine__freep) struct machine *m = NULL;
	struct machine_opts o = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&check_options, argc, argv, &o, &ret))
		return ret;
	ret = machine__load(o.name, &m, &err);
	if (ret)
		return cmd__fail(ret, &err);
	doctor__machine(m);
	if (o.reboot && !doctor__missing())
		doctor__machine_reboot(m);
	else if (o.reboot)
		log__warn("not rebooted: first add what is missing");
	if (!doctor__missing())
		return EXIT_NO_REGRESSION;
	log__error("machine %s lacks %u thing%s that kduel needs", o.name, doctor__missing(),
		   plural_s(doctor__missing()));
	return EXIT_UNFIT;
}

static const struct cmd verbs[] = {
	{ "add", "write the file of a machine and log in once", machine_add, false },
	{ "check", "prove that a machine can be used, and say what is missing", machine_check,
	  false },
	{ "clean", "remove everything of kduel's from a machine", machine_clean, false },
	{ "list", "list the machines", machine_list, false },
	{ "prepare", "install what a plan's workloads need", machine_prepare, false },
	{ "rm", "forget a machine", machine_rm, false },
	{ "show", "print the file of a machine", machine_show, false },
	{ "unlock", "take a machine from a campaign that will not come back", machine_unlock,
	  false },
	{ 0 },
};

int cmd_machine(int argc, char **argv)
{
	return cmd__run_below(
		verbs, " machine",
		"A machine is a host that ssh reaches, and a file that says how. A plan uses it\n"
		"by name: `target: {kind: ssh, machine: NAME}`.\n",
		argc, argv);
}
