// SPDX-License-Identifier: GPL-2.0-only
/*
 * ssh.c - a real machine: the agent talks over ssh's standard input and output. If the variants have
 * kernels, the machine boots them (runner/machine/boot.h); if not, each "boot" of the schedule is a
 * session on the running system, as with target local.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/guest/agent.h"
#include "runner/host/host.h"
#include "runner/machine/boot.h"
#include "runner/machine/evidence.h"
#include "runner/machine/packages.h"
#include "runner/machine/probe.h"
#include "runner/machine/push.h"
#include "runner/machine/tune.h"
#include "runner/targets/channel.h"
#include "runner/targets/target.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define AGENT "agent-" /* prefix of the program's name on the machine; a hash follows */
#define RETRY_NS (500 * (long)NSEC_PER_MSEC) /* between two attempts to log in */
#define AGENT_HASH 12 /* digits of a hash in a name */
#define CONSOLE_MAX (64u << 20) /* search at most this many bytes of the console log */

/* A session of the agent: the console, and what is needed to tell a lost connection from a machine
 * that went down. */
struct ssh_session {
	struct machine_hold *machine;
	const struct boot_spec *spec; /* only valid during start() */
	struct supervised console;
	struct tmpdir dir; /* TMPDIR of the console command */
	char *boot_id; /* at the start of the session */
	uint64_t return_ns; /* how long to wait for a machine that does not answer */
	bool boots; /* a kernel was booted for this session */
	char left[37]; /* boot id of the system before that boot */
	unsigned int slot;
};

static int check(const struct plan *plan, struct err *err)
{
	_cleanup_(machine__freep) struct machine *m = NULL;
	int ret = machine__load(plan->target.machine, &m, err);

	if (!ret && plan->target.watchdog_ns && !m->watchdog)
		ret = err__set(err, -EINVAL,
			       "%s: 'target.watchdog': the file of machine %s lacks 'watchdog: yes', which "
			       "allows it (%s)",
			       plan->path, m->name, m->path);
	if (!ret && plan->target.host_cpus.n)
		ret = err__set(err, -EINVAL,
			       "%s: 'target.host_cpus' does not apply: target kind ssh runs nothing "
			       "on this host",
			       plan->path);
	return ret;
}

static int prepare(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		   struct err *err __unused)
{
	*qemu = NULL;
	prep->note(plan->target.boots ?
			   "ssh     machine %s boots each kernel (docs/MACHINES.md)" :
			   "ssh     the running system of machine %s; its sessions are not boots "
			   "(docs/MACHINES.md)",
		   plan->target.machine);
	return 0;
}

/* Note which of the workloads' packages are missing on the machine. This is not an error, as the
 * programs may have been installed in other ways. */
static void note_lacks(const struct plan *plan, struct machine_hold *h)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(packages__release) struct packages p = { 0 };
	_free_ char *lacks = NULL;
	struct err err;

	plan__guest_packages(plan, &names);
	if (!names.n || packages__look(&h->ssh, &names, &p, &err) || !p.lacks.n)
		return;
	lacks = strvec__join(&p.lacks, ", ");
	strvec__pushf(&h->notes, "machine %s lacks %s: `kduel machine prepare %s` installs %s",
		      h->m->name, lacks, plan->path, p.lacks.n == 1 ? "it" : "them");
}

static int take(const struct plan *plan, const atomic_int *stop, struct machine_hold **hold,
		struct err *err)
{
	int ret = plan->target.boots ?
			  machine_boot__take(plan->target.machine, plan->name, stop, hold, err) :
			  machine_hold__take(plan->target.machine, plan->name, stop, hold, err);

	if (!ret)
		note_lacks(plan, *hold);
	return ret;
}

/* The line that the agent prints first; it identifies the boot. Caller frees. */
static char *greeting(const struct boot_spec *spec)
{
	return xasprintf("kduel-agent-%016llx-%u", (unsigned long long)spec->seed, spec->slot + 1);
}

/* The agent's file name on the machine. It has a hash of the content, so that an outdated agent is
 * never used. Caller frees. */
