// SPDX-License-Identifier: GPL-2.0-only
/*
 * session.c - waits for messages in slices. Between two slices it checks the console, the target,
 * the user and the deadline. Whatever ends a boot early is turned into its status here.
 */
#include "runner/boot/session.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/supervise.h"

#include <sys/stat.h>

/* How often console, target and user are checked while waiting. In a timed part that is less often,
 * as the host shares its CPUs with an emulated guest. */
#define SLICE_MS 100
#define TIMED_SLICE_MS 500
/* A panicking kernel needs a moment to print its trace and to reset. */
#define LAST_WORDS_MS 3000
/* If the buffer of a channel does not drain for that long, nobody reads it any more. */
#define SEND_TIMEOUT_MS 10000
/* With less free space the file system counts as full: the console log and files of the run are
 * written in small chunks. */
#define DISK_FULL_BYTES (256u << 10)
/* If the host does not look for longer than this, it was suspended or starved itself. */
#define STALL_NS (3 * NSEC_PER_SEC)
/* A kernel that does not run for 20 s reports a lockup of its own CPUs (watchdog_thresh, RCU's stall
 * detector). If the host took away half of that within a window or two, it is not the kernel's
 * fault. */
#define LOST_NS (10 * NSEC_PER_SEC)
#define LOST_WINDOW_NS (60 * NSEC_PER_SEC)
/* Limit for the one-way messages that a guest writes to the host's disk. */
#define OUTPUT_MAX (512u << 20)

void session__expect(struct session *s, int rule, uint64_t within_ns)
{
	s->rule = rule;
	s->timed = rule == WAIT_ITERATION;
	s->deadline = clock__ns() + within_ns;
}

/* wait() of a target reaps its process: a second call after its end would fail. */
int session__wait(struct session *s, unsigned int ms, int *status)
{
	if (!s->ended) {
		s->end = s->opts->ops->wait(&s->run, ms, &s->end_status);
		s->ended = s->end != -ETIMEDOUT;
	}
	*status = s->end_status;
	return s->end;
}

/* The file with the output of the supervised program. */
static char *output_path(const struct session *s)
{
	return xasprintf("%s/output.log", s->opts->spec->run_dir);
}

/* The last line of that output after ": ", or "". */
static void last_output(struct session *s, char *buf, size_t len)
{
	_free_ char *path = output_path(s);
	_free_ char *text = NULL;
	size_t n;

	buf[0] = '\0';
	if (fs__read(path, 1u << 20, &text, &n) || !n)
		return;
	while (n && text[n - 1] == '\n')
		text[--n] = '\0';
	snprintf(buf, len, ": %s", strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text);
}

/* Did a guest report a lockup because it, or all of the host, stood still? Hung tasks do not count:
 * they wait for something else than a CPU, and for 120 s. */
static bool blame_host(struct session *s)
{
	uint64_t lost = s->lost + s->lost_before;
	char t[32];

	if (s->console.worst != DMESG_LOCKUP || s->console.bug || !s->opts->ops->hosted ||
	    lost < LOST_NS || strstr(s->console.line, " blocked for more than "))
		return false;
	units__fmt_duration(lost, t, sizeof(t));
	record__status(s->rec, BOOT_TARGET_KILLED,
		       "while %s: the guest got no CPU time from the host for %s, and reported: %s",
		       s->doing, t, s->console.line);
	return true;
}

/* The last messages of the kernel explain the end. A guest may write endlessly, hence the time
 * limit. */
bool session__blame_kernel(struct session *s)
{
	const uint64_t end = clock__ns() + LAST_WORDS_MS * NSEC_PER_MSEC;

	while (console__poll(&s->console) && clock__ns() < end)
		;
	if (s->console.worst < DMESG_BUG)
		return false;
	if (blame_host(s))
		return true;
	record__status(s->rec, s->console.worst == DMESG_PANIC ? BOOT_PANIC : BOOT_KERNEL_BUG,
		       "while %s: %s", s->doing, s->console.line);
	return true;
}

