// SPDX-License-Identifier: GPL-2.0-only
/* ssh.c - start the ssh master connection, run scripts over it, and classify failures. */
#include "runner/machine/ssh.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/text.h"
#include "lib/units.h"
#include "lib/utf8.h"

#include <signal.h>
#include <sys/random.h>
#include <sys/un.h>
#include <unistd.h>

#define SLICE_MS 20 /* how often to look for the master's socket */
#define POLL_NS (5 * NSEC_PER_SEC) /* upper bound of the first attempt in ssh__poll() */
#define LOG "ssh.log"
/* ssh first creates the socket under a name that is 17 bytes longer, then renames it. */
#define CONTROL_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 18)
#define OUTPUT_MAX (8u << 20)
/* Bound of the log, as a server can make ssh print without end: banners, and warnings about channels
 * that the server opens. It is enforced by RLIMIT_FSIZE, so it bounds known_hosts, too. */
#define LOG_MAX (16u << 20)
/* This many keepalives may go unanswered before the connection counts as lost. */
#define KEEPALIVES 3

int ssh__fault(struct ssh *s, enum boot_status fault, int code, struct err *err, const char *fmt,
	       ...)
{
	_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	s->fault = fault;
	return err__set(err, code, "machine %s: %s (%s)", s->m->name, text,
			boot_status__name(fault));
}

/* Append ssh and its options. They override what the user's configuration says about forwarding,
 * terminals and prompts. */
static void push_words(const struct machine *m, const char *control, uint64_t connect_ns,
		       bool master, bool new_host, struct strvec *argv)
{
	strvec__push_all(argv, "ssh", "-T", "-a", "-x", NULL);
	if (master)
		strvec__push_all(argv, "-M", "-N", "-oControlPersist=no", NULL);
	if (m->ssh_config)
		strvec__push_all(argv, "-F", m->ssh_config, NULL);
	strvec__push_all(argv, "-oBatchMode=yes", "-oClearAllForwardings=yes",
			 "-oRemoteCommand=none", "-oLogLevel=INFO", NULL);
	strvec__pushf(argv, "-oServerAliveInterval=%llu",
		      (unsigned long long)(m->deadlines.silence / NSEC_PER_SEC / KEEPALIVES));
	strvec__pushf(argv, "-oServerAliveCountMax=%d", KEEPALIVES);
	strvec__pushf(argv, "-oStrictHostKeyChecking=%s", new_host ? "accept-new" : "yes");
	strvec__pushf(argv, "-oConnectTimeout=%llu",
		      (unsigned long long)((connect_ns + NSEC_PER_SEC - 1) / NSEC_PER_SEC));
	strvec__pushf(argv, "-oControlPath=%s", control);
	if (m->port)
		strvec__pushf(argv, "-p%u", m->port);
	if (m->user)
		strvec__pushf(argv, "-l%s", m->user);
	strvec__push_all(argv, "--", m->host, NULL);
}

void ssh__words(const struct machine *m, const char *control, struct strvec *argv)
{
	push_words(m, control, m->deadlines.connect, false, false, argv);
}

char *ssh__control(const struct ssh *s)
{
	return xasprintf("%s/cm", s->dir.path ? s->dir.path : "RUN");
}

/* The last line that ssh printed, made printable. Caller frees. */
static char *last_line(const char *text)
{
	size_t n = strlen(text);
	const char *from;
	char *line;

	while (n && strchr("\r\n ", text[n - 1]))
		n--;
	from = n ? memrchr(text, '\n', n) : NULL;
	from = from ? from + 1 : text;
	line = xstrndup(from, n - (size_t)(from - text));
	line[strcspn(line, "\r")] = '\0';
	utf8__clean(line, strlen(line), false);
	return line;
}

char *ssh__said(const struct ssh *s)
{
	_free_ char *log = xasprintf("%s/" LOG, s->dir.path);
	char *said = NULL;
	size_t n = 0;

	if (fs__read(log, LOG_MAX, &said, &n))
		return xstrdup("");
	/* ssh ends its lines with CR LF. */
	if (text__clean(said, &n, NULL))
		n = 0;
	while (n && said[n - 1] == '\n')
		n--;
	said[n] = '\0';
	utf8__clean(said, n, true);
	return said;
}

