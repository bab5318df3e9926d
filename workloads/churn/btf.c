// SPDX-License-Identifier: GPL-2.0-only
/* btf.c - walks the types of BTF; the kind of each determines how much data follows it. */
#include "workloads/churn/btf.h"

#include <linux/btf.h>

/* Bytes after a type's header: `fixed`, plus `each` per member. -1: unknown kind. */
static int64_t extra(uint32_t info)
{
	static const struct {
		int8_t fixed, each;
	} kinds[] = {
		[BTF_KIND_INT] = { 4, 0 },	  [BTF_KIND_PTR] = { 0, 0 },
		[BTF_KIND_ARRAY] = { 12, 0 },	  [BTF_KIND_STRUCT] = { 0, 12 },
		[BTF_KIND_UNION] = { 0, 12 },	  [BTF_KIND_ENUM] = { 0, 8 },
		[BTF_KIND_FWD] = { 0, 0 },	  [BTF_KIND_TYPEDEF] = { 0, 0 },
		[BTF_KIND_VOLATILE] = { 0, 0 },	  [BTF_KIND_CONST] = { 0, 0 },
		[BTF_KIND_RESTRICT] = { 0, 0 },	  [BTF_KIND_FUNC] = { 0, 0 },
		[BTF_KIND_FUNC_PROTO] = { 0, 8 }, [BTF_KIND_VAR] = { 4, 0 },
		[BTF_KIND_DATASEC] = { 0, 12 },	  [BTF_KIND_FLOAT] = { 0, 0 },
		[BTF_KIND_DECL_TAG] = { 4, 0 },	  [BTF_KIND_TYPE_TAG] = { 0, 0 },
		[BTF_KIND_ENUM64] = { 0, 12 },
	};
	const uint32_t kind = BTF_INFO_KIND(info);

	if (!kind || kind >= ARRAY_SIZE(kinds))
		return -1;
	return kinds[kind].fixed + (int64_t)kinds[kind].each * BTF_INFO_VLEN(info);
}

int btf__function(const char *data, size_t len, const char *name, uint32_t *id)
{
	struct btf_header h;
	const char *types, *strings;
	uint64_t end;

	if (len < sizeof(h))
		return -EPROTO;
	memcpy(&h, data, sizeof(h));
	if (h.magic != BTF_MAGIC || h.hdr_len < sizeof(h) ||
	    (uint64_t)h.hdr_len + h.type_off + h.type_len > len ||
	    (uint64_t)h.hdr_len + h.str_off + h.str_len > len)
		return -EPROTO;
	types = data + h.hdr_len + h.type_off;
	strings = data + h.hdr_len + h.str_off;
	end = h.type_len;
	*id = 1;
	for (uint64_t at = 0; end - at >= sizeof(struct btf_type); ++*id) {
		struct btf_type t;
		int64_t more;

		memcpy(&t, types + at, sizeof(t));
		more = extra(t.info);
		if (more < 0 || (uint64_t)more > end - at - sizeof(t))
			return -EPROTO;
		if (BTF_INFO_KIND(t.info) == BTF_KIND_FUNC && t.name_off < h.str_len &&
		    h.str_len - t.name_off > strlen(name) &&
		    !memcmp(strings + t.name_off, name, strlen(name) + 1))
			return 0;
		at += sizeof(t) + (uint64_t)more;
	}
	return -ENOENT;
}
