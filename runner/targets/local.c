// SPDX-License-Identifier: GPL-2.0-only
/* local.c - the system that kduel itself runs on. Nothing is booted: each "boot" of the schedule is
 * a session of the agent, an ordinary program at the other end of a socket pair. As the system is
 * not a disposable guest, workloads that would endanger it refuse to run (job_env.scratch). */
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/guest/agent.h"
#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/host/privileges.h"
#include "runner/host/supervise.h"
#include "runner/targets/target.h"
#include "runner/targets/channel.h"

#include <sys/utsname.h>
#include <unistd.h>

/* Find the agent for this host's architecture. */
static int find_agent(char **path, struct err *err)
{
	const struct arch *host = arch__host();
	struct utsname u;

	uname(&u);
	return guest__find_agent(host ? host->deb : u.machine, path, err);
}

static int check(const struct plan *plan, struct err *err)
{
	_free_ char *agent = NULL;
	int ret = find_agent(&agent, err);

	return ret ? ret : channel__check_cpus(plan, err);
}

/* Nothing has to be fetched, but say now which data this user has no privileges for. */
static int prepare(const struct plan *plan __unused, const struct target_prep *prep,
		   struct qemu **qemu, struct err *err __unused)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };

	*qemu = NULL;
	prep->note("local   the running system; its sessions are not boots (docs/ENVIRONMENT.md)");
	privileges__lacks("", &lacks);
	for (size_t i = 0; i < lacks.n; i++)
		prep->note("local   %s", lacks.v[i]);
	return 0;
}

/* supervise.c makes the agent's end of the channel file descriptor 3. */
static int command(const struct boot_spec *spec, struct strvec *argv, struct err *err)
{
	_free_ char *agent = NULL;
	int ret = find_agent(&agent, err);

	if (!ret)
		strvec__push_all(argv, agent, "--fd", "3", NULL);
	if (!ret && spec->plan->allow_exec)
		strvec__push_all(argv, "--allow-exec", "yes", NULL);
	return ret;
}

/* The command line that the running kernel was booted with. */
static char *cmdline(const struct boot_spec *spec __unused)
{
	char *text = NULL;

	if (fs__read("/proc/cmdline", 1u << 16, &text, NULL))
		return xstrdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static int start(const struct boot_spec *spec, struct target_run *run, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret = command(spec, &argv, err);

	*run = (struct target_run){ .fd = -1, .leash = -1 };
	/* There is no console: keep the agent's own output in its place. */
	return ret ? ret : channel__start(spec, &argv, NULL, "console.log", run, err);
}

static enum metric_platform platform(const struct plan *plan __unused, const char *root)
{
	return hostinfo__platform(root);
}

const struct target_ops target_local = {
	.name = "local",
	.no_console = true,
	.check = check,
	.prepare = prepare,
	.command = command,
	.cmdline = cmdline,
	.start = start,
	.wait = channel__wait,
	.stop = channel__stop,
	.platform = platform,
};
