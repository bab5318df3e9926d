/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live_symbols.h - finds the function of the running kernel that an address is in, by the text of
 * /proc/kallsyms.
 *
 * Data and labels that are not code end the function before them. Of several names of one address a
 * global one takes precedence over a local one, then the shortest.
 */
#ifndef KDUEL_COLLECTORS_LIVE_SYMBOLS_H
#define KDUEL_COLLECTORS_LIVE_SYMBOLS_H

#include "lib/err.h"

struct live_symbol {
	uint64_t at;
	/* They point into the text; "" and "": from here on nothing is known. */
	const char *name, *module;
	bool global;
};

struct live_symbols {
	char *text; /* owned; the names point into it */
	struct live_symbol *v; /* by ascending address, each address once */
	size_t n;
};

#define LIVE_SYMBOLS_NONE SIZE_MAX

/* Takes ownership of `text`, NUL-terminated. Symbols with malformed names are left out. -EPROTO: a
 * line is malformed; -EACCES: there are no addresses, as the kernel hides them. Release in any
 * case. */
int live_symbols__parse(struct live_symbols *s, char *text, struct err *err);
/* Returns an index, or LIVE_SYMBOLS_NONE. */
size_t live_symbols__find(const struct live_symbols *s, uint64_t address);
void live_symbols__release(struct live_symbols *s);

#endif