/* QEMU silently stops a guest when it cannot write to the host's disk. */
static bool blame_disk(struct session *s)
{
	uint64_t have = fs__free_bytes(s->opts->spec->run_dir);

	if (have >= DISK_FULL_BYTES)
		return false;
	record__status(s->rec, BOOT_HOST_DISK_FULL, "while %s: %llu kB left at %s", s->doing,
		       (unsigned long long)(have >> 10), s->opts->spec->run_dir);
	return true;
}

/* Let the target explain why the stream ended. False if it knows no more than the exit status of
 * its program. */
static bool blame_target(struct session *s)
{
	char why[1024] = "";
	enum boot_status status = s->opts->ops->why_ended(&s->run, why, sizeof(why));

	if (status == BOOT_OK)
		return false;
	record__status(s->rec, status, "while %s: %s", s->doing, why);
	return true;
}

/* The stream or the target has ended: set the status to the most specific reason. Returns -1. */
static int blame_end(struct session *s)
{
	char output[512];
	int status = 0;
	int ret = session__wait(s, LAST_WORDS_MS, &status);

	if (session__blame_kernel(s) || blame_disk(s))
		return -1;
	last_output(s, output, sizeof(output));
	if (s->opts->ops->why_ended && blame_target(s))
		return -1;
	if (ret == -ECHILD)
		record__status(s->rec, BOOT_TARGET_KILLED,
			       "while %s: the target's supervisor was killed", s->doing);
	else if (!ret && status > 128)
		record__status(s->rec, BOOT_TARGET_KILLED, "while %s: %s was killed by signal %d%s",
			       s->doing, s->opts->ops->name, status - 128, output);
	else if (!ret && status)
		record__status(s->rec, BOOT_TARGET_KILLED, "while %s: %s exited with %d%s",
			       s->doing, s->opts->ops->name, status, output);
	else if (s->rule == WAIT_HELLO)
		record__status(s->rec, BOOT_AGENT_DIED,
			       "the system went down before the agent answered%s", output);
	else
		record__status(s->rec, BOOT_AGENT_DIED,
			       "while %s: the connection ended and the kernel did not say why%s",
			       s->doing, output);
	return -1;
}

/* The deadline has passed: set the status that belongs to its rule, unless the kernel or the disk
 * is the reason. Returns -1. */
static int blame_deadline(struct session *s)
{
	char t[32];

	if (session__blame_kernel(s) || blame_disk(s))
		return -1;
	switch (s->rule) {
	case WAIT_HELLO:
		units__fmt_duration(s->opts->spec->plan->target.boot_timeout_ns, t, sizeof(t));
		record__status(s->rec, BOOT_TIMEOUT,
			       "no word from the agent within %s (boot_timeout in the plan)", t);
		break;
	case WAIT_ITERATION:
		record__status(s->rec, BOOT_WORKLOAD_TIMEOUT,
			       "%s did not end in time and the agent did not stop it", s->doing);
		break;
	case WAIT_TALK:
	case WAIT_BYE:
		units__fmt_duration(s->talk_ns, t, sizeof(t));
		record__status(s->rec, BOOT_AGENT_LOST,
			       "while %s: nothing heard from the agent for %s (%s)", s->doing, t,
			       s->one_way ? "the bounds of its steps" : "agent_timeout");
		break;
	}
	return -1;
}

/* Stop a guest that would fill the host's disk. Returns -1 if it exceeds a limit. */
static int blame_output(struct session *s)
{
	_free_ char *printed = output_path(s);
	struct stat st;

	if (console__is_full(&s->console))
		record__status(s->rec, BOOT_PROTOCOL,
			       "while %s: the console log is longer than "
			       "%u MiB",
			       s->doing, CONSOLE_LOG_MAX >> 20);
	else if (!stat(printed, &st) && st.st_size > CONSOLE_LOG_MAX)
		record__status(s->rec, BOOT_PROTOCOL, "while %s: %s printed more than %u MiB",
			       s->doing, s->opts->ops->name, CONSOLE_LOG_MAX >> 20);
	else if (s->one_way && !fstat(s->run.fd, &st) && st.st_size > OUTPUT_MAX)
		record__status(s->rec, BOOT_PROTOCOL, "while %s: more than %u MiB of messages",
			       s->doing, OUTPUT_MAX >> 20);
	else
		return 0;
	return -1;
}

