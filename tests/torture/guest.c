// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - stands in for QEMU and its guest, for tests/torture/hostile.sh: takes QEMU's command line,
 * writes the console, speaks the wire on descriptor 3, and misbehaves as the kernel command line says:
 * `hostile=MODE`. `guest --modes` lists the modes.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHANNEL 3
#define STRAYS 3

#define HELLO                                                                      \
	"{\"t\":\"hello\",\"proto\":1,\"version\":\"hostile\",\"arch\":\"arm64\"," \
	"\"release\":\"6.18.15+deb13-cloud-arm64\",\"uptime_ns\":1}\n"
#define BEAT "{\"t\":\"beat\"}\n"
#define LOG "{\"t\":\"log\",\"text\":\"x\"}\n"
#define BYE "{\"t\":\"bye\"}\n"
#define BEGIN(job, iter, ms) \
	"{\"t\":\"iter-begin\",\"job\":" job ",\"iter\":" iter ",\"max_ms\":" ms "}\n"
#define END(job, iter) \
	"{\"t\":\"iter-end\",\"job\":" job ",\"iter\":" iter ",\"ns\":5,\"tainted\":false}\n"
#define SAMPLE(job, iter, value)                                                   \
	"{\"t\":\"sample\",\"job\":" job ",\"iter\":" iter ",\"source\":\"null\"," \
	"\"metric\":\"spin\",\"value\":" value ",\"enabled_ns\":0,\"running_ns\":0}\n"
#define ITER(iter) BEGIN("0", iter, "100") END("0", iter) SAMPLE("0", iter, "1." iter)
#define DONE(status, text) \
	"{\"t\":\"done\",\"job\":0,\"status\":\"" status "\",\"text\":\"" text "\"}\n"
#define GOOD ITER("0") ITER("1") ITER("2") ITER("3") DONE("ok", "")
/* Escape sequences: a window's title, colour, clear the screen. */
#define ESC_JSON "\\u001b]0;OWNED\\u0007\\u001b[31mred\\u001b[2J"
#define ESC_RAW "\033]0;OWNED\007\033[31mred\033[2J"

/* Actions at a point of the boot, done once or for ever. */
enum act {
	NOTHING,
	FLOOD_CHANNEL, /* as fast as possible */
	DRIP_CHANNEL, /* every 50 ms */
	FLOOD_CONSOLE, /* 4 GiB */
	FLOOD_OUTPUT, /* 4 GiB on standard output */
	FLOOD_FACTS, /* each with another name */
	FLOOD_ITERATIONS, /* each with another number */
	SILENCE,
	EXIT,
	CLOSE, /* close the channel, but do not exit */
	STOP, /* SIGSTOP */
	STRAY, /* children that leave the process group and ignore signals */
};

