/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live_symbols.h - which function of the running kernel an address is in, by the text of /proc/kallsyms.
 *
 * Data and labels that are no code end what is before them. Of several names of one address a global one is
 * taken before a local one, then the shortest.
 */
#ifndef KDUEL_COLLECTORS_LIVE_SYMBOLS_H
#define KDUEL_COLLECTORS_LIVE_SYMBOLS_H

#include "lib/err.h"

struct live_symbol {
	uint64_t at;
	const char *name, *module; /* of the text; "" and "": from here on nothing is known */
	bool global;
};

struct live_symbols {
	char *text; /* owned; the names are in it */
	struct live_symbol *v; /* by address, each once */
	size_t n;
};

#define LIVE_SYMBOLS_NONE SIZE_MAX

/* Takes `text` over, NUL-terminated. Symbols whose names are none are left out. -EPROTO: a line is not as the
 * kernel writes it; -EACCES: it has no
 * addresses, as the kernel hides them. Release in any case. */
int live_symbols__parse(struct live_symbols *s, char *text, struct err *err);
/* An index, or LIVE_SYMBOLS_NONE. */
size_t live_symbols__find(const struct live_symbols *s, uint64_t address);
void live_symbols__release(struct live_symbols *s);

#endif