/* Classify why a connection failed or broke, by what ssh printed. Returns `code`. */
static int blame(struct ssh *s, int code, const char *said, const char *doing, struct err *err)
{
	_free_ char *line = last_line(said);

	if (strstr(said, "REMOTE HOST IDENTIFICATION HAS CHANGED"))
		return ssh__fault(s, BOOT_MACHINE_HOST_KEY, code, err,
				  "its host key has changed: either it was reinstalled, or this is "
				  "another machine; once you know which, `ssh-keygen -R %s` removes the old "
				  "key",
				  s->m->host);
	if (strstr(said, "Host key verification failed"))
		return ssh__fault(s, BOOT_MACHINE_HOST_KEY, code, err,
				  "its host key is not known: log in once by hand (ssh %s) and "
				  "verify it",
				  s->m->host);
	if (strstr(said, "Permission denied") || strstr(said, "Too many authentication failures"))
		return ssh__fault(s, BOOT_MACHINE_LOGIN, code, err,
				  "the user cannot log in without a prompt: %s", line);
	return ssh__fault(s, BOOT_MACHINE_LOST, code, err, "%s: %s", doing,
			  *line ? line : "the connection ended");
}

bool ssh__is_open(const struct ssh *s)
{
	_free_ char *control = s->dir.path ? ssh__control(s) : NULL;
	int status;

	return control &&
	       supervise__wait(&(struct supervised){ s->master.pid, s->master.leash }, 0,
			       &status) == -ETIMEDOUT &&
	       fs__exists(control);
}

/* Wait for the master's socket, which appears once the user is logged in. ConnectTimeout does not
 * bound the key exchange, so we need a deadline of our own. */
static int await_master(struct ssh *s, const char *control, struct err *err)
{
	const uint64_t end = clock__ns() + s->login_ns;
	_free_ char *log = xasprintf("%s/" LOG, s->dir.path), *said = NULL;
	char t[32];

	for (;;) {
		int status, ret = supervise__wait(&s->master, SLICE_MS, &status);

		if (!ret && status == 128 + SIGXFSZ)
			return ssh__fault(s, BOOT_MACHINE_LOST, -ENOTCONN, err,
					  "no connection: its output while logging in has no end");
		if (ret != -ETIMEDOUT) {
			if (fs__read(log, LOG_MAX, &said, NULL))
				said = xstrdup("");
			/* ConnectTimeout also ends a slow banner exchange. */
			s->slow = strstr(said, "banner exchange") && strstr(said, "timed out");
			return blame(s, -ENOTCONN, said, "no connection", err);
		}
		if (fs__exists(control))
			return 0;
		if (s->stop && *s->stop)
			return err__set(err, -EINTR, "stopped by the user while logging in");
		if (clock__ns() < end)
			continue;
		units__fmt_duration(s->login_ns, t, sizeof(t));
		s->slow = true;
		return ssh__fault(s, BOOT_MACHINE_LOST, -ENOTCONN, err,
				  "no answer within %s (deadlines: connect)", t);
	}
}

static int start_master(struct ssh *s, bool new_host, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_free_ char *control = ssh__control(s), *log = xasprintf("%s/" LOG, s->dir.path);
	char *env[] = { (char *)"LC_ALL=C", NULL };
	int ret;

	if (strlen(control) > CONTROL_MAX)
		return err__set(err, -ENAMETOOLONG,
				"%s is too long for the socket of ssh: set TMPDIR to a directory "
				"with a shorter path",
				control);
	push_words(s->m, control, s->connect_ns, true, new_host, &argv);
	free(argv.v[0]);
	argv.v[0] = fs__find_program("ssh");
	if (!argv.v[0]) {
		argv.v[0] = xstrdup("ssh");
		return err__set(err, -EOPNOTSUPP,
				"ssh is not installed: kduel needs OpenSSH (package openssh-client) to "
				"reach machines");
	}
	ret = supervise__start(&(struct supervise_opts){ .argv = argv.v,
							 .env = env,
							 .run_dir = s->dir.path,
							 .output = log,
							 .max_output = LOG_MAX,
							 .channel = -1 },
			       &s->master, err);
	return ret ? ret : await_master(s, control, err);
}

static int open_master(struct ssh *s, bool new_host, struct err *err)
{
	int ret;

	s->master.leash = -1;
	ret = rundir__make(&s->dir, err);
	return ret ? ret : start_master(s, new_host, err);
}

int ssh__open(struct ssh *s, const struct machine *m, bool new_host, const atomic_int *stop,
	      struct err *err)
{
	*s = (struct ssh){ .m = m,
			   .stop = stop,
			   .connect_ns = m->deadlines.connect,
			   .login_ns = m->deadlines.connect };
	return open_master(s, new_host, err);
}

int ssh__poll(struct ssh *s, const struct machine *m, unsigned int slow, const atomic_int *stop,
	      struct err *err)
{
	const uint64_t all = m->deadlines.connect;
	const uint64_t first = all / 6 < POLL_NS ? all / 6 : POLL_NS;