static const struct mode {
	const char *name;
	const char *console; /* console output at the start */
	const char *first; /* sent instead of hello; NULL: send hello */
	const char *at_job; /* sent instead of a good agent's answer to a workload's job */
	const char *at_quit; /* sent instead of bye */
	const char *over; /* sent over and over */
	enum act before, then, last; /* before hello, after at_job, after at_quit */
} modes[] = {
	{ .name = "good" },
	{ .name = "beats-before-hello", .over = BEAT, .before = FLOOD_CHANNEL },
	{ .name = "logs-before-hello", .over = LOG, .before = FLOOD_CHANNEL },
	{ .name = "logs-drip-before-hello", .over = LOG, .before = DRIP_CHANNEL },
	{ .name = "never-a-newline", .over = "xxxxxxxxxxxxxxxx", .before = FLOOD_CHANNEL },
	{ .name = "brackets", .over = "[[[[[[[[[[[[[[[[", .before = FLOOD_CHANNEL },
	{ .name = "not-json", .first = "\001\002\003\n", .then = SILENCE },
	{ .name = "hello-twice", .first = HELLO HELLO, .then = SILENCE },
	{ .name = "silent", .before = SILENCE },
	{ .name = "exits", .before = EXIT },
	{ .name = "exits-in-job", .at_job = BEGIN("0", "0", "100"), .then = EXIT },
	{ .name = "closes", .at_job = ITER("0"), .then = CLOSE },
	{ .name = "stops", .at_job = ITER("0"), .then = STOP },
	{ .name = "console-flood", .before = FLOOD_CONSOLE },
	{ .name = "console-flood-in-job", .at_job = ITER("0"), .then = FLOOD_CONSOLE },
	{ .name = "output-flood", .at_job = ITER("0"), .then = FLOOD_OUTPUT },
	{ .name = "iteration-twice", .at_job = ITER("0") ITER("0"), .then = SILENCE },
	{ .name = "end-without-begin", .at_job = END("0", "77"), .then = SILENCE },
	{ .name = "end-twice",
	  .at_job = BEGIN("0", "0", "100") END("0", "0") END("0", "0"),
	  .then = SILENCE },
	{ .name = "sample-twice", .at_job = ITER("0") SAMPLE("0", "0", "2"), .then = SILENCE },
	{ .name = "sample-too-late",
	  .at_job = ITER("0") ITER("1") SAMPLE("0", "0", "2"),
	  .then = SILENCE },
	{ .name = "another-job", .at_job = BEGIN("999", "0", "100"), .then = SILENCE },
	{ .name = "too-many",
	  .at_job = ITER("0") ITER("1") ITER("2") ITER("3") BEGIN("0", "4", "100"),
	  .then = SILENCE },
	{ .name = "too-few", .at_job = ITER("0") DONE("ok", ""), .then = SILENCE },
	{ .name = "iterations-for-ever", .at_job = "", .then = FLOOD_ITERATIONS },
	{ .name = "negative", .at_job = BEGIN("0", "-5", "100"), .then = SILENCE },
	{ .name = "nan",
	  .at_job = BEGIN("0", "0", "100") END("0", "0") SAMPLE("0", "0", "NaN"),
	  .then = SILENCE },
	{ .name = "infinity",
	  .at_job = BEGIN("0", "0", "100") END("0", "0") SAMPLE("0", "0", "1e999"),
	  .then = SILENCE },
	{ .name = "beats-for-ever", .over = BEAT, .at_job = "", .then = DRIP_CHANNEL },
	{ .name = "beats-flood", .over = BEAT, .at_job = "", .then = FLOOD_CHANNEL },
	{ .name = "logs-flood-in-iteration",
	  .over = LOG,
	  .at_job = BEGIN("0", "0", "100"),
	  .then = FLOOD_CHANNEL },
	{ .name = "week-long", .at_job = BEGIN("0", "0", "604800000"), .then = SILENCE },
	{ .name = "facts-flood", .at_job = "", .then = FLOOD_FACTS },
	{ .name = "texts-flood",
	  .over = "{\"t\":\"text\",\"name\":\"n\",\"text\":\"zzzzzzzzzzzz\",\"last\":false}\n",
	  .at_job = "",
	  .then = FLOOD_CHANNEL },
	{ .name = "fact-of-the-host",
	  .at_job = "{\"t\":\"fact\",\"key\":\"host/qemu\",\"text\":\"9\"}\n",
	  .then = SILENCE },
	{ .name = "escapes-in-failure", .at_job = DONE("failed", ESC_JSON) },
	{ .name = "escapes-in-panic",
	  .console = "[    1.000000] Kernel panic - not syncing: " ESC_RAW "\n",
	  .before = SILENCE },
	{ .name = "panics-and-talks",
	  .console = "[    1.000000] Kernel panic - not syncing: test\n",
	  .over = LOG,
	  .before = FLOOD_CHANNEL },
	{ .name = "dmesg-for-ever",
	  .at_quit = "",
	  .over = "{\"t\":\"text\",\"name\":\"dmesg\",\"text\":\"z\",\"last\":false}\n",
	  .last = FLOOD_CHANNEL },
	{ .name = "never-powers-off", .at_quit = BYE, .last = SILENCE },
	{ .name = "strays", .at_job = GOOD, .then = STRAY },
};

static int console;

/* The host has closed the channel: exit, as QEMU would. */
static void say(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(CHANNEL, text, len);

		if (n < 0)
			exit(0);
		text += n;
		len -= (size_t)n;
	}
}

static void flood_file(int fd)
{
	static char block[1 << 20];

	memset(block, 'y', sizeof(block));
	for (size_t i = 1023; i < sizeof(block); i += 1024)
		block[i] = '\n';
	for (int i = 0; i < 4096 && write(fd, block, sizeof(block)) > 0; i++)
		;
}

