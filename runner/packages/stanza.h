/* SPDX-License-Identifier: GPL-2.0-only */
/* stanza.h - package records of `apt-cache show`, `apt-cache showsrc` and `dpkg-deb -f`. */
#ifndef KDUEL_PACKAGES_STANZA_H
#define KDUEL_PACKAGES_STANZA_H

#include "lib/strvec.h"

/* The fields we use; a field that is absent is NULL. Strings belong to the record. */
struct stanza {
	char *package, *version, *arch, *sha256;
	char *size; /* of the .deb, bytes in decimal */
	bool source; /* a source package: see below */
	bool in_files; /* while it is read: the lines are of its files */
	char *depends; /* Pre-Depends and Depends, joined by ", "; NULL if there is none */
};

/* Of a source package, `sha256` and `size` are those of its authors' archive, the .orig.tar.*; it
 * has neither when it was made by Debian itself. `arch` is LOCK_SOURCE. */
struct stanzas {
	struct stanza *v;
	size_t n;
};

/* Parse records separated by empty lines. Records without a package name, version and
 * architecture are dropped; unknown fields are skipped. Takes any text. */
void stanzas__parse(const char *text, struct stanzas *out);
/* First record of that name (and version, unless NULL), or NULL. */
const struct stanza *stanzas__find(const struct stanzas *s, const char *package,
				   const char *version);
void stanzas__release(struct stanzas *s);

/* Each dependency of a Depends field as one string "first|second|...": names only,
 * without version, architecture or profile restrictions. */
void stanza__depends(const char *field, struct strvec *out);

#endif
