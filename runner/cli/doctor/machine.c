// SPDX-License-Identifier: GPL-2.0-only
/* machine.c - check whether a real machine has what kduel needs. */
#include "runner/cli/doctor/machine.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/utf8.h"
#include "runner/cli/doctor/line.h"
#include "runner/guest/agent.h"
#include "runner/machine/boot.h"
#include "runner/machine/check.h"
#include "runner/machine/lock.h"
#include "runner/machine/power.h"
#include "runner/machine/probe.h"

#include <inttypes.h>

#define CONSOLE_MS 2000 /* how long to watch the console command */
#define AGENT_KB (64u << 10) /* disk space for the agent, several times over */
#define CLOCK_OK_S 5 /* a smaller difference between the clocks is not worth a note */

/* Returns false if the machine's file promises root, but sudo does not work. */
static bool check_root(const struct machine *m, struct ssh *ssh)
{
	_free_ char *out = NULL;
	struct err err;
	int status;

	if (m->root == MACHINE_NO_ROOT) {
		doctor__line("note",
			     "root: no, as its file says; counters, the kernel log and most "
			     "workloads need it");
	} else if (ssh__run(ssh,
			    &(struct ssh_script){
				    .what = "try sudo", .text = "id -u", .root = true },
			    &out, &status, &err)) {
		doctor__lacks("%s; allow it there (visudo: USER ALL=(root) NOPASSWD: ALL), or say "
			      "'root: no'",
			      err.msg);
		return false;
	} else {
		doctor__line("ok", "root");
	}
	return true;
}

static void check_system(const struct probe *p)
{
	_free_ char *agent = NULL;
	int64_t off = probe__clock_offset(p);
	struct err err;

	doctor__line("ok", "system: %s, %s, Linux %s %s, %s CPU%s", probe__get(p, "name"),
		     probe__get(p, "system"), probe__get(p, "kernel"), probe__get(p, "arch"),
		     probe__get(p, "cpus"), streq(probe__get(p, "cpus"), "1") ? "" : "s");
	if (guest__find_agent(probe__arch(p), &agent, &err))
		doctor__lacks("an agent for its architecture %s: %s", probe__get(p, "arch"),
			      err.msg);
	else
		doctor__line("ok", "agent for %s", probe__arch(p));
	if (off > PROBE_CLOCK_MAX_S || off < -PROBE_CLOCK_MAX_S)
		doctor__lacks("the right time: its clock is %" PRId64 " s off this host's "
			      "(timedatectl set-ntp true)",
			      off);
	else if (off > CLOCK_OK_S || off < -CLOCK_OK_S)
		doctor__line("note", "clock: %" PRId64 " s off this host's", off);
	else
		doctor__line("ok", "clock");
	if (*probe__get(p, "tools"))
		doctor__lacks("programs: %s", probe__get(p, "tools"));
}

static void check_space(const struct probe *p)
{
	const char *where = probe__get(p, "dir");
	uint64_t kb;
	char size[32];

	if (units__u64(probe__get(p, "dir_free_kb"), &kb) || kb > UINT64_MAX >> 10)
		return doctor__line("note", "space in %s: unknown", where);
	units__fmt_size(kb << 10, size, sizeof(size));
	if (kb < AGENT_KB)
		doctor__lacks("space in %s: %s are free, kduel needs %u MiB", where, size,
			      AGENT_KB >> 10);
	else
		doctor__line("ok", "space in %s: %s free", where, size);
}

static void check_booting(const struct machine *m, const struct probe *p)
{
	_cleanup_(findings__release) struct findings f = { 0 };

	machine_check__booting(m, p, &f);
	for (size_t i = 0; i < f.n; i++) {
		if (f.v[i].kind == FINDING_LACKS)
			doctor__lacks("%s", f.v[i].text);
		else
			doctor__line(f.v[i].kind == FINDING_OK ? "ok" : "note", "%s", f.v[i].text);
	}
}

/* Is there a pstore, to find out why a kernel died, and a watchdog, to end a hang? */
static void check_evidence(const struct probe *p)
{
	const char *pstore = probe__get(p, "pstore"), *dog = probe__get(p, "watchdog");

	if (*pstore && !streq(pstore, "(null)"))
		doctor__line("ok", "pstore: %s, %s old records", pstore,
			     probe__get(p, "pstore_files"));
	else
		doctor__line("note", "pstore: no backend (efi_pstore, ramoops, erst): what a dying "
				     "kernel says is on the console alone");
	if (*probe__get(p, "watchdog_dev"))
		doctor__line("ok", "watchdog: %s", *dog ? dog : "/dev/watchdog");
	else
		doctor__line("note", "watchdog: none");
}

