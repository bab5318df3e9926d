// SPDX-License-Identifier: GPL-2.0-only
/* slurm.c - arbitrary bytes as output of sbatch, squeue and sinfo, and as a reason for scontrol. */
#include "lib/err.h"
#include "runner/cli/fleet/slurm.h"

#include <ctype.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void only_printable(const char *s, size_t max)
{
	if (strlen(s) >= max)
		abort();
	for (; *s; s++)
		if (!isprint((unsigned char)*s))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size), *reason = slurm__reason(text);
	char id[SLURM_ID_MAX];
	struct slurm_list list;
	struct err err;

	/* The id is passed on to scancel and scontrol: it must be one or more digits. */
	if (!slurm__parse_id(text, id, &err) && (!*id || id[strspn(id, "0123456789")]))
		abort();
	slurm__parse_list(text, &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct slurm_line *l = &list.v[i];

		only_printable(l->name, sizeof(l->name));
		only_printable(l->state, sizeof(l->state));
		only_printable(l->reason, sizeof(l->reason));
		if (!*l->name || !*l->state || strpbrk(l->name, "| /'\"`;&()<>"))
			abort();
		if (!slurm_list__find(&list, l->name))
			abort();
	}
	free(list.v);
	only_printable(reason, SLURM_REASON_MAX);
	if (strpbrk(reason, "\"'\\`$"))
		abort();
	return 0;
}
