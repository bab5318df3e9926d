// SPDX-License-Identifier: GPL-2.0-only
/* edit_form.c - forms that edit notes and tags; reports/site/edit.c applies them. */
#include "reports/web/edit_form.h"

/* "back" is the URL to return to after the form was applied; form.c only accepts paths on this
 * server. */
void edit_form__change(struct html *h, const struct page_request *req,
		       const struct history_change *c)
{
	static const char *const states[] = { "note", "confirmed", "dismissed", "expected",
					      "fixed" };
	_free_ char *query = query__encode(req->query);

	if (!req->csrf || req->static_site)
		return;
	html__fmt(h,
		  "<details><summary>Add a note</summary>"
		  "<form class=\"filters\" method=\"post\" action=\"%sedit/change\">"
		  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
		  "<input type=\"hidden\" name=\"id\" value=\"%s\">",
		  req->root, req->csrf, c->id);
	html__fmt(h, "<input type=\"hidden\" name=\"back\" value=\"%s%s%s\">", req->path,
		  *query ? "?" : "", query);
	html__put(h, "<label>State <select name=\"state\">");
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		html__fmt(h, "<option>%s</option>", states[i]);
	html__fmt(h,
		  "</select></label> <label>Text <input name=\"text\" maxlength=\"%d\"></label> "
		  "<label>Assigned to <input name=\"assignee\" maxlength=\"%d\" value=\"%s\">"
		  "</label> <label>Bug <input name=\"bug\" type=\"url\" maxlength=\"%d\" value=\"%s\">"
		  "</label> <label>Your name <input name=\"author\" maxlength=\"%d\"></label> "
		  "<button>Save</button></form></details>",
		  NOTE_TEXT_MAX, NOTE_NAME_MAX, c->assignee, NOTE_BUG_MAX, c->bug, NOTE_NAME_MAX);
}

void edit_form__tag(struct html *h, const struct page_request *req, const char *campaign)
{
	if (!req->csrf || req->static_site)
		return;
	html__fmt(h,
		  "<form class=\"filters\" method=\"post\" action=\"%sedit/tag\">"
		  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
		  "<input type=\"hidden\" name=\"campaign\" value=\"%s\">"
		  "<input type=\"hidden\" name=\"back\" value=\"%s\">",
		  req->root, req->csrf, campaign, req->path);
	html__put(h,
		  "<label>Tag<input name=\"key\" size=\"12\" required></label>"
		  "<label>Value (empty: remove the tag)<input name=\"value\" size=\"24\"></label>"
		  "<button>Save</button></form>\n");
}
