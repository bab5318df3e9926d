/* SPDX-License-Identifier: GPL-2.0-only */
/* edit_form.h - forms for notes and tags; they are left out unless the request has a session. */
#ifndef KDUEL_WEB_EDIT_FORM_H
#define KDUEL_WEB_EDIT_FORM_H

#include "reports/history/history.h"
#include "reports/render/html.h"
#include "reports/web/page.h"

/* A form to add a note to a change of level, and to set its assignee and bug. */
void edit_form__change(struct html *h, const struct page_request *req,
		       const struct history_change *c);
/* A form to set or remove a tag of a campaign (UUID). */
void edit_form__tag(struct html *h, const struct page_request *req, const char *campaign);

#endif
