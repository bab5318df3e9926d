/* SPDX-License-Identifier: GPL-2.0-only */
/* form.h - answers to POST requests: forms of the pages, and programs that send the same. */
#ifndef KDUEL_SITE_FORM_H
#define KDUEL_SITE_FORM_H

#include "reports/site/request.h"

/* Answer a POST whose body is complete. If it changes the database, the connection is suspended
 * until http_form__apply() has run; libmicrohttpd then calls the handler, and so this function,
 * again. */
enum MHD_Result http_form__answer(struct http_request *r);
/* Runs in the writer thread: make the change, and set r->page or r->redirect. */
void http_form__apply(struct http_request *r);

#endif
