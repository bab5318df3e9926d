/* SPDX-License-Identifier: GPL-2.0-only */
/* form.h - the answers to POST: forms of the pages, and programs that send the same. */
#ifndef KDUEL_SITE_FORM_H
#define KDUEL_SITE_FORM_H

#include "reports/site/request.h"

/* Answer a POST whose body is complete. A change of the database suspends the connection until
 * http_form__apply() has made it; libmicrohttpd then calls the handler, and that this, once more. */
enum MHD_Result http_form__answer(struct http_request *r);
/* For the thread that writes: make the change, and set r->page or r->redirect. */
void http_form__apply(struct http_request *r);

#endif
