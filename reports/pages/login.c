// SPDX-License-Identifier: GPL-2.0-only
/* login.c - the form for the token that allows changes. */
#include "reports/web/frame.h"

/* /login: the form, or for users with a session, a button to log out. */
int page_login(struct store *st __unused, const struct page_request *req, FILE *out,
	       struct page_reply *reply __unused, struct err *err)
{
	struct html h = { 0 };

	if (!req->may_login || req->static_site)
		return err__set(err, -ENOENT,
				"this server is read-only: see kduel serve --allow-edit");
	frame__begin(&h, req,
		     FRAME(.title = "Log in", .here = "", .no_data = true,
			   .about = "With the server's token you can change notes and tags."));
	if (req->csrf)
		html__fmt(&h,
			  "<form class=\"filters\" method=\"post\" action=\"%slogout\">"
			  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
			  "<p>You are logged in. <button>Log out</button></p></form>\n",
			  req->root, req->csrf);
	else
		html__fmt(&h,
			  "<form class=\"filters\" method=\"post\" action=\"%slogin\">\n<p><label>Token "
			  "<input type=\"password\" name=\"token\" required "
			  "autocomplete=\"current-password\"></label>\n"
			  "<input type=\"hidden\" name=\"back\" value=\"/changes\">"
			  "<button>Log in</button></p></form>\n",
			  req->root);
	frame__end(&h, req, out);
	return 0;
}
