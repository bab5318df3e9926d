/* SPDX-License-Identifier: GPL-2.0-only */
/* marker.h - "---[ Linear Mapping start ]---": where a section begins or ends. */
#ifndef KDUEL_COLLECTORS_PTDUMP_MARKER_H
#define KDUEL_COLLECTORS_PTDUMP_MARKER_H

#include "lib/base.h"

struct ptdump_marker {
	char key[48]; /* as in struct layout_section: "linear_map" */
	bool begins; /* else it ends the section */
	bool pairs; /* the section has an end marker as well (not in kernels before 5.4) */
};

/* Does the text begin like a marker ("---[ ")? The end of an oops ("---[ end trace ...") does
 * not count. */
bool ptdump_marker__looks_like(const char *text);
/* Parse a marker. 0, or -EINVAL: no closing "]---", or no name. */
int ptdump_marker__parse(const char *text, struct ptdump_marker *marker);

#endif
