// SPDX-License-Identifier: GPL-2.0-only
/* mirror.c - finds the Debian mirrors in the host's apt sources, and makes lines for a
 * sources.list. */
#include "runner/packages/mirror.h"

#include "lib/fs.h"
#include "runner/packages/lock.h"

#include <strings.h>

/* A suite of Debian is a codename or class of a release, followed by one of the pockets. */
static const char *const codenames[] = {
	"buster",	"bullseye",  "bookworm", "trixie",  "forky",	"duke",		"sid",
	"oldoldstable", "oldstable", "stable",	 "testing", "unstable", "experimental",
};
static const char *const pockets[] = {
	"", "-updates", "-backports", "-security", "-proposed-updates", "-backports-sloppy",
};

/* Mirrors of derivatives have other suites; plans do not name their packages. */
static bool is_debian_suite(const char *suite)
{
	for (size_t i = 0; i < ARRAY_SIZE(codenames); i++) {
		size_t n = strlen(codenames[i]);

		if (strncmp(suite, codenames[i], n))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(pockets); j++)
			if (streq(suite + n, pockets[j]))
				return true;
	}
	return false;
}

/* Turn "MIRROR/dists/SUITE/" into "MIRROR", in place. NULL when it does not end in that. */
static char *strip_dists(char *uri, const char *suite)
{
	_free_ char *tail = xasprintf("/dists/%s", suite);
	size_t n = strlen(uri), t = strlen(tail);

	while (n && uri[n - 1] == '/')
		uri[--n] = '\0';
	if (n <= t || !streq(uri + n - t, tail))
		return NULL;
	uri[n - t] = '\0';
	return uri;
}

/* Keep the URI in *slot if its score is the highest so far (*best). */
static void offer_uri(char **slot, unsigned int *best, const char *uri)
{
	/* Other archives use Debian's codenames, too: prefer a path whose last part begins with
	 * "debian" ("debian.list" in the mirror+file: sources of cloud images). */
	const char *base = strrchr(uri, '/');
	unsigned int s = !base ? 0 : str_starts(base, "/debian") ? 2 : 1;

	if (s <= *best)
		return;
	*best = s;
	free(*slot);
	*slot = xstrdup(uri);
}

/* Handle a line of `apt-get indextargets`, in the format that source_list() asks for: fields
 * separated by "|". best[]: the highest scores so far, of the main and of the security mirror. */
static void take_target(char *line, struct mirror *m, unsigned int best[2])
{
	char *rest = line, *uri = strsep(&rest, "|"), *suite = strsep(&rest, "|");
	char *key = strsep(&rest, "|"), *component = strsep(&rest, "|");
	unsigned int was = best[0];

	if (!component || !streq(component, "main") || !is_debian_suite(suite))
		return;
	if (str_starts(uri, "cdrom:") || !strip_dists(uri, suite) || strpbrk(uri, " \t[]\""))
		return;
	if (str_ends(suite, "-security")) {
		offer_uri(&m->security, &best[1], uri);
		return;
	}
	offer_uri(&m->main, &best[0], uri);
	/* If a field is not set, apt prints the name of the field. A key may also be given as a
	 * fingerprint. */
	if (best[0] > was && *key == '/' && !strpbrk(key, " \t[]")) {
		free(m->keyring);
		m->keyring = xstrdup(key);
	}
}

void mirror__parse(const char *targets, struct mirror *m)
{
	_free_ char *copy = xstrdup(targets);
	unsigned int best[2] = { 0, 0 };
	char *save = NULL;

	*m = (struct mirror){ 0 };
	for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		take_target(l, m, best);
}

/* The security archive: as configured, else beside the main one. The caller frees. */
static char *security_uri(const struct mirror *m)
{
	const char *at = NULL;

	if (m->security)
		return xstrdup(m->security);
	for (const char *p = m->main; (p = strstr(p, "/debian")); p++)
		if (strchr("/", p[7]) || streq(p + 7, ".list"))
			at = p;
	if (!at)
		return xstrdup(m->main);
	return xasprintf("%.*s/debian-security%s", (int)(at - m->main), m->main,
			 at + strlen("/debian"));
}

/* The keyring that the host's sources name, else Debian's own, which has either name (.pgp in
 * trixie). NULL: use apt's trusted keys. */
static const char *keyring(const struct mirror *m)
{
	static const char *const known[] = {
		"/usr/share/keyrings/debian-archive-keyring.gpg",
		"/usr/share/keyrings/debian-archive-keyring.pgp",
	};

	if (m->keyring && fs__exists(m->keyring))
		return m->keyring;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (fs__exists(known[i]))
			return known[i];
	return NULL;
}

/* Only component main: plans need nothing else, and every mirror has it. */
int mirror__source_line(const struct mirror *m, const char *arch, const char *suite, char **line,
			struct err *err)
{
	const char *key = keyring(m);
	_free_ char *uri = NULL;

	if (!m->main)
		return err__set(err, -EINVAL,
				"suite %s: the apt configuration of this machine names no Debian "
				"mirror (expected one in /etc/apt/sources.list or sources.list.d, "
				"e.g. \"deb http://MIRROR/debian bookworm main\")",
				suite);
	uri = str_ends(suite, "-security") ? security_uri(m) : xstrdup(m->main);
	if (streq(arch, LOCK_SOURCE))
		*line = xasprintf("deb-src %s%s%s%s %s main\n", key ? "[signed-by=" : "",
				  key ? key : "", key ? "] " : "", uri, suite);
	else
		*line = xasprintf("deb [arch=%s%s%s] %s %s main\n", arch, key ? " signed-by=" : "",
				  key ? key : "", uri, suite);
	return 0;
}

/* Proxies, retries and clock checks are properties of the host's network. No other setting of the
 * host applies to packages for another system. */
static bool is_network_setting(const char *line)
{
	static const char *const wanted[] = {
		"Acquire::http::",	  "Acquire::https::",		"Acquire::Retries",
		"Acquire::ForceIPv",	  "Acquire::Check-Valid-Until", "Acquire::Check-Date",
		"Acquire::Min-ValidTime", "Acquire::Max-ValidTime",	"Acquire::Max-FutureTime",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strncasecmp(line, wanted[i], strlen(wanted[i])))
			return str_ends(line, ";");
	return false;
}

char *mirror__network_settings(const char *dump)
{
	_free_ char *copy = xstrdup(dump);
	char *text = NULL, *save = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);

	for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (is_network_setting(l))
			fprintf(f, "%s\n", l);
	fclose(f);
	return text;
}

void mirror__release(struct mirror *m)
{
	free(m->main);
	free(m->security);
	free(m->keyring);
	*m = (struct mirror){ 0 };
}
