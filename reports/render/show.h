/* SPDX-License-Identifier: GPL-2.0-only */
/* show.h - campaigns and boots as JSON; see docs/SCHEMA.md. */
#ifndef KDUEL_RENDER_SHOW_H
#define KDUEL_RENDER_SHOW_H

#include "reports/render/columns.h"
#include "reports/campaigns/campaigns.h"
#include "reports/store/read.h"

#include <jansson.h>

/* A campaign in a list. */
struct show_campaign {
	const struct campaign_line *l;
	struct headline h;
};

/* {"schema": 1, "kind": "campaigns" | "campaign" | "boot", ...}; the caller owns the reference. */
json_t *show_json__campaigns(const struct show_campaign *list, size_t n);
json_t *show_json__campaign(const struct campaign *c);
json_t *show_json__boot(const struct campaign *c, const struct campaign_boot *b,
			const struct boot_fact *facts, size_t n);
/* Write the list as CSV. */
void show__campaigns_csv(const struct show_campaign *list, size_t n, FILE *out);
/* Facts as members of an object. The caller owns the reference. */
json_t *show_json__facts(const struct boot_fact *facts, size_t n);

#endif
