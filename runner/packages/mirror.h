/* SPDX-License-Identifier: GPL-2.0-only */
/* mirror.h - the Debian mirror and keyring in the host's apt configuration. */
#ifndef KDUEL_PACKAGES_MIRROR_H
#define KDUEL_PACKAGES_MIRROR_H

#include "lib/err.h"

struct mirror {
	char *main; /* URI of the archive, without trailing '/', or NULL */
	char *security; /* URI of the security archive, or NULL */
	char *keyring; /* Signed-By file of the main archive, or NULL */
};

/* Find the Debian mirrors in `targets`, lines "BASE_URI|RELEASE|SIGNED_BY|COMPONENT" as printed by
 * `apt-get indextargets`; other archives are ignored. Any text is accepted. */
void mirror__parse(const char *targets, struct mirror *m);
/* A line for sources.list; the caller frees it. `arch` may be LOCK_SOURCE. -EINVAL: the host has no
 * Debian mirror. */
int mirror__source_line(const struct mirror *m, const char *arch, const char *suite, char **line,
			struct err *err);
/* The lines of `apt-config dump` with settings of the network (proxies, retries, address family,
 * validity of lists). Any text is accepted. The caller frees. */
char *mirror__network_settings(const char *dump);
void mirror__release(struct mirror *m);

#endif
