// SPDX-License-Identifier: GPL-2.0-only
/* file.c - read and write machine files. */
#include "runner/machine/file.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "runner/config/table.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <unistd.h>

#define END ".yaml"
#define MIN_DEADLINE 1e9 /* ns */
#define MAX_DEADLINE 86400e9
#define MAX_PORT 65535

#define DEADLINE(key)                                                             \
	FIELD(#key, DURATION, struct machine_deadlines, key, .min = MIN_DEADLINE, \
	      .max = MAX_DEADLINE)

static const struct yaml_field deadline_fields[] = {
	DEADLINE(connect),
	DEADLINE(command),
	FIELD("silence", DURATION, struct machine_deadlines, silence, .min = 3 * MIN_DEADLINE,
	      .max = MAX_DEADLINE),
	DEADLINE(push),
	DEADLINE(power),
	DEADLINE(down),
	DEADLINE(up),
	{ 0 },
};

static const struct machine_deadlines usual_deadlines = {
	.connect = 30 * NSEC_PER_SEC,
	.command = 30 * NSEC_PER_SEC,
	.silence = 15 * NSEC_PER_SEC,
	.push = 600 * NSEC_PER_SEC,
	.power = 60 * NSEC_PER_SEC,
	.down = 120 * NSEC_PER_SEC,
};

static const struct yaml_field power_fields[] = {
	FIELDS(TEXT, struct machine_power, on, off, cycle),
	FIELD("status", TEXT, struct machine_power, status, .required = true),
	{ 0 },
};

static const char *const boot_words[] = { "auto", "no", "kexec", "grub", "systemd-boot", "command" };

struct machine_nodes {
	struct machine m;
	unsigned int disposable; /* index into "no|yes" */
	yaml_node_t *host, *user, *boot_command, *power, *watchdog, *kexec, *deadlines;
};

struct machine_kexec {
	unsigned int integrity; /* index into "no|yes" */
};

static const struct yaml_field kexec_fields[] = {
	FIELD("integrity", ENUM, struct machine_kexec, integrity, .choices = "no|yes"),
	{ 0 },
};

static const struct yaml_field fields[] = {
	FIELD("host", NODE, struct machine_nodes, host, .required = true),
	FIELD("user", NODE, struct machine_nodes, user),
	FIELD("port", UINT, struct machine_nodes, m.port, .min = 1, .max = MAX_PORT),
	FIELD("ssh_config", TEXT, struct machine_nodes, m.ssh_config),
	FIELD("root", ENUM, struct machine_nodes, m.root, .choices = "sudo|no"),
	FIELD("boot", ENUM, struct machine_nodes, m.boot,
	      .choices = "auto|no|kexec|grub|systemd-boot|command"),
	FIELD("known_good", NAME, struct machine_nodes, m.known_good),
	FIELD("console", TEXT, struct machine_nodes, m.console),
	FIELD("disposable", ENUM, struct machine_nodes, disposable, .choices = "no|yes"),
	FIELDS(NODE, struct machine_nodes, boot_command, power, watchdog, kexec, deadlines),
	{ 0 },
};

/* Read a host or user name. It becomes an argument of ssh, so it must not look like an option or
 * contain "user@". Caller frees; NULL with a note. */
static char *read_word(struct yaml *y, yaml_node_t *n, const char *key, const char *what)
{
	const char *s = yaml__scalar(y, n, key, what);
	bool ok = s && *s && *s != '-';

	for (const char *c = s; ok && *c; c++)
		ok = isgraph((unsigned char)*c) && !strchr("@/\"'\\`$;&|<>(){}*?!#", *c);
	if (s && !ok)
		yaml__note(y, n, "'%s' must be %s, not '%.80s'", key, what, s);
	return ok ? xstrdup(s) : NULL;
}

static void read_boot_command(struct yaml *y, yaml_node_t *n, struct machine *m)
{
	const char *text = yaml__scalar(y, n, "boot_command", "a shell command");

	if (m->boot != MACHINE_BOOT_COMMAND)
		yaml__note(y, n, "'boot_command' does not apply without 'boot: command'");
	else if (text && !*text)
		yaml__note(y, n, "'boot_command' is empty: expected a shell command");
	else if (text)
		m->boot_command = xstrdup(text);
}

/* `off` without `on` is rejected: the machine would stay off. */
static void read_power(struct yaml *y, yaml_node_t *n, struct machine_power *p)
{
	yaml__read(y, n, "'power'", power_fields, p);
	if (p->off && !p->on)
		yaml__note(y, n,
			   "'power' has 'off' but lacks 'on', which would switch the machine on again");
	if (p->on && !p->off && !p->cycle)
		yaml__note(y, n, "'power' has 'on' but neither 'off' nor 'cycle': add one of them");
}

