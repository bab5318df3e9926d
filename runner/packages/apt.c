// SPDX-License-Identifier: GPL-2.0-only
/* apt.c - the private apt directory: configuration, package lists, and running apt with them. */
#include "runner/packages/apt.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "runner/packages/lock.h"
#include "runner/packages/mirror.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long package lists are used before the mirror is asked again. */
#define LISTS_FRESH_S 3600
#define CONF_MAX (1u << 20)
#define APT_TIMEOUT_MS (3600u * 1000)

/* With `apt`, APT_CONFIG points to its private directory; with NULL, the host's own apt
 * configuration is used. */
int apt__run(struct apt *apt, const struct strvec *argv, const char *cwd, struct proc_result *res,
	     struct err *err)
{
	struct proc_opts o = { .argv = argv->v,
			       .env = apt ? apt->env : NULL,
			       .cwd = cwd,
			       .timeout_ms = APT_TIMEOUT_MS };
	int ret = proc__run(&o, res);

	if (ret == -ENOENT)
		return err__set(err, -EOPNOTSUPP,
				"%s: no such program; kernels and guest packages "
				"need Debian's apt (package \"apt\")",
				argv->v[0]);
	if (ret)
		return err__set(err, ret, "%s: cannot be run: %s", argv->v[0], strerror(-ret));
	if (res->timed_out)
		return err__set(err, -ETIMEDOUT, "%s: not finished after an hour", argv->v[0]);
	return 0;
}

bool apt__is_source(const struct apt *apt)
{
	return streq(apt->arch, LOCK_SOURCE);
}

/* The first lines of apt's stderr that begin with "E: " tell what is wrong. If there are none, as
 * with other programs, the end of the output. */
char *apt__complaint(const struct proc_result *res)
{
	char *text = NULL, *save = NULL;
	_free_ char *copy = xstrdup(res->err);
	size_t len = 0, n = 0;
	FILE *f = xmemstream(&text, &len);

	for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (str_starts(l, "E: ") && n < 5)
			fprintf(f, "%s%s", n++ ? "; " : "", l + 3);
	if (!n)
		fprintf(f, "exit code %d%s%.300s", res->status, *res->err ? ": " : "",
			res->err_len > 300 ? res->err + res->err_len - 300 : res->err);
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Run a program with the host's own apt configuration, and return its output. */
static int host_output(char **out, struct err *err, const char *a, const char *b, const char *c,
		       const char *d)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret;

	strvec__push_all(&argv, a, b, c, d, NULL);
	ret = apt__run(NULL, &argv, NULL, &res, err);
	if (!ret && res.status) {
		_free_ char *why = apt__complaint(&res);

		ret = err__set(err, -EIO, "%s %s: %s", a, b, why);
	}
	if (!ret)
		*out = xstrdup(res.out);
	return ret;
}

/* Compose sources.list from the mirrors that the host's apt uses. */
static int source_list(const char *arch, const struct strvec *suites, char **text, struct err *err)
{
	_free_ char *targets = NULL;
	_cleanup_(mirror__release) struct mirror m = { 0 };
	int ret = host_output(&targets, err, "apt-get", "indextargets", "--no-release-info",
			      "--format=$(BASE_URI)|$(RELEASE)|$(SIGNED_BY)|$(COMPONENT)");

	if (ret)
		return ret;
	mirror__parse(targets, &m);
	*text = xstrdup("");
	for (size_t i = 0; !ret && i < suites->n; i++) {
		_free_ char *line = NULL, *old = NULL;

		ret = mirror__source_line(&m, arch, suites->v[i], &line, err);
		if (ret)
			break;
		old = *text;
		*text = xasprintf("%s%s", old, line);
	}
	return ret;
}

/* apt.conf for the private directory. Only network settings and keys are taken from the host. The
 * empty status file makes it a system without packages. There is no sandbox user, as _apt may not
 * enter the cache; an error in one list fails the whole update; apt does not lock, as cache__lock()
 * does. */