	/* Keep attempts short: TCP retransmits SYNs after 1, 3, 7, 15 and 31 seconds, so a long
	 * attempt would notice far too late that the machine has come up. */
	*s = (struct ssh){ .m = m,
			   .stop = stop,
			   .connect_ns = slow < 16 && first << slow < all ? first << slow : all,
			   .login_ns = slow ? all : all / 2 };
	return open_master(s, false, err);
}

void ssh__close(struct ssh *s)
{
	if (!s->m)
		return;
	supervise__stop(&s->master);
	tmpdir__remove(&s->dir);
	s->m = NULL;
}

/* Use exec, so that no shell stays around the command. Not every user has sbin in PATH. */
static const char as_user[] = "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C; "
			      "export PATH LC_ALL; exec sh -c \"$0\"";
static const char as_root[] = "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C; "
			      "export PATH LC_ALL; s=; [ \"$(id -u)\" = 0 ] || s='sudo -n --'; "
			      "exec $s sh -c \"$0\"";

char *ssh__remote(const struct machine *m, bool root, const char *command)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	strvec__push_all(&words, "exec", "sh", "-c",
			 root && m->root == MACHINE_SUDO ? as_root : as_user, command, NULL);
	return strvec__shell_line(&words);
}

char *ssh__values(const char *name, ...)
{
	char *text = NULL;
	FILE *f = xmemstream(&text, &(size_t){ 0 });
	va_list ap;

	va_start(ap, name);
	for (; name; name = va_arg(ap, const char *)) {
		_cleanup_(strvec__release) struct strvec value = { 0 };
		_free_ char *quoted = NULL;

		strvec__push(&value, va_arg(ap, const char *));
		quoted = strvec__shell_line(&value);
		fprintf(f, "%s=%s\n", name, quoted);
	}
	va_end(ap);
	fclose(f);
	return text;
}

/* Extract the script's output from between the two marker lines; a login shell may print other text
 * before. NULL: the script did not run to its end. Caller frees. */
static char *output_of(const char *printed, const char *mark, int *status)
{
	_free_ char *head = xasprintf("kduel-begin-%s\n", mark);
	_free_ char *tail = xasprintf("\nkduel-end-%s ", mark);
	const char *from = strstr(printed, head), *to = from ? strstr(from, tail) : NULL;

	if (!to)
		return NULL;
	from += strlen(head);
	*status = (int)strtol(to + strlen(tail), NULL, 10);
	return to < from ? xstrdup("") : xstrndup(from, (size_t)(to - from));
}

/* Classify why a script did not run to its end. */
static int blame_script(struct ssh *s, const struct ssh_script *sc, const struct proc_result *res,
			uint64_t within_ns, struct err *err)
{
	_free_ char *doing = xasprintf("it could not %s", sc->what), *line = last_line(res->err);
	char t[32];

	if (res->timed_out) {
		units__fmt_duration(within_ns, t, sizeof(t));
		return ssh__fault(s, BOOT_MACHINE_LOST, -ENOTCONN, err, "%s: no answer within %s",
				  doing, t);
	}
	if (sc->root && strstr(res->err, "sudo:"))
		return ssh__fault(s, BOOT_MACHINE_NO_ROOT, -EPERM, err,
				  "sudo does not make this user root without a password, which kduel "
				  "needs unless its file says 'root: no': %s",
				  line);
	return blame(s, -ENOTCONN, res->err, doing, err);
}

int ssh__run(struct ssh *s, const struct ssh_script *sc, char **out, int *status, struct err *err)
{
	const uint64_t within = sc->within_ns ? sc->within_ns : s->m->deadlines.command;
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_free_ char *control = ssh__control(s), *command = NULL, *remote = NULL;
	char *env[] = { (char *)"LC_ALL=C", NULL };
	char mark[17];
	uint64_t random;
	int ret;

	*out = NULL;
	(void)!getrandom(&random, sizeof(random), 0);
	snprintf(mark, sizeof(mark), "%016llx", (unsigned long long)random);
	/* The newline before the end marker is not part of the output. */
	command = xasprintf("echo kduel-begin-%s\n(%s\n)\nprintf '\\nkduel-end-%s %%d\\n' $?", mark,
			    sc->text, mark);
	remote = ssh__remote(s->m, sc->root, command);
	ssh__words(s->m, control, &argv);
	strvec__push(&argv, remote);
	ret = proc__run(&(struct proc_opts){ .argv = argv.v,
					     .env = env,
					     .timeout_ms = (unsigned int)(within / NSEC_PER_MSEC),
					     .max_output = OUTPUT_MAX,
					     .stdin_path = sc->input },
			&res);
	if (ret)
		return err__set(err, ret, "ssh: %s", strerror(-ret));
	*out = output_of(res.out, mark, status);
	return *out ? 0 : blame_script(s, sc, &res, within, err);
}