static int agent_name(const char *path, char **name, struct err *err)
{
	char hash[65];
	int ret = cache__sha256_file(path, hash);

	*name = ret ? NULL : xasprintf(AGENT "%.*s", AGENT_HASH, hash);
	return ret ? err__errno(err, ret, path) : 0;
}

/* The machine's directory for extra modules that kduel built for this kernel. Unlike /lib/modules, it
 * is not shared by kernels of the same release. Caller frees; NULL: there are no such modules. */
static char *own_modules(const struct boot_spec *spec, const char *dir)
{
	const struct kernel *k = spec->plan->target.boots ? spec->built : NULL;

	return k && k->extra.n ? xasprintf("%s/modules-%.*s", dir, AGENT_HASH, k->hash) : NULL;
}

static int push_modules(const struct boot_spec *spec, struct machine_hold *h, struct err *err)
{
	_free_ char *dir = own_modules(spec, h->dir);
	int ret = 0;

	for (size_t i = 0; dir && !ret && i < spec->built->extra.n; i++) {
		const char *path = spec->built->extra.v[i], *slash = strrchr(path, '/');

		ret = push__file(&h->ssh, path, dir, NULL, slash ? slash + 1 : path, err);
	}
	return ret;
}

/* The shell command that starts the agent on the machine. Caller frees. */
static char *agent_command(const struct boot_spec *spec, const struct machine *m, const char *dir,
			   const char *name)
{
	const uint64_t watchdog_s = spec->plan->target.watchdog_ns / NSEC_PER_SEC;
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *hello = greeting(spec), *line = NULL, *modules = own_modules(spec, dir);

	strvec__pushf(&words, "%s/%s", dir, name);
	strvec__push_all(&words, "--stdio", "--greeting", hello, "--alone", NULL);
	strvec__pushf(&words, "%s/agent.pid", dir);
	if (m->disposable)
		strvec__push_all(&words, "--disposable", "yes", NULL);
	if (modules)
		strvec__push_all(&words, "--modules", modules, NULL);
	if (spec->plan->allow_exec)
		strvec__push_all(&words, "--allow-exec", "yes", NULL);
	if (watchdog_s && m->watchdog) {
		strvec__push(&words, "--watchdog");
		strvec__pushf(&words, "%s=%" PRIu64, m->watchdog, watchdog_s);
	}
	line = strvec__shell_line(&words);
	return xasprintf("exec %s", line);
}

/* In a dry run the machine has not been asked for its directory and architecture: use placeholders
 * for the agent's path. */
static int command(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	const struct machine_hold *h = spec->machine;
	_cleanup_(machine__freep) struct machine *own = NULL;
	const struct machine *m = h ? h->m : NULL;
	_free_ char *path = NULL, *name = NULL, *text = NULL, *control = NULL, *remote = NULL;
	int ret;

	if (!h) {
		ret = machine__load(spec->plan->target.machine, &own, err);
		if (ret)
			return ret;
		m = own;
		control = xasprintf("%s/cm", spec->run_dir);
		name = xstrdup(AGENT "HASH");
	} else {
		ret = guest__find_agent(h->arch, &path, err);
		if (!ret)
			ret = agent_name(path, &name, err);
		if (ret)
			return ret;
		control = ssh__control(&h->ssh);
	}
	text = agent_command(spec, m, h ? h->dir : "DIR", name);
	remote = ssh__remote(m, true, text);
	ssh__words(m, control, argv);
	strvec__push(argv, remote);
	return 0;
}

