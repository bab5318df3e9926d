// SPDX-License-Identifier: GPL-2.0-only
/* machine.c - what a machine has and lacks, without changing anything on it. */
#include "runner/cli/doctor/machine.h"

#include "lib/clock.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/utf8.h"
#include "runner/cli/doctor/line.h"
#include "runner/guest/agent.h"
#include "runner/machine/lock.h"
#include "runner/machine/probe.h"

#include <inttypes.h>

#define CONSOLE_MS 2000 /* how long the console command is watched */
#define AGENT_KB (64u << 10) /* what the agent takes, several times */
/* Clocks that differ by less are right. */
#define CLOCK_OK_S 5

/* False when there is none though the file says that there is. */
static bool check_root(const struct machine *m, struct ssh *ssh)
{
	_free_ char *out = NULL;
	struct err err;
	int status;

	if (m->root == MACHINE_NO_ROOT) {
		doctor__line("note",
			     "root: no, as its file says; counters, the kernel log and most "
			     "workloads want it");
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

	doctor__line("ok", "system: %s, %s, Linux %s %s, %s CPUs", probe__get(p, "name"),
		     probe__get(p, "system"), probe__get(p, "kernel"), probe__get(p, "arch"),
		     probe__get(p, "cpus"));
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

/* Kilobytes as text; how much there must be, or 0 where nothing is put there yet. */
static void check_space(const struct probe *p, const char *where, const char *key, uint64_t need_kb)
{
	uint64_t kb;
	char size[32];

	if (units__u64(probe__get(p, key), &kb) || kb > UINT64_MAX >> 10)
		return doctor__line("note", "space in %s: unknown", where);
	units__fmt_size(kb << 10, size, sizeof(size));
	if (kb < need_kb)
		doctor__lacks("space in %s: %s are free, kduel needs %u MiB", where, size,
			      AGENT_KB >> 10);
	else
		doctor__line("ok", "space in %s: %s free", where, size);
}

/* kexec_load(2) is refused by a sysctl, and by lockdown, which comes with Secure Boot. */
static void check_kexec(const struct probe *p)
{
	const char *lockdown = probe__get(p, "lockdown");

	if (!*probe__get(p, "kexec"))
		doctor__line("note", "kexec: no program (package kexec-tools)");
	else if (!*probe__get(p, "kexec_loaded"))
		doctor__line("note", "kexec: this kernel is built without CONFIG_KEXEC");
	else if (streq(probe__get(p, "kexec_disabled"), "1"))
		doctor__line("note",
			     "kexec: off until the next boot (sysctl kernel.kexec_load_disabled)");
	else if (*lockdown && !streq(lockdown, "none"))
		doctor__line("note", "kexec: refused by lockdown (%s), as with Secure Boot",
			     lockdown);
	else
		doctor__line("ok", "kexec: %s", probe__get(p, "kexec"));
}

/* GRUB writes its environment block in place, which only plain file systems and partitions allow. */
static void check_grubenv(const struct probe *p)
{
	const char *fs = probe__get(p, "grubenv_fs"), *on = probe__get(p, "grubenv_on");
	bool plain = streq(fs, "ext2/ext3") || streq(fs, "xfs") || streq(fs, "msdos");

	if (!plain || !(streq(on, "part") || streq(on, "disk") || !*on))
		doctor__line("note",
			     "grubenv: %s is on %s%s%s, where GRUB cannot clear a one-time entry: it would "
			     "be booted again and again",
			     probe__get(p, "grub_dir"), *fs ? fs : "an unknown file system",
			     *on ? " on " : "", on);
	else if (*probe__get(p, "next_entry"))
		doctor__line("note", "grubenv: a one-time entry is set already: %s",
			     probe__get(p, "next_entry"));
	else
		doctor__line("ok", "grubenv: %s on %s", probe__get(p, "grub_dir"), fs);
}

static void check_loader(const struct probe *p)
{
	const char *efi = *probe__get(p, "efi") ? "UEFI" : "no UEFI";
	const char *entries = probe__get(p, "sdboot");

	if (*probe__get(p, "bootctl") && *entries && !streq(entries, "0"))
		doctor__line("ok", "loader: systemd-boot, %s", efi);
	else if (*probe__get(p, "grub_dir"))
		doctor__line("ok", "loader: GRUB, %s%s", efi,
			     *probe__get(p, "grub_reboot") ? "" : ", without grub-reboot");
	else
		doctor__line("note", "loader: neither GRUB nor systemd-boot, %s", efi);
	if (*probe__get(p, "grub_dir"))
		check_grubenv(p);
}

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

/* Run a command of the machine's file on this host, for so long. */
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

/* A console goes on for ever: a command that ends is none. */
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
	_cleanup_(proc_result__release) struct proc_result res = { 0 };

	if (!m->power.status)
		return doctor__line("note", "power: no command in its file");
	if (run_hook(m->power.status, (unsigned int)(m->deadlines.command / NSEC_PER_MSEC), &res))
		doctor__lacks("power status: sh cannot be started");
	else if (res.timed_out)
		doctor__lacks("power status: no answer in time (deadlines: command): %.200s",
			      res.out);
	else if (res.status)
		doctor__lacks("power status: the command failed with %d: %.200s", res.status,
			      res.out);
	else
		doctor__line("ok", "power status: %.200s", res.out);
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

/* All that a login shows. */
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
	/* Without root the rest is seen with the user's own eyes. */
	plain = *m;
	plain.root = MACHINE_NO_ROOT;
	if (!check_root(m, &ssh))
		ssh.m = &plain;
	check_lock(&ssh);
	if (probe__run(&ssh, &p, &err))
		return doctor__lacks("%s", err.msg);
	check_system(&p);
	check_space(&p, probe__get(&p, "dir"), "dir_free_kb", AGENT_KB);
	check_space(&p, "/boot", "boot_free_kb", 0);
	check_space(&p, "/lib/modules", "modules_free_kb", 0);
	check_kexec(&p);
	check_loader(&p);
	check_evidence(&p);
}

void doctor__machine(const struct machine *m)
{
	doctor__line("ok", "file %s", m->path);
	check_there(m);
	check_console(m);
	check_power(m);
}
