/* SPDX-License-Identifier: GPL-2.0-only */
/* marker.h - "---[ Linear Mapping start ]---": where a section begins or ends. */
#ifndef KDUEL_COLLECTORS_PTDUMP_MARKER_H
#define KDUEL_COLLECTORS_PTDUMP_MARKER_H

#include "lib/base.h"

struct ptdump_marker {
	char key[48]; /* of struct layout_section: "linear_map" */
	bool begins; /* else it ends the section */
	bool pairs; /* a section that begins so has an end as well (not so in kernels before 5.4) */
};

/* Does the text begin like a marker ("---[ ")? The end of an oops ("---[ end trace ...") does
 * not count. */
bool ptdump_marker__looks_like(const char *text);
/* Read one. 0, or -EINVAL: no closing "]---", or no name. */
int ptdump_marker__parse(const char *text, struct ptdump_marker *marker);

#endif