/* The job takes longer than all of its steps together may. Returns -1. */
static int blame_bound(struct session *s)
{
	if (!session__blame_kernel(s) && !blame_disk(s))
		record__status(s->rec, BOOT_WORKLOAD_TIMEOUT,
			       "%s did not finish within the bounds of its steps, although "
			       "the agent still talks",
			       s->doing);
	return -1;
}

/* Note for blame_host() that the guest was late since the last look. Counted are times in which it got
 * less than half of the CPU time that it asked for: just busy hosts do not matter. */
static void count_lost(struct session *s, uint64_t now, uint64_t late)
{
	if (now - s->lost_since > LOST_WINDOW_NS) {
		s->lost_before = now - s->lost_since > 2 * LOST_WINDOW_NS + late ? 0 : s->lost;
		s->lost = 0;
		s->lost_since = now;
	}
	if (s->looked && late >= (now - s->looked) / 2)
		s->lost += late;
}

/* Extend deadline and bound by the time that was lost on the host: the target waited for a CPU, or
 * kduel itself did not run and left messages unread. */
static void postpone(struct session *s, uint64_t now)
{
	uint64_t starved = s->run.supervisor > 0 ? supervise__starved_ns(s->run.supervisor) : 0;
	uint64_t late = starved > s->starved ? starved - s->starved : 0;

	if (starved > s->starved)
		s->starved = starved;
	if (s->looked && now - s->looked > STALL_NS && now - s->looked > late)
		late = now - s->looked;
	s->deadline += late;
	s->bound += s->bound ? late : 0;
	count_lost(s, now, late);
}

/* Called between two messages, but at most once per slice: checks user, console and deadlines. -1
 * if the boot is over. */
static int look_around(struct session *s)
{
	const uint64_t now = clock__ns();
	int status;

	postpone(s, now);
	s->looked = now;
	if (*s->opts->stop) {
		record__status(s->rec, BOOT_INTERRUPTED, "stopped by the user while %s", s->doing);
		return -1;
	}
	console__poll(&s->console);
	if (blame_output(s))
		return -1;
	if (s->console.worst >= DMESG_BUG) {
		/* The trace after the first line of an oops should be in the log, too. */
		session__wait(s, LAST_WORDS_MS, &status);
		session__blame_kernel(s);
		return -1;
	}
	if (s->bound && now >= s->bound)
		return blame_bound(s);
	return now >= s->deadline ? blame_deadline(s) : 0;
}

/* In one-way mode messages are in a file, which has no end of stream: the end of the target is the
 * end. The file is read once more after that. Returns -1 if the target had ended before the last
 * read. */
static int look_for_end(struct session *s)
{
	int status;

	if (s->ended)
		return blame_end(s);
	session__wait(s, 0, &status);
	return 0;
}

/* -EPROTO: a line is malformed or not allowed now; -ETIMEDOUT: nothing came in this slice; any
 * other error means that the stream has ended. */
int session__next(struct session *s, struct wire_msg *msg)
{
	const unsigned int slice_ms = s->timed ? TIMED_SLICE_MS : SLICE_MS;
	struct err err;
	int ret;

	for (;;) {
		if (clock__ns() - s->looked >= slice_ms * NSEC_PER_MSEC && look_around(s))
			return -1;
		ret = wire__recv(&s->wire, msg, (int)slice_ms, &err);
		if (ret != -ETIMEDOUT)
			break;
		if (s->one_way && look_for_end(s))
			return -1;
	}
	if (!ret) {
		ret = protocol__take(&s->protocol, msg, &err);
		if (ret)
			wire_msg__release(msg);
	}
	if (ret == -EPROTO) {
		record__status(s->rec, BOOT_PROTOCOL, "while %s: %s", s->doing, err.msg);
		return -1;
	}
	if (ret)
		return blame_end(s);
	if (s->rule == WAIT_TALK)
		session__expect(s, WAIT_TALK, s->talk_ns);
	return 0;
}

int session__send(struct session *s, const struct wire_msg *msg)
{
	int ret = wire__send(&s->wire, msg, SEND_TIMEOUT_MS);

	if (ret == -ETIMEDOUT) {
		record__status(s->rec, BOOT_AGENT_LOST,
			       "while %s: the agent does not read its messages", s->doing);
		return -1;
	}
	return ret ? blame_end(s) : 0;
}