static char *cmdline(const struct boot_spec *spec)
{
	_free_ char *path = xasprintf("%s/proc/cmdline", boot_spec__root(spec));
	char *text = NULL;

	if (!spec->machine || fs__read(path, 1u << 16, &text, NULL))
		return xstrdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Keep the console command running. Its standard input never ends: many such commands exit at
 * end-of-file. If it exits anyway, log that and start it again. */
static const char keep_console[] =
	"mkfifo \"$TMPDIR/in\" && exec 3<>\"$TMPDIR/in\"\n"
	"while :; do sh -c \"$0\" <&3\n"
	"printf '\\n[kduel: the console command ended with %d at %s; it is started again]\\n' "
	"$? \"$(date '+%Y-%m-%d %H:%M:%S %z')\"\n"
	"sleep 2; done";

/* Start the console command. Without one, the agent's own output takes the place of the console. */
static int start_console(const struct boot_spec *spec, struct ssh_session *s,
			 struct target_run *run, struct err *err)
{
	const char *command = s->machine->m->console;
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)keep_console, (char *)command,
			 NULL };
	int ret;

	run->console = xasprintf("%s/%s", spec->run_dir, command ? "console.log" : "output.log");
	run->no_console = !command;
	if (!command)
		return 0;
	ret = rundir__make(&s->dir, err);
	return ret ? ret :
		     supervise__start(&(struct supervise_opts){ .argv = argv,
								.run_dir = s->dir.path,
								.output = run->console,
								.channel = -1 },
				      &s->console, err);
}

/* Start the agent over ssh. The wire protocol uses its standard input and output; stderr goes to a
 * log. */
static int start_agent(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_free_ char *log = xasprintf("%s/output.log", spec->run_dir), *ssh = NULL;
	char *env[] = { (char *)"LC_ALL=C", NULL };
	struct supervised s = { .leash = -1 };
	int ours = -1, theirs = -1;
	int ret = command(spec, &argv, err);

	if (!ret)
		ret = channel__open(&ours, &theirs, err);
	if (ret)
		return ret;
	ssh = fs__find_program(argv.v[0]);
	if (ssh) {
		free(argv.v[0]);
		argv.v[0] = xstrdup(ssh);
	}
	ret = supervise__start(&(struct supervise_opts){ .argv = argv.v,
							 .env = env,
							 .run_dir = spec->run_dir,
							 .output = log,
							 .channel = theirs,
							 .stdio = true },
			       &s, err);
	close(theirs);
	if (ret) {
		close(ours);
		return ret;
	}
	run->fd = ours;
	run->supervisor = s.pid;
	run->leash = s.leash;
	run->greeting = greeting(spec);
	return 0;
}

static int push_agent(struct machine_hold *h, struct err *err)
{
	_free_ char *path = NULL, *name = NULL;
	int ret = guest__find_agent(h->arch, &path, err);

	if (ret)
		return ssh__fault(&h->ssh, BOOT_MACHINE_ARCH, ret, err, "%s", err->msg);
	ret = agent_name(path, &name, err);
	return ret ? ret : push__file(&h->ssh, path, h->dir, AGENT, name, err);
}

/* If the console shows that the kernel began to boot, but it never answered, then the kernel hung or
 * reset the machine: blame the kernel, not the machine. */
static void blame_boot(const struct machine_attempt *a, struct target_run *run, struct err *err)
{
	_free_ char *log = NULL;
	size_t len;

	if (run->no_console || a->fault != BOOT_MACHINE_BOOT ||
	    fs__read(run->console, CONSOLE_MAX, &log, &len) ||
	    !memmem(log, len, a->word, strlen(a->word)))
		return;
	run->fault = BOOT_TIMEOUT;
	err__prefix(err, -ETIMEDOUT, "the console shows the kernel begin to boot, then: ");
}

/* Called at each state of the boot. When the new kernel is about to come up, note how far the console
 * log goes: everything before that is from the old kernel. */
static void entered(void *arg, const char *state)
{
	struct target_run *run = arg;
	const struct ssh_session *s = run->ssh;
	struct stat st;

	if (streq(state, "up") && !stat(run->console, &st))
		run->console_from = (long)st.st_size;
	if (s->spec->entered)
		s->spec->entered(s->spec->arg, state);
}