/* Read `watchdog`: "no", "yes" or a device. Caller frees; NULL for "no", or with a note. */
static char *read_watchdog(struct yaml *y, yaml_node_t *n)
{
	const char *s = yaml__scalar(y, n, "watchdog", "yes, no or a device");
	bool ok = s && str_starts(s, "/dev/") && s[5] && !strstr(s, "..");

	if (!s || streq(s, "no"))
		return NULL;
	if (streq(s, "yes"))
		return xstrdup("/dev/watchdog");
	for (const char *c = s; ok && *c; c++)
		ok = isalnum((unsigned char)*c) || strchr("/_-.", *c);
	if (!ok)
		yaml__note(y, n,
			   "'watchdog' must be yes, no or a device such as /dev/watchdog0, "
			   "not '%.80s'",
			   s);
	return ok ? xstrdup(s) : NULL;
}

static void read_kexec(struct yaml *y, yaml_node_t *n, struct machine *m)
{
	struct machine_kexec kexec = { .integrity = true };

	yaml__read(y, n, "'kexec'", kexec_fields, &kexec);
	m->kexec_unchecked = !kexec.integrity;
	if (m->boot != MACHINE_BOOT_KEXEC)
		yaml__note(y, n, "'kexec' does not apply without 'boot: kexec'");
}

/* A table_reader. `out` is a struct machine with the default deadlines. */
static void read_machine(struct yaml *y, yaml_node_t *root, void *out)
{
	struct machine *m = out;
	struct machine_nodes r = { .m = *m };

	yaml__read(y, root, "a machine", fields, &r);
	*m = r.m;
	if (r.host)
		m->host = read_word(y, r.host, "host", "a host name or address");
	if (r.user)
		m->user = read_word(y, r.user, "user", "a user name");
	m->disposable = r.disposable;
	if (r.boot_command)
		read_boot_command(y, r.boot_command, m);
	else if (m->boot == MACHINE_BOOT_COMMAND)
		yaml__note(y, root,
			   "'boot: command' lacks 'boot_command', the command that makes the "
			   "machine boot a kernel once");
	if (m->boot > MACHINE_BOOT_NO && m->root == MACHINE_NO_ROOT &&
	    !(m->user && streq(m->user, "root")))
		yaml__note(y, root, "'boot: %s' needs root: remove 'root: no'",
			   machine_boot__name(m->boot));
	if (r.power)
		read_power(y, r.power, &m->power);
	if (r.watchdog)
		m->watchdog = read_watchdog(y, r.watchdog);
	if (r.kexec)
		read_kexec(y, r.kexec, m);
	if (r.deadlines)
		yaml__read(y, r.deadlines, "'deadlines'", deadline_fields, &m->deadlines);
}

const char *machine_boot__name(enum machine_boot boot)
{
	return boot_words[boot];
}

char *machine__dir(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* The XDG specification says to ignore a path that is not absolute. */
	if (xdg && *xdg == '/')
		return xasprintf("%s/kduel/machines", xdg);
	return xasprintf("%s/.config/kduel/machines", home ? home : "");
}

static char *path_of(const char *name)
{
	_free_ char *dir = machine__dir();

	return xasprintf("%s/%s" END, dir, name);
}

int machine__check_name(const char *name, struct err *err)
{
	if (yaml__is_name(name))
		return 0;
	return err__set(err, -EINVAL,
			"'%.80s' is not a valid machine name: expected letters, digits and ._+-, "
			"beginning with a letter or digit",
			name);
}

int machine__parse(const char *name, const char *path, const char *text, size_t len,
		   struct machine **out, struct err *err)
{
	_cleanup_(machine__freep) struct machine *m = xcalloc(1, sizeof(*m));
	int ret;

	*out = NULL;
	*m = (struct machine){ .name = xstrdup(name),
			       .path = xstrdup(path),
			       .deadlines = usual_deadlines };
	ret = table__parse(path, text, len, read_machine, m, err);
	if (ret)
		return ret;
	*out = m;
	m = NULL;
	return 0;
}

int machine__load(const char *name, struct machine **m, struct err *err)
{
	_free_ char *path = NULL, *text = NULL;
	size_t len;
	int ret = machine__check_name(name, err);

	*m = NULL;
	if (ret)
		return ret;
	path = path_of(name);
	if (!fs__exists(path))
		return err__set(err, -ENOENT,
				"no machine '%s': %s does not exist (`kduel machine add` writes it)",
				name, path);
	ret = text__read(path, YAML_FILE_MAX, &text, &len, err);
	return ret ? ret : machine__parse(name, path, text, len, m, err);
}

