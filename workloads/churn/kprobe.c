// SPDX-License-Identifier: GPL-2.0-only
/*
 * kprobe: register and unregister a kprobe through tracefs. The kernel copies the probed
 * instruction into an executable page. The probe is not enabled, so nothing hits it.
 */
#include "workloads/churn/part.h"

#include "lib/fs.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#define TRACEFS "/sys/kernel/tracing"
#define EVENTS TRACEFS "/kprobe_events"
#define EVENT "kduel/churn"
/* Probe past the first instructions, which are hints or belong to the function tracer: such
 * instructions are simulated rather than copied. */
#define PROBE "p:" EVENT " vfs_fsync_range+16\n"

static int open_part(struct churn *c)
{
	if (!fs__exists(TRACEFS "/README"))
		(void)mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	/* Opening for writing without O_APPEND removes all other probes. */
	c->fd[0] = open(EVENTS, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (c->fd[0] >= 0)
		return 0;
	return errno == ENOENT ?
		       err__set(&c->err, -EOPNOTSUPP,
				"there is no " EVENTS " (the kernel needs CONFIG_KPROBE_EVENTS)") :
		       churn__fail(c, EVENTS);
}

static int put(struct churn *c, const char *line)
{
	return write(c->fd[0], line, strlen(line)) < 0 ? churn__fail(c, EVENTS) : 0;
}

static int make(struct churn *c)
{
	return put(c, PROBE);
}

static int drop(struct churn *c)
{
	return put(c, "-:" EVENT "\n");
}

static void close_part(struct churn *c)
{
	if (c->fd[0] >= 0)
		(void)drop(c);
	base__close_fd(&c->fd[0]);
}

const struct churn_part churn_kprobe = {
	.name = "kprobe",
	.what = "kprobe unregistered and registered",
	.open = open_part,
	.make = make,
	.drop = drop,
	.close = close_part,
};