/* Send messages from a format with two numbers, which are different in each message. */
static void flood_numbers(const char *head, const char *middle, const char *tail)
{
	char line[256];

	for (int i = 0;; i++)
		say(line,
		    (size_t)snprintf(line, sizeof(line), "%s%d%s%d%s", head, i, middle, i, tail));
}

static void flood_channel(const char *text)
{
	static char block[1 << 16];
	size_t len = 0, n = strlen(text);

	for (; len + n <= sizeof(block); len += n)
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): sent by its length */
		memcpy(block + len, text, n);
	for (;;)
		say(block, len);
}

static void leave_strays(void)
{
	for (int i = 0; i < STRAYS; i++) {
		if (fork() != 0)
			continue;
		setsid();
		if (fork() != 0)
			_exit(0);
		for (int s = 1; s < NSIG; s++)
			signal(s, SIG_IGN);
		for (;;)
			pause();
	}
}

static void do_act(enum act act, const char *over)
{
	switch (act) {
	case NOTHING:
		return;
	case FLOOD_CHANNEL:
		flood_channel(over);
		return;
	case DRIP_CHANNEL:
		for (;;) {
			say(over, strlen(over));
			usleep(50 * 1000);
		}
	case FLOOD_CONSOLE:
		flood_file(console);
		break;
	case FLOOD_OUTPUT:
		flood_file(STDOUT_FILENO);
		break;
	case FLOOD_FACTS:
		flood_numbers("{\"t\":\"fact\",\"key\":\"x/", "\",\"text\":\"", "\"}\n");
		return;
	case FLOOD_ITERATIONS:
		flood_numbers("{\"t\":\"iter-begin\",\"job\":0,\"iter\":",
			      ",\"max_ms\":100}\n{\"t\":\"iter-end\",\"job\":0,\"iter\":",
			      ",\"ns\":5,\"tainted\":false}\n");
		return;
	case SILENCE:
		break;
	case EXIT:
		exit(0);
	case CLOSE:
		close(CHANNEL);
		break;
	case STOP:
		raise(SIGSTOP);
		break;
	case STRAY:
		leave_strays();
		return;
	}
	signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

static const struct mode *find_mode(const char *cmdline)
{
	const char *word = strstr(cmdline, "hostile=");
	size_t len = word ? strcspn(word + strlen("hostile="), " ") : 0;

	for (size_t i = 0; len && i < sizeof(modes) / sizeof(*modes); i++)
		if (strlen(modes[i].name) == len &&
		    !strncmp(word + strlen("hostile="), modes[i].name, len))
			return &modes[i];
	fprintf(stderr, "guest: no such mode: %s\n", cmdline);
	exit(1);
}

/* The argument of a QEMU option. */
static const char *option(char **argv, const char *name)
{
	for (; *argv; argv++)
		if (!strcmp(*argv, name) && argv[1])
			return argv[1];
	fprintf(stderr, "guest: no %s on the command line\n", name);
	exit(1);
}

/* Answer jobs until the host closes the channel. */
static void serve(const struct mode *m)
{
	FILE *in = fdopen(dup(CHANNEL), "r");
	char *line = NULL;
	size_t cap = 0;

	while (in && getline(&line, &cap, in) > 0) {
		bool quit = strstr(line, "\"t\":\"quit\"") || strstr(line, "\"t\": \"quit\"");
		const char *answer = quit ? m->at_quit : m->at_job;

		if (!answer)
			answer = quit ? BYE : GOOD;
		say(answer, strlen(answer));
		do_act(quit ? m->last : m->then, m->over);
		if (quit)
			return;
	}
}

int main(int argc, char **argv)
{
	const struct mode *m;
	const char *serial;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("QEMU emulator version 10.0.0 (hostile)");
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "--modes")) {
		for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
			puts(modes[i].name);
		return 0;
	}
	m = find_mode(option(argv, "-append"));
	serial = option(argv, "-serial");
	console = open(serial + strlen("file:"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	dprintf(console, "[    0.000000] Linux version 6.18 (hostile)\n%s",
		m->console ? m->console : "");
	do_act(m->before, m->over);
	say(m->first ? m->first : HELLO, strlen(m->first ? m->first : HELLO));
	serve(m);
	return 0;
}
