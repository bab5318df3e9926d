// SPDX-License-Identifier: GPL-2.0-only
/* apt.c - every parser of apt's output, and kernel image headers. */
#include "runner/packages/version.h"
#include "runner/kernels/files/image.h"
#include "runner/packages/mirror.h"
#include "runner/packages/package.h"
#include "runner/packages/stanza.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stanzas(const char *text)
{
	struct stanzas st;

	stanzas__parse(text, &st);
	for (size_t i = 0; i < st.n; i++) {
		_free_ char *release = package__release(st.v[i].package);
		struct strvec deps = { 0 };

		if (release)
			(void)package__flavour(release);
		if (st.v[i].depends)
			stanza__depends(st.v[i].depends, &deps);
		strvec__release(&deps);
		if (i && (debver__compare(st.v[i - 1].version, st.v[i].version) < 0) !=
				 (debver__compare(st.v[i].version, st.v[i - 1].version) > 0))
			abort();
	}
	stanzas__release(&st);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size), *line = NULL;
	const char *what;
	struct mirror m;

	check_stanzas(text);
	mirror__parse(text, &m);
	if (!mirror__source_line(&m, "arm64", "trixie-security", &line, NULL) &&
	    strchr(line, '\n') != line + strlen(line) - 1)
		abort();
	mirror__release(&m);
	free(mirror__network_settings(text));
	free(image__banner_release(data, size));
	(void)image__kind(data, size, &what);
	return 0;
}
