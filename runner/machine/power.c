// SPDX-License-Identifier: GPL-2.0-only
/* power.c - run the power commands of a machine's file. */
#include "runner/machine/power.h"

#include "lib/clock.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/utf8.h"

#include <ctype.h>
#include <strings.h>

#define SAID_MAX (1u << 16)
#define POLL_NS (1 * NSEC_PER_SEC) /* between two `status` commands */
#define REST_NS (5 * NSEC_PER_SEC) /* how long to wait if the power state cannot be read */

static const char *const names[] = {
	[POWER_ON] = "on",
	[POWER_OFF] = "off",
	[POWER_CYCLE] = "cycle",
	[POWER_STATUS] = "status",
};

const char *power__name(enum power_verb verb)
{
	return names[verb];
}

static const char *command_of(const struct machine *m, enum power_verb verb)
{
	const char *const commands[] = {
		[POWER_ON] = m->power.on,
		[POWER_OFF] = m->power.off,
		[POWER_CYCLE] = m->power.cycle,
		[POWER_STATUS] = m->power.status,
	};

	return commands[verb];
}

bool power__has(const struct machine *m, enum power_verb verb)
{
	return command_of(m, verb);
}

bool power__can_cycle(const struct machine *m)
{
	return m->power.cycle || (m->power.off && m->power.on);
}

/* The last line that is not blank, made printable. Caller frees. */
static char *last_line(char *text, size_t len)
{
	char *from = text;

	utf8__clean(text, len, true);
	for (size_t n = strlen(text); n && isspace((unsigned char)text[n - 1]); n--)
		text[n - 1] = '\0';
	for (char *nl = strchr(text, '\n'); nl; nl = strchr(nl + 1, '\n'))
		from = nl + 1;
	return xstrdup(from);
}

int power__run(const struct machine *m, enum power_verb verb, char **said, struct err *err)
{
	const char *command = command_of(m, verb);
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char t[32];
	int ret;

	*said = NULL;
	if (!command) {
		*said = xstrdup("");
		return err__set(err, -ENOENT, "the file of machine %s lacks 'power: {%s: COMMAND}'",
				m->name, names[verb]);
	}
	ret = proc__run(
		&(struct proc_opts){
			.argv = argv,
			.timeout_ms = (unsigned int)(m->deadlines.power / NSEC_PER_MSEC),
			.max_output = SAID_MAX,
			.merge_stderr = true,
		},
		&res);
	*said = ret ? xstrdup("") : last_line(res.out, res.out_len);
	if (ret)
		return err__set(err, ret, "power %s: sh cannot be started: %s", names[verb],
				strerror(-ret));
	units__fmt_duration(m->deadlines.power, t, sizeof(t));
	if (res.timed_out)
		return err__set(err, -ETIMEDOUT,
				"power %s: the command did not end within %s "
				"(deadlines: power)%s%.200s",
				names[verb], t, **said ? ": " : "", *said);
	if (res.status)
		return err__set(err, -EIO, "power %s: the command failed with status %d%s%.200s",
				names[verb], res.status, **said ? ": " : "", *said);
	return 0;
}

/* Wait until `status` reports that the machine is off. If the state cannot be read, or does not
 * change within the deadline, wait for REST_NS more. */
static void await_off(const struct machine *m)
{
	const uint64_t end = clock__ns() + m->deadlines.power;

	while (clock__ns() < end) {
		_free_ char *said = NULL;
		struct err err;

		if (power__run(m, POWER_STATUS, &said, &err) ||
		    power__parse_state(said) == POWER_IS_UNKNOWN)
			break;
		if (power__parse_state(said) == POWER_IS_OFF)
			return;
		nanosleep(&(struct timespec){ .tv_sec = POLL_NS / NSEC_PER_SEC }, NULL);
	}
	nanosleep(&(struct timespec){ .tv_sec = REST_NS / NSEC_PER_SEC }, NULL);
}

/* Run `on` even if `off` failed: the machine may be off all the same, and must not stay so. */
int power__off_and_on(const struct machine *m, struct err *err)
{
	_free_ char *said = NULL, *more = NULL;
	struct err later;
	int ret = power__run(m, POWER_OFF, &said, err), on;

	if (ret == -ENOENT)
		return ret;
	await_off(m);
	on = power__run(m, POWER_ON, &more, ret ? &later : err);
	return ret ? ret : on;
}

int power__cycle(const struct machine *m, struct err *err)
{
	_free_ char *said = NULL;

	return m->power.cycle || !power__can_cycle(m) ? power__run(m, POWER_CYCLE, &said, err) :
							power__off_and_on(m, err);
}

/* The last word "on" or "off" decides: "Chassis Power is on", "On", "power:1 (on)". */
enum power_state power__parse_state(const char *said)
{
	enum power_state state = POWER_IS_UNKNOWN;

	while (*said) {
		size_t n = 0;

		while (isalnum((unsigned char)said[n]))
			n++;
		if (n == 2 && !strncasecmp(said, "on", 2))
			state = POWER_IS_ON;
		else if (n == 3 && !strncasecmp(said, "off", 3))
			state = POWER_IS_OFF;
		said += n ? n : 1;
	}
	return state;
}
