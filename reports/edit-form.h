/* SPDX-License-Identifier: GPL-2.0-only */
/* edit-form.h - the forms that change something; each writes nothing unless the request may. */
#ifndef KDUEL_EDIT_FORM_H
#define KDUEL_EDIT_FORM_H

#include "reports/render/html.h"
#include "reports/page.h"

/* A word on a change of level, by its id. */
void edit_form__change(struct html *h, const struct page_request *req, const char *id);
/* To set or take away a tag of a campaign (UUID), likewise. */
void edit_form__tag(struct html *h, const struct page_request *req, const char *campaign);

#endif
