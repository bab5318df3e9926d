// SPDX-License-Identifier: GPL-2.0-only
/* watchdog.c - Linux' watchdog device (Documentation/watchdog/watchdog-api.rst). */
#include "runner/agent/watchdog.h"

#include "lib/clock.h"
#include "lib/units.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OFTEN_NS (30 * NSEC_PER_SEC) /* longest interval outside timed parts */

/* A driver may round the timeout, or support only one: use what it reports. */
static void set_timeout(struct watchdog *w, int seconds)
{
	int now = seconds;

	if (ioctl(w->fd, WDIOC_SETTIMEOUT, &now) && ioctl(w->fd, WDIOC_GETTIMEOUT, &now))
		now = seconds;
	w->timeout_ns = (uint64_t)(now > 0 ? now : seconds) * NSEC_PER_SEC;
}

int watchdog__open(struct watchdog *w, const char *text, struct err *err)
{
	const char *eq = strrchr(text, '=');
	_free_ char *device = eq ? xstrndup(text, (size_t)(eq - text)) : NULL;
	struct watchdog_info info = { 0 };
	uint64_t seconds;

	*w = (struct watchdog){ 0 };
	if (!eq || units__u64(eq + 1, &seconds) || !seconds || seconds > INT32_MAX)
		return err__set(err, -EINVAL, "--watchdog: expected DEVICE=SECONDS, not '%s'",
				text);
	w->fd = open(device, O_WRONLY | O_CLOEXEC);
	if (w->fd < 0 && errno == EBUSY) {
		w->busy = true;
		w->name = xstrdup(device);
		return 0;
	}
	/* The kernel under test lacks the driver: measure all the same. */
	if (w->fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO)) {
		w->missing = true;
		w->name = xstrdup(device);
		return 0;
	}
	if (w->fd < 0)
		return err__set(err, -errno,
				"the plan wants a watchdog, but %s cannot be opened: %s", device,
				strerror(errno));
	(void)ioctl(w->fd, WDIOC_GETSUPPORT, &info);
	w->name = xasprintf("%s (%.*s)", device, (int)sizeof(info.identity),
			    (const char *)info.identity);
	set_timeout(w, (int)seconds);
	(void)watchdog__feed(w, false);
	return 0;
}

char *watchdog__describe(const struct watchdog *w)
{
	char t[32];

	if (w->busy)
		return xasprintf("watchdog: %s is already in use (systemd's RuntimeWatchdogSec?) and is "
				 "left alone",
				 w->name);
	if (w->missing)
		return xasprintf("watchdog: this kernel has no %s (is the driver missing?): only the "
				 "deadlines detect a hang",
				 w->name);
	if (!w->timeout_ns)
		return xstrdup("");
	return xasprintf("watchdog: %s resets the machine after %s without the agent", w->name,
			 units__fmt_duration(w->timeout_ns, t, sizeof(t)));
}

uint64_t watchdog__due(const struct watchdog *w, bool timed)
{
	const uint64_t third = w->timeout_ns / 3;

	if (!w->timeout_ns)
		return UINT64_MAX;
	return w->fed_ns + (timed ? 2 * third : third < OFTEN_NS ? third : OFTEN_NS);
}

uint64_t watchdog__feed(struct watchdog *w, bool timed)
{
	const uint64_t now = clock__ns();

	if (w->timeout_ns && (!w->fed_ns || now >= watchdog__due(w, timed))) {
		(void)!write(w->fd, "k", 1);
		w->fed_ns = now;
	}
	return watchdog__due(w, timed);
}

void watchdog__close(struct watchdog *w)
{
	if (w->timeout_ns) {
		(void)!write(w->fd, "V", 1);
		close(w->fd);
	}
	free(w->name);
	*w = (struct watchdog){ 0 };
}
