/* SPDX-License-Identifier: GPL-2.0-only */
/* edit_form.h - the forms that edit; each is left out unless the request comes with a session. */
#ifndef KDUEL_WEB_EDIT_FORM_H
#define KDUEL_WEB_EDIT_FORM_H

#include "reports/history/history.h"
#include "reports/render/html.h"
#include "reports/web/page.h"

/* A form that adds a note to a change of level, and says who has it and where its bug is. */
void edit_form__change(struct html *h, const struct page_request *req,
		       const struct history_change *c);
/* A form that sets or removes a tag of a campaign (UUID). */
void edit_form__tag(struct html *h, const struct page_request *req, const char *campaign);

#endif
