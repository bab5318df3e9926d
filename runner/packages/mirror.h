/* SPDX-License-Identifier: GPL-2.0-only */
/* mirror.h - which Debian mirror and keyring the host's apt configuration names. */
#ifndef KDUEL_PACKAGES_MIRROR_H
#define KDUEL_PACKAGES_MIRROR_H

#include "lib/err.h"

struct mirror {
	char *main; /* URI of the archive, without a final '/', or NULL */
	char *security; /* URI of the security archive, or NULL */
	char *keyring; /* the host's Signed-By file for the main archive, or NULL */
};

/* The mirrors among lines "BASE_URI|RELEASE|SIGNED_BY|COMPONENT", as
 * `apt-get indextargets` prints them; other archives are passed over. Takes any text. */
void mirror__parse(const char *targets, struct mirror *m);
/* One line for sources.list. -EINVAL when the host names no Debian mirror. */
int mirror__source_line(const struct mirror *m, const char *arch, const char *suite, char **line,
			struct err *err);
/* The lines of `apt-config dump` that reach the network the way the host does (proxies,
 * retries, address family, validity policy); the caller frees. Takes any text. */
char *mirror__network_settings(const char *dump);
void mirror__release(struct mirror *m);

#endif