static int config_text(const struct apt *apt, bool keyring, char **text, struct err *err)
{
	_free_ char *dump = NULL, *network = NULL, *arch = NULL;
	int ret = host_output(&dump, err, "apt-config", "dump", NULL, NULL);

	if (ret)
		return ret;
	network = mirror__network_settings(dump);
	/* Source packages have no architecture: that of the host will do. */
	arch = apt__is_source(apt) ?
		       xstrdup("") :
		       xasprintf("APT::Architecture \"%s\";\nAPT::Architectures { \"%s\"; };\n",
				 apt->arch, apt->arch);
	*text = xasprintf("Dir::Etc \"etc\";\n"
			  "Dir::Etc::sourcelist \"sources.list\";\n"
			  "Dir::Etc::sourceparts \"sources.list.d\";\n"
			  "Dir::Etc::main \"none\";\n"
			  "Dir::Etc::parts \"apt.conf.d\";\n"
			  "Dir::Etc::preferences \"none\";\n"
			  "Dir::Etc::preferencesparts \"preferences.d\";\n"
			  "Dir::Etc::trustedparts \"%s\";\n"
			  "Dir::State \"state\";\n"
			  "Dir::State::status \"status\";\n"
			  "Dir::Cache \"cache\";\n"
			  "Dir::Cache::srcpkgcache \"\";\n"
			  "Dir::Log \"log\";\n"
			  "%s"
			  "APT::Sandbox::User \"\";\n"
			  "APT::Install-Recommends \"false\";\n"
			  "APT::Update::Error-Mode \"any\";\n"
			  "Acquire::Languages \"none\";\n"
			  "Acquire::GzipIndexes \"true\";\n"
			  "Debug::NoLocking \"true\";\n"
			  "%s",
			  keyring ? "etc/trusted.gpg.d" : "/etc/apt/trusted.gpg.d/", arch, network);
	return 0;
}

/* Write a file below apt's directory. */
static int put(const struct apt *apt, const char *name, const char *text)
{
	_free_ char *path = xasprintf("%s/%s", apt->dir, name);

	return fs__write_atomic(path, text, strlen(text));
}

/* Create the directories that apt expects, and its configuration. Written before each update, as
 * the host's mirrors may have changed. */
static int write_tree(struct apt *apt, const struct strvec *suites, struct err *err)
{
	static const char *const dirs[] = {
		"etc/apt.conf.d",
		"etc/preferences.d",
		"etc/sources.list.d",
		"etc/trusted.gpg.d",
		"state/lists/partial",
		"cache/archives/partial",
		"log",
	};
	_free_ char *sources = NULL, *conf = NULL, *etc = xasprintf("%s/etc", apt->dir);
	int ret = source_list(apt->arch, suites, &sources, err);

	if (!ret)
		ret = config_text(apt, strstr(sources, "signed-by=") != NULL, &conf, err);
	if (ret)
		return ret;
	seal__break(etc);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(dirs); i++) {
		_free_ char *path = xasprintf("%s/%s", apt->dir, dirs[i]);

		ret = fs__mkdir_p(path);
	}
	if (!ret)
		ret = put(apt, "state/status", "");
	if (!ret)
		ret = put(apt, "etc/sources.list", sources);
	if (!ret)
		ret = put(apt, "etc/settings", conf);
	if (ret)
		return err__set(err, ret, "%s: cannot be written: %s", apt->dir, strerror(-ret));
	return seal__make(etc, err);
}

/* Write apt.conf from the settings. The path of the directory is the only absolute one in it, so it
 * is written again if the cache was moved or copied. */
static int locate(const struct apt *apt, struct err *err)
{
	_free_ char *settings = xasprintf("%s/etc/settings", apt->dir), *text = NULL, *conf = NULL;
	_free_ char *path = xasprintf("%s/apt.conf", apt->dir), *now = NULL;
	int ret = fs__read(settings, CONF_MAX, &text, NULL);

	if (ret)
		return err__errno(err, ret, settings);
	conf = xasprintf("Dir \"%s\";\n%s", apt->dir, text);
	if (!fs__read(path, CONF_MAX, &now, NULL) && streq(now, conf))
		return 0;
	return fs__write_text(path, conf, err);
}

/* Settings and lists are sealed entries of the cache (runner/host/seal.h). Damaged ones are
 * removed: otherwise apt would keep a damaged list that has not changed on the mirror. */
