/* SPDX-License-Identifier: GPL-2.0-only */
/* layout.h - show how a kernel maps its memory (collectors/support/layout.h). */
#ifndef KDUEL_RENDER_LAYOUT_H
#define KDUEL_RENDER_LAYOUT_H

#include "collectors/support/layout.h"

/* One JSON object: schema, kind, granule, and an object per section under the section's name
 * (docs/LAYOUT.md). All figures are bytes. */
void render_layout__json(const struct layout *l, FILE *out);
/* Two tables for people: leaf sizes with the share of blocks, and permissions. */
void render_layout__text(const struct layout *l, FILE *out);

#endif
