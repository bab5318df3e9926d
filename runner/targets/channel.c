// SPDX-License-Identifier: GPL-2.0-only
/* channel.c - start a supervised program that has one end of the channel to the agent. */
#include "runner/targets/channel.h"

#include "lib/units.h"
#include "runner/host/supervise.h"

#include <sched.h>
#include <sys/socket.h>

int channel__check_cpus(const struct plan *plan, struct err *err)
{
	const struct strvec *pin = &plan->target.host_cpus;
	unsigned int cpu[CPU_SETSIZE];
	int n = pin->n ? units__cpu_list(pin->v[0], cpu, ARRAY_SIZE(cpu)) : 0;
	cpu_set_t want, got, old;
	bool refused;

	if (n <= 0 || sched_getaffinity(0, sizeof(old), &old) < 0)
		return 0;
	CPU_ZERO(&want);
	for (int i = 0; i < n && i < CPU_SETSIZE; i++)
		CPU_SET(cpu[i], &want);
	/* The kernel silently ignores CPUs that do not exist, so check what it has set. */
	refused = sched_setaffinity(0, sizeof(want), &want) < 0 ||
		  sched_getaffinity(0, sizeof(got), &got) < 0 || !CPU_EQUAL(&want, &got);
	sched_setaffinity(0, sizeof(old), &old);
	return refused ?
		       err__set(err, -EOPNOTSUPP,
				"%s: target.host_cpus '%s' names CPUs that do not exist or may not "
				"be used",
				plan->path, pin->v[0]) :
		       0;
}

/* The sockets are close-on-exec: only the supervisor passes one end on, explicitly. */
int channel__open(int *ours, int *theirs, struct err *err)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		return err__set(err, -errno, "cannot make a socket pair: %s", strerror(errno));
	*ours = sv[0];
	*theirs = sv[1];
	return 0;
}

/* Close our copy of the program's end, so that we read end-of-file when the program exits. */
int channel__launch(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		    const char *output, int ours, int theirs, struct target_run *run,
		    struct err *err)
{
	const struct strvec *pin = &spec->plan->target.host_cpus;
	_free_ char *path = xasprintf("%s/%s", spec->run_dir, output);
	struct supervised s;
	int ret = supervise__start(&(struct supervise_opts){ .argv = argv->v,
							     .env = env,
							     .run_dir = spec->run_dir,
							     .output = path,
							     .channel = theirs,
							     .cpus = pin->n ? pin->v[0] : NULL },
				   &s, err);

	base__close_fd(&theirs);
	if (ret) {
		base__close_fd(&ours);
		return ret;
	}
	run->fd = ours;
	run->supervisor = s.pid;
	run->leash = s.leash;
	return 0;
}

int channel__start(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		   const char *output, struct target_run *run, struct err *err)
{
	int ours = -1, theirs = -1;
	int ret = channel__open(&ours, &theirs, err);

	if (!ret)
		ret = channel__launch(spec, argv, env, output, ours, theirs, run, err);
	if (!ret)
		run->console = xasprintf("%s/%s", spec->run_dir, output);
	return ret;
}

int channel__wait(struct target_run *run, unsigned int ms, int *status)
{
	struct supervised s = { run->supervisor, run->leash };

	return supervise__wait(&s, ms, status);
}

/* Closing the leash makes the supervisor kill the program and remove the run directory. */
void channel__stop(struct target_run *run)
{
	struct supervised s = { run->supervisor, run->leash };

	base__close_fd(&run->fd);
	supervise__stop(&s);
	free(run->console);
	*run = (struct target_run){ .fd = -1, .leash = -1 };
}