/* Run a shell command from the machine's file on this host, for at most `ms`. */
static int run_hook(const char *command, unsigned int ms, struct proc_result *res)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	int ret = proc__run(&(struct proc_opts){ .argv = argv,
						 .timeout_ms = ms,
						 .max_output = 1u << 16,
						 .merge_stderr = true },
			    res);

	if (!ret)
		utf8__clean(res->out, res->out_len, false);
	return ret;
}

/* The console command must not end by itself. */
static void check_console(const struct machine *m)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };

	if (!m->console)
		return doctor__line("note",
				    "console: no command in its file; a panic will not be seen");
	if (run_hook(m->console, CONSOLE_MS, &res))
		doctor__lacks("a console: sh cannot be started");
	else if (res.timed_out)
		doctor__line("ok", "console: the command runs%s",
			     res.out_len ? " and prints" : "; it printed nothing yet");
	else
		doctor__lacks("a console: the command ended at once with %d: %.200s", res.status,
			      res.out);
}

static void check_power(const struct machine *m)
{
	_free_ char *said = NULL;
	struct err err;

	if (!power__has(m, POWER_STATUS))
		return doctor__line("note", "power: no commands in its file: a machine that hangs "
					    "stays hung, unless a watchdog ends that");
	if (power__run(m, POWER_STATUS, &said, &err))
		doctor__lacks("%s", err.msg);
	else if (power__parse_state(said) == POWER_IS_OFF)
		doctor__lacks("power: it is off: %.200s", said);
	else
		doctor__line("ok", "power status: %.200s", said);
	if (!power__can_cycle(m))
		doctor__line("note",
			     "power: neither 'cycle' nor 'off' and 'on': a machine that hangs "
			     "stays hung");
}

static void check_lock(struct ssh *ssh)
{
	_free_ char *holder = NULL;
	struct err err;

	if (machine_lock__holder(ssh, &holder, &err))
		doctor__lacks("%s", err.msg);
	else if (*holder)
		doctor__line("note", "taken: %s", holder);
	else
		doctor__line("ok", "free: no campaign has it");
}

/* The checks that need a login. */
static void check_there(const struct machine *m)
{
	_cleanup_(ssh__close) struct ssh ssh = { 0 };
	_cleanup_(probe__release) struct probe p = { 0 };
	struct machine plain;
	struct err err;

	if (ssh__open(&ssh, m, false, NULL, &err))
		return doctor__lacks("%s", err.msg);
	doctor__line("ok", "ssh: %s%s%s answers, its host key is known", m->user ? m->user : "",
		     m->user ? "@" : "", m->host);
	/* If root does not work, do the other checks as the login user. */
	plain = *m;
	plain.root = MACHINE_NO_ROOT;
	if (!check_root(m, &ssh))
		ssh.m = &plain;
	check_lock(&ssh);
	if (probe__run(&ssh, &p, &err))
		return doctor__lacks("%s", err.msg);
	check_system(&p);
	check_space(&p);
	check_booting(m, &p);
	check_evidence(&p);
}

/* Get the machine back to its known-good kernel, by a reboot or with `power` a power cycle, and
 * print how long that took. */
static void try_reboot(struct machine_hold *h, const char *what, bool power)
{
	_free_ char *before = fs__boot_id(h->tree), *after = NULL;
	const uint64_t began = clock__ns();
	struct err err;
	char t[32];
	int ret = power ? machine_boot__cycle(h, &err) : machine_boot__home(h, true, &err);

	if (!ret)
		ret = machine_hold__renew(h, 0, &err);
	if (ret)
		return doctor__lacks("%s: %s", what, err.msg);
	after = fs__boot_id(h->tree);
	units__fmt_duration(clock__ns() - began, t, sizeof(t));
	if (streq(before, after))
		doctor__lacks("%s: the boot id is the same as before", what);
	else
		doctor__line("ok", "%s: boot %.8s after %.8s, in %s", what, after, before, t);
}

void doctor__machine_reboot(const struct machine *m)
{
	_cleanup_(machine_hold__releasep) struct machine_hold *h = NULL;
	struct err err;

	if (m->boot == MACHINE_BOOT_NO)
		return doctor__lacks("a reboot: %s says 'boot: no'", m->path);
	if (machine_boot__take(m->name, "check", NULL, &h, &err))
		return doctor__lacks("a reboot: %s", err.msg);
	try_reboot(h, "reboot", false);
	if (power__can_cycle(m) && !h->given_up)
		try_reboot(h, "power cycle", true);
	for (size_t i = 0; i < h->notes.n; i++)
		doctor__line("note", "%s", h->notes.v[i]);
}

void doctor__machine(const struct machine *m)
{
	doctor__line("ok", "file %s", m->path);
	check_there(m);
	check_console(m);
	check_power(m);
}
