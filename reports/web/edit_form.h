/* SPDX-License-Identifier: GPL-2.0-only */
/* edit_form.h - the forms that change something; each writes nothing unless the request may. */
#ifndef KDUEL_WEB_EDIT_FORM_H
#define KDUEL_WEB_EDIT_FORM_H

#include "reports/render/html.h"
#include "reports/web/page.h"

/* A word on a change of level, by its id. */
void edit_form__change(struct html *h, const struct page_request *req, const char *id);
/* To set or take away a tag of a campaign (UUID), likewise. */
void edit_form__tag(struct html *h, const struct page_request *req, const char *campaign);

#endif
