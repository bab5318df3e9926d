/* SPDX-License-Identifier: GPL-2.0-only */
/* version.h - order of Debian version numbers (Debian Policy, section 5.6.12). */
#ifndef KDUEL_PACKAGES_VERSION_H
#define KDUEL_PACKAGES_VERSION_H

/* < 0, 0 or > 0 if version `a` is older than, equal to, or newer than `b`. Any text is accepted. */
int debver__compare(const char *a, const char *b);

#endif
