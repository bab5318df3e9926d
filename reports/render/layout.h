/* SPDX-License-Identifier: GPL-2.0-only */
/* layout.h - shows how a kernel maps its memory (collectors/support/layout.h). */
#ifndef KDUEL_RENDER_LAYOUT_H
#define KDUEL_RENDER_LAYOUT_H

#include "collectors/support/layout.h"

/* One JSON object with schema, kind, granule, granule_source, and one object per section under the
 * section's name (docs/LAYOUT.md). All sizes are in bytes. */
void render_layout__json(const struct layout *l, FILE *out);
/* Two text tables: leaf sizes with the share mapped by blocks, and permissions. */
void render_layout__text(const struct layout *l, FILE *out);

#endif
