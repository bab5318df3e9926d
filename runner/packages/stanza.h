/* SPDX-License-Identifier: GPL-2.0-only */
/* stanza.h - package records from `apt-cache show`, `apt-cache showsrc` and `dpkg-deb -f`. */
#ifndef KDUEL_PACKAGES_STANZA_H
#define KDUEL_PACKAGES_STANZA_H

#include "lib/strvec.h"

/* The fields that are used; NULL if absent. The record owns the strings. */
struct stanza {
	char *package, *version, *arch, *sha256;
	char *size; /* of the .deb: bytes, in decimal */
	bool source; /* a source package, see below */
	bool in_files; /* state of the parser: the lines are files of a source package */
	char *depends; /* Pre-Depends and Depends, joined by ", " */
};

/* For a source package, `sha256` and `size` are those of the upstream tarball, .orig.tar.*, and
 * NULL if it has none (a native package). `arch` is LOCK_SOURCE. */
struct stanzas {
	struct stanza *v;
	size_t n;
};

/* Parse records separated by empty lines. Records without name, version or architecture are
 * dropped, unknown fields ignored. Any text is accepted. Release `out`. */
void stanzas__parse(const char *text, struct stanzas *out);
/* The first record of that name (and version, unless NULL), or NULL. */
const struct stanza *stanzas__find(const struct stanzas *s, const char *package,
				   const char *version);
void stanzas__release(struct stanzas *s);

/* Append each dependency in a Depends field as "first|second|...": only names, without restrictions
 * to a version, architecture or build profile. */
void stanza__depends(const char *field, struct strvec *out);

#endif