/* Write a line KEY: VALUE if there is a value, quoted as a JSON string, which is valid YAML. */
static void put_text(FILE *f, const char *key, const char *value)
{
	_cleanup_(json_decrefp) json_t *j = value ? json_string(value) : NULL;
	_free_ char *quoted = j ? json_dumps(j, JSON_ENCODE_ANY) : NULL;

	if (quoted)
		fprintf(f, "%s: %s\n", key, quoted);
}

/* Write the deadlines that differ from the defaults. 0 means not set: `kduel machine add` leaves
 * them all at 0. */
static void put_deadlines(FILE *f, const struct machine_deadlines *d)
{
	bool any = false;

	for (const struct yaml_field *k = deadline_fields; k->name; k++) {
		const uint64_t ns = *(const uint64_t *)((const char *)d + k->offset);

		if (!ns || ns == *(const uint64_t *)((const char *)&usual_deadlines + k->offset))
			continue;
		fprintf(f, "%s  %s: %" PRIu64 "ns\n", any ? "" : "deadlines:\n", k->name, ns);
		any = true;
	}
}

char *machine__format(const struct machine *m)
{
	char *text = NULL;
	FILE *f = xmemstream(&text, &(size_t){ 0 });

	put_text(f, "host", m->host);
	put_text(f, "user", m->user);
	if (m->port)
		fprintf(f, "port: %u\n", m->port);
	put_text(f, "ssh_config", m->ssh_config);
	fprintf(f, "root: %s\n", m->root == MACHINE_SUDO ? "sudo" : "no");
	if (m->boot)
		fprintf(f, "boot: %s\n", machine_boot__name(m->boot));
	put_text(f, "boot_command", m->boot_command);
	put_text(f, "known_good", m->known_good);
	put_text(f, "console", m->console);
	if (m->power.status) {
		fputs("power:\n", f);
		put_text(f, "  on", m->power.on);
		put_text(f, "  off", m->power.off);
		put_text(f, "  cycle", m->power.cycle);
		put_text(f, "  status", m->power.status);
	}
	put_text(f, "watchdog", m->watchdog);
	if (m->disposable)
		fputs("disposable: yes\n", f);
	if (m->kexec_unchecked)
		fputs("kexec: {integrity: no}\n", f);
	put_deadlines(f, &m->deadlines);
	fclose(f);
	return text;
}

int machine__save(const struct machine *m, struct err *err)
{
	_free_ char *dir = machine__dir(), *path = path_of(m->name), *text = machine__format(m);
	int ret;

	if (fs__exists(path))
		return err__set(err, -EEXIST,
				"machine '%s' already exists: edit %s, or remove it first (`kduel machine "
				"rm`)",
				m->name, path);
	ret = fs__mkdir_p(dir);
	return ret ? err__errno(err, ret, dir) : fs__write_text(path, text, err);
}

int machine__remove(const char *name, struct err *err)
{
	_free_ char *path = NULL;
	int ret = machine__check_name(name, err);

	if (ret)
		return ret;
	path = path_of(name);
	return unlink(path) ? err__errno(err, -errno, path) : 0;
}

void machine__names(struct strvec *names, struct strvec *strays)
{
	_cleanup_(strvec__release) struct strvec files = { 0 };
	_free_ char *dir = machine__dir();

	(void)fs__names(dir, &files);
	for (size_t i = 0; i < files.n; i++) {
		const char *file = files.v[i];
		_free_ char *name = xstrdup(file);
		struct err err;

		if (str_ends(file, ".yml"))
			strvec__pushf(strays, "%s/%s: not read: rename it to end in " END, dir,
				      file);
		if (!str_ends(file, END))
			continue;
		name[strlen(name) - strlen(END)] = '\0';
		if (!machine__check_name(name, &err))
			strvec__push(names, name);
		else
			strvec__pushf(strays, "%s/%s: not read: %s; rename it", dir, file, err.msg);
	}
}

void machine__free(struct machine *m)
{
	if (!m)
		return;
	free(m->name);
	free(m->path);
	free(m->host);
	free(m->user);
	free(m->ssh_config);
	free(m->boot_command);
	free(m->known_good);
	free(m->console);
	free(m->power.on);
	free(m->power.off);
	free(m->power.cycle);
	free(m->power.status);
	free(m->watchdog);
	free(m);
}
