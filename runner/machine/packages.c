// SPDX-License-Identifier: GPL-2.0-only
/* packages.c - query packages with dpkg or rpm, and install them with apt-get, dnf or zypper. */
#include "runner/machine/packages.h"

#include "lib/utf8.h"
#include "runner/machine/probe.h"

#define SOURCE "src:" /* prefix of packages that kduel builds from source for guests */
#define SAID_LINES "5" /* lines of a failed command's output to report */

static const char *const managers[][2] = {
	{ "apt-get",
	  "env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --" },
	{ "dnf", "dnf install -y --" },
	{ "zypper", "zypper --non-interactive install --no-recommends --" },
};

static const char *const rpm_names[][2] = {
	{ "cryptsetup-bin", "cryptsetup" },
	{ "dmsetup", "device-mapper" },
	{ "libc6-dev", "glibc-devel" },
	{ "libcap-dev", "libcap-devel" },
	{ "libelf-dev", "elfutils-libelf-devel" },
	{ "libsqlite3-dev", "sqlite-devel" },
	{ "libssl-dev", "openssl-devel" },
	{ "linux-perf", "perf" },
	{ "perl-base", "perl" },
	{ "postgresql", "postgresql-server" },
	{ "xz-utils", "xz" },
};

const char *packages__rpm_name(const char *debian)
{
	for (size_t i = 0; i < ARRAY_SIZE(rpm_names); i++)
		if (streq(rpm_names[i][0], debian))
			return rpm_names[i][1];
	return debian;
}

/* Prints "has N VERSION" for each name that is installed, N being its number from 1 on. */
static const char ask_rpm[] =
	"for n; do i=$((i + 1)); v=$(rpm -q --qf '%{VERSION}-%{RELEASE} ' -- \"$n\" 2>/dev/null) && echo \"has $i $v\"; done\n"
	"exit 0";
static const char ask_dpkg[] =
	"for n; do i=$((i + 1)); v=$(dpkg-query -W -f '${db:Status-Status} ${Version}\\n' -- \"$n\" 2>/dev/null | sed -n 's/^installed //p' | head -n 1)\n"
	"  [ -z \"$v\" ] || echo \"has $i $v\"; done\n"
	"exit 0";

/* Find the entry of `managers` for the machine; -EOPNOTSUPP if it has none of them. */
static int find_manager(struct ssh *s, const char *const **which, struct err *err)
{
	_cleanup_(probe__release) struct probe p = { 0 };
	int ret =
		probe__ask(s, "report its package manager",
			   "for m in apt-get dnf zypper; do command -v $m >/dev/null 2>&1 && { echo "
			   "\"manager $m\"; break; }; done; exit 0",
			   &p, err);

	*which = NULL;
	for (size_t i = 0; !ret && i < ARRAY_SIZE(managers); i++)
		if (streq(probe__get(&p, "manager"), managers[i][0]))
			*which = managers[i];
	return ret || *which ?
		       ret :
		       err__set(err, -EOPNOTSUPP,
				"machine %s has neither apt-get, dnf nor zypper: install what the plan "
				"needs by hand",
				s->m->name);
}

/* Sort the names into those that are installed and those that are not. */
static int ask(struct ssh *s, const struct strvec *names, const char *script, struct packages *p,
	       struct err *err)
{
	_cleanup_(probe__release) struct probe answers = { 0 };
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *line = NULL, *text = NULL;
	int ret;

	strvec__push_all(&words, "set", "--", NULL);
	for (size_t i = 0; i < names->n; i++)
		strvec__push(&words, names->v[i]);
	line = strvec__shell_line(&words);
	text = xasprintf("i=0\n%s\n%s", line, script);
	ret = probe__ask(s, "report its packages", text, &answers, err);
	for (size_t i = 0; !ret && i < names->n; i++) {
		_free_ char *number = xasprintf("%zu ", i + 1);
		const char *version = NULL;

		for (size_t a = 0; a < answers.keys.n && !version; a++)
			if (streq(answers.keys.v[a], "has") &&
			    str_starts(answers.values.v[a], number))
				version = answers.values.v[a] + strlen(number);
		strvec__push(version ? &p->have : &p->lacks, names->v[i]);
		if (version)
			strvec__push(&p->versions, version);
	}
	return ret;
}

int packages__look(struct ssh *s, const struct strvec *names, struct packages *p, struct err *err)
{
	_cleanup_(strvec__release) struct strvec own = { 0 };
	const char *const *which;
	bool rpm;
	int ret;

	*p = (struct packages){ 0 };
	ret = find_manager(s, &which, err);
	if (ret || !which)
		return ret;
	rpm = which != managers[0];
	for (size_t i = 0; i < names->n; i++) {
		if (str_starts(names->v[i], SOURCE))
			strvec__push(&p->unknown, names->v[i] + strlen(SOURCE));
		else
			strvec__push(&own, rpm ? packages__rpm_name(names->v[i]) : names->v[i]);
	}
	ret = ask(s, &own, rpm ? ask_rpm : ask_dpkg, p, err);
	if (!ret && p->lacks.n) {
		_free_ char *list = strvec__shell_line(&p->lacks);

		p->command = xasprintf("%s %s", which[1], list);
	}
	return ret;
}

/* Debian enables the services that it installs, which would then run in every measured boot. Stop
 * and disable those that are new, and print each; "!" in front means that this failed. */
static const char install[] =
	"u() { systemctl --root=/ list-unit-files --type=service --state=enabled --plain --no-legend 2>/dev/null | cut -d ' ' -f 1; }\n"
	"was=$(u)\n"
	"out=$(eval \"$command\" 2>&1 </dev/null) || { s=$?; printf '%s\\n' \"$out\" | tail -n " SAID_LINES
	"; exit $s; }\n"
	"for n in $(u); do\n"
	"  printf '%s\\n' \"$was\" | grep -qxF -e \"$n\" && continue\n"
	"  if [ -d /run/systemd/system ]; then systemctl disable --now \"$n\"; else systemctl --root=/ disable \"$n\"; fi >/dev/null 2>&1 && echo \"$n\" || echo \"!$n\"\n"
	"done\n"
	"exit 0";

int packages__install(struct ssh *s, const struct packages *p, char **said, struct err *err)
{
	_free_ char *values = ssh__values("command", p->command, NULL);
	_free_ char *script = xasprintf("%s%s", values, install);
	int status, ret;

	*said = NULL;
	if (s->m->root == MACHINE_NO_ROOT)
		return err__set(
			err, -EPERM,
			"machine %s: its file says 'root: no', but installing packages needs root",
			s->m->name);
	ret = ssh__run(s,
		       &(struct ssh_script){ .what = "install packages",
					     .text = script,
					     .root = true,
					     .within_ns = s->m->deadlines.push },
		       said, &status, err);
	if (ret)
		return ret;
	utf8__clean(*said, strlen(*said), true);
	return status ? err__set(err, -EIO, "machine %s: the package manager failed with status %d",
				 s->m->name, status) :
			0;
}

void packages__release(struct packages *p)
{
	strvec__release(&p->have);
	strvec__release(&p->versions);
	strvec__release(&p->lacks);
	strvec__release(&p->unknown);
	free(p->command);
	*p = (struct packages){ 0 };
}