static int boot(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	struct machine_attempt a = { .hold = spec->machine,
				     .kernel = spec->built,
				     .cmdline = spec->variant->cmdline,
				     .slot = spec->slot,
				     .within_ns = spec->bound_ns,
				     .entered = entered,
				     .arg = run };
	int ret = machine_boot__run(&a, err);

	run->facts = a.facts;
	run->fault = a.fault;
	snprintf(run->ssh->left, sizeof(run->ssh->left), "%s", a.left);
	if (ret)
		blame_boot(&a, run, err);
	return ret;
}

/* Record the versions of the workloads' packages on the machine. A failure costs the facts, not the
 * boot. */
static void note_packages(const struct boot_spec *spec, struct ssh *ssh, struct strvec *facts)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(packages__release) struct packages p = { 0 };
	struct err err;

	plan__guest_packages(spec->plan, &names);
	if (!names.n || packages__look(ssh, &names, &p, &err))
		return;
	for (size_t i = 0; i < p.have.n; i++) {
		strvec__pushf(facts, "packages/%s", p.have.v[i]);
		strvec__push(facts, p.versions.v[i]);
	}
}

static int start(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	struct machine_hold *h = spec->machine;
	struct ssh_session *s = xcalloc(1, sizeof(*s));
	const bool boots = spec->plan->target.boots;
	int ret;

	*run = (struct target_run){ .fd = -1, .leash = -1, .ssh = s };
	*s = (struct ssh_session){
		.machine = h, .spec = spec, .console.leash = -1, .boots = boots, .slot = spec->slot
	};
	h->ssh.fault = BOOT_OK;
	ret = start_console(spec, s, run, err);
	if (!ret)
		ret = boots ? boot(spec, run, err) : machine_hold__renew(h, spec->bound_ns, err);
	if (ret && boots)
		return ret;
	if (!ret)
		ret = push_agent(h, err);
	if (!ret)
		ret = push_modules(spec, h, err);
	if (!ret && h->settings)
		ret = machine_tune__apply(h, err);
	if (!ret && boots)
		machine_boot__enter(h, MACHINE_HELLO, s->slot);
	if (!ret)
		note_packages(spec, &h->ssh, &run->facts);
	if (!ret)
		ret = start_agent(spec, run, err);
	s->boot_id = fs__boot_id(h->tree);
	s->return_ns = boots ? machine_boot__up_ns(h) : spec->plan->target.boot_timeout_ns;
	run->fault = ret && ret != -EINTR ? h->ssh.fault : BOOT_OK;
	return ret;
}

static void hello(struct target_run *run)
{
	if (run->ssh->boots)
		machine_boot__enter(run->ssh->machine, MACHINE_JOBS, run->ssh->slot);
}

/* After a boot with this status, can the next kernel be booted from the running system? After other
 * failures that system cannot be trusted. */
static bool is_sound(enum boot_status status)
{
	return status == BOOT_OK || status == BOOT_WORKLOAD_FAILED || status == BOOT_INTERRUPTED ||
	       status == BOOT_HOST_DISK_FULL;
}

/* The panic message in the pstore records; NULL if there is none. */
static const char *find_panic(const struct evidence *ev)
{
	return ev->pstore ? strstr(ev->pstore, "Kernel panic - not syncing") : NULL;
}

/* Store what the machine has kept of a failed boot. Returns BOOT_PANIC if pstore has a panic that was
 * not known yet, else BOOT_OK. */
static enum boot_status keep_evidence(struct target_run *run, enum boot_status status, char *why,
				      size_t len)
{
	const struct ssh_session *s = run->ssh;
	_cleanup_(evidence__release) struct evidence ev = { 0 };
	const char *panic;
	struct err err;

	machine_boot__enter(s->machine, MACHINE_EVIDENCE, s->slot);
	if (evidence__collect(&s->machine->ssh, s->boot_id, *s->left ? s->left : NULL, &ev, &err)) {
		strvec__push_all(&run->facts, "crash/lacks", err.msg, NULL);
		return BOOT_OK;
	}
	if (ev.pstore)
		strvec__push_all(&run->texts, EVIDENCE_PSTORE, ev.pstore, NULL);
	if (ev.kernel_log)
		strvec__push_all(&run->texts, EVIDENCE_KERNEL_LOG, ev.kernel_log, NULL);
	if (ev.watchdog)
		strvec__push_all(&run->facts, FACT_WATCHDOG_RESET, ev.watchdog, NULL);
	panic = find_panic(&ev);
	if (!panic || status == BOOT_PANIC)
		return BOOT_OK;
	snprintf(why, len, "pstore: %.*s", (int)strcspn(panic, "\n"), panic);
	return BOOT_PANIC;
}

