// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/history.h"

int store__note_change(struct store *st, const struct change_note *note, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	char uuid[UUID_LEN];
	int64_t id;
	int ret = store_db__campaign_id(st, note->campaign, &id, err);

	if (!ret)
		ret = store_db__prepare(st,
					"INSERT INTO change_note (uuid, stream, campaign, state,"
					" text, made_ns) VALUES (?, ?, ?, ?, ?, ?)",
					&stmt, err);
	if (ret)
		return ret;
	store__uuid(uuid);
	b = binder__of(stmt);
	bind__text(&b, uuid);
	bind__text(&b, note->stream);
	bind__int(&b, id);
	bind__text(&b, note->state);
	bind__text(&b, note->text);
	bind__u64(&b, note->made_ns);
	return store_db__run(st, stmt, err);
}

int store__change_notes(struct store *st, struct change_note **notes, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "SELECT n.stream, c.uuid, n.state, n.text, n.made_ns"
				    " FROM change_note n JOIN campaign c ON c.id = n.campaign"
				    " ORDER BY n.made_ns, n.id",
				    &stmt, err);

	*notes = NULL;
	*n = 0;
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*notes, *n);
		(*notes)[(*n)++] = (struct change_note){
			.stream = col__text(stmt, 0),
			.campaign = col__text(stmt, 1),
			.state = col__text(stmt, 2),
			.text = col__text(stmt, 3),
			.made_ns = col__u64(stmt, 4),
		};
		ret = 0;
	}
	if (ret) {
		change_note__free(*notes, *n);
		*notes = NULL;
		*n = 0;
	}
	return ret;
}

void change_note__free(struct change_note *notes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(notes[i].stream);
		free(notes[i].campaign);
		free(notes[i].state);
		free(notes[i].text);
	}
	free(notes);
}