static bool is_whole(const struct apt *apt)
{
	static const char *const entries[] = { "etc", "state" };
	bool whole = true;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		_free_ char *path = xasprintf("%s/%s", apt->dir, entries[i]);
		int ret = seal__check(path, NULL);

		if (ret == -EUCLEAN)
			(void)seal__discard(path, NULL);
		whole &= !ret;
	}
	return whole;
}

/* Are there package lists, however old? */
static bool lists_present(const struct apt *apt)
{
	const char *kind = apt__is_source(apt) ? "_Sources" : "_Packages";
	_free_ char *path = xasprintf("%s/state/lists", apt->dir);
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(path, &names);
	for (size_t i = 0; i < names.n; i++)
		if (strstr(names.v[i], kind))
			return true;
	return false;
}

/* The modification time of this file is that of the last successful update. */
static char *stamp_path(const struct apt *apt)
{
	return xasprintf("%s/updated", apt->dir);
}

void apt__distrust_lists(struct apt *apt)
{
	_free_ char *stamp = stamp_path(apt);

	unlink(stamp);
}

/* Download the package lists. If the mirror cannot be reached but there are older lists, those are
 * used and *stale is set. */
static int update(struct apt *apt, bool *stale, struct err *err)
{
	_free_ char *stamp = stamp_path(apt), *state = xasprintf("%s/state", apt->dir);
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	strvec__push_all(&argv, "apt-get", "-q", "update", NULL);
	seal__break(state);
	ret = apt__run(apt, &argv, NULL, &res, err);
	if (!ret && !res.status) {
		ret = seal__make(state, err);
		if (!ret)
			ret = fs__write_text(stamp, "", err);
	} else if (!ret && lists_present(apt)) {
		if (stale)
			*stale = true;
	} else if (!ret) {
		_free_ char *why = apt__complaint(&res);

		ret = err__set(err, -ENOTCONN, "the package lists of %s (%s) cannot be fetched: %s",
			       apt->suites, apt->arch, why);
	}
	return ret;
}

/* Each architecture and list of suites has its own directory: plans with different suites would
 * otherwise invalidate each other's lists. */
int apt__open(const char *arch, const struct strvec *suites, bool *stale, struct apt **out,
	      struct err *err)
{
	_free_ char *tag = strvec__join(suites, "+"),
		    *lock_name = xasprintf("apt/%s-%s", arch, tag);
	_free_ char *stamp = NULL;
	_close_ int lock = -1;
	time_t now = time(NULL);
	struct apt *apt;
	struct stat st;
	int ret = 0;

	*out = NULL;
	if (stale)
		*stale = false;
	if (!suites->n)
		return err__set(err, -EINVAL, "no suite is named to take %s packages from", arch);
	for (size_t i = 0; i < suites->n; i++) {
		const char *s = suites->v[i];

		/* The name becomes part of a path, and of a line in sources.list. */
		if (!*s || strpbrk(s, " \t\r\n/[]\"+") || *s == '.' || *s == '-')
			return err__set(err, -EINVAL,
					"\"%s\" is not the name of a suite (expected "
					"something like trixie or trixie-backports)",
					s);
	}
	lock = cache__lock(lock_name, err);
	if (lock < 0)
		return lock;
	apt = xcalloc(1, sizeof(*apt));
	apt->dir = cache__path("apt/%s-%s", arch, tag);
	apt->arch = xstrdup(arch);
	apt->suites = strvec__join(suites, ", ");
	apt->env[0] = xasprintf("APT_CONFIG=%s/apt.conf", apt->dir);
	apt->env[1] = xstrdup("LC_ALL=C");
	stamp = stamp_path(apt);
	/* A timestamp in the future means that the clock was set back: the age is not known. */
	if (stat(stamp, &st) || st.st_mtime > now || now - st.st_mtime >= LISTS_FRESH_S ||
	    !lists_present(apt) || !is_whole(apt) || locate(apt, NULL)) {
		ret = write_tree(apt, suites, err);
		if (!ret)
			ret = locate(apt, err);
		if (!ret)
			ret = update(apt, stale, err);
	}
	if (ret) {
		apt__close(apt);
		return ret;
	}
	*out = apt;
	return 0;
}

void apt__close(struct apt *apt)
{
	if (!apt)
		return;
	free(apt->dir);
	free(apt->arch);
	free(apt->suites);
	free(apt->env[0]);
	free(apt->env[1]);
	free(apt);
}