static enum boot_status over(struct target_run *run, enum boot_status status, char *why, size_t len)
{
	struct ssh_session *s = run->ssh;
	struct err err;

	if (!s || !s->boots || is_sound(status))
		return BOOT_OK;
	/* End the agent first: its connection could keep the machine from shutting down. */
	base__close_fd(&run->fd);
	if (!machine_boot__home(s->machine, false, &err))
		return keep_evidence(run, status, why, len);
	strvec__push_all(&run->facts, "machine/recovery", err.msg, NULL);
	return BOOT_OK;
}

/* Try to log in again until the machine answers or the time is up. Failures other than a lost
 * connection, such as a changed host key, are final. */
static int await_return(struct ssh_session *s, struct err *err)
{
	struct machine_hold *h = s->machine;
	const uint64_t end = clock__ns() + s->return_ns;
	int ret;

	for (;;) {
		ret = machine_hold__reconnect(h, err);
		if (!ret)
			ret = probe__copy_tree(&h->ssh, h->tree, err);
		if (!ret || ret == -EINTR || h->ssh.fault != BOOT_MACHINE_LOST ||
		    clock__ns() >= end)
			return ret;
		if (h->ssh.stop && *h->ssh.stop)
			return -EINTR;
		nanosleep(&(struct timespec){ .tv_nsec = RETRY_NS }, NULL);
	}
}

/* The agent's stream has ended: ask the machine why. The kernel can be at fault only if the machine
 * has rebooted since; otherwise it was the network, or the machine. */
static enum boot_status why_ended(struct target_run *run, char *why, size_t len)
{
	struct machine_hold *h = run->ssh->machine;
	const bool connected = ssh__is_open(&h->ssh);
	_free_ char *now = NULL;
	struct err err = { "" };
	int ret;

	h->ssh.fault = BOOT_OK;
	ret = await_return(run->ssh, &err);
	if (ret) {
		snprintf(why, len, "%s", err.msg);
		return ret == -EINTR ? BOOT_INTERRUPTED :
		       h->ssh.fault  ? h->ssh.fault :
				       BOOT_MACHINE_LOST;
	}
	now = fs__boot_id(h->tree);
	if (!streq(now, run->ssh->boot_id)) {
		snprintf(why, len, "machine %s was booted meanwhile: boot id %.8s, it was %.8s",
			 h->m->name, now, run->ssh->boot_id);
		return BOOT_AGENT_DIED;
	}
	/* Machine and connection are fine: the exit status of the agent's ssh tells the reason. */
	if (connected)
		return BOOT_OK;
	snprintf(why, len,
		 "the connection to machine %s was lost; it is up, and was not booted meanwhile",
		 h->m->name);
	return BOOT_MACHINE_LOST;
}

static void stop(struct target_run *run)
{
	struct ssh_session *s = run->ssh;

	free(run->greeting);
	run->greeting = NULL;
	strvec__release(&run->facts);
	strvec__release(&run->texts);
	channel__stop(run);
	if (!s)
		return;
	supervise__stop(&s->console);
	tmpdir__remove(&s->dir);
	free(s->boot_id);
	free(s);
}

static enum metric_platform platform(const struct plan *plan __unused, const char *root)
{
	return hostinfo__platform(root);
}

const struct target_ops target_ssh = {
	.name = "ssh",
	.check = check,
	.prepare = prepare,
	.take = take,
	.command = command,
	.cmdline = cmdline,
	.start = start,
	.hello = hello,
	.over = over,
	.wait = channel__wait,
	.stop = stop,
	.why_ended = why_ended,
	.platform = platform,
};
