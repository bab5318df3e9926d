// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf: load and unload a program, which the JIT compiler puts into protected pages.
 * trampoline: likewise, attached to the entry of a kernel function, for which the kernel generates
 * a trampoline.
 */
#include "workloads/churn/btf.h"
#include "workloads/churn/part.h"

#include "lib/fs.h"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#define JIT "/proc/sys/net/core/bpf_jit_enable"
#define BTF "/sys/kernel/btf/vmlinux"
#define BTF_MAX (64u << 20)
#define FUNCTION "vfs_fsync_range" /* rarely called */

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Load the program "return 0"; *fd is its descriptor. */
static int load(struct churn *c, union bpf_attr *attr, int *fd)
{
	static const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	attr->insns = (uintptr_t)program;
	attr->insn_cnt = ARRAY_SIZE(program);
	attr->license = (uintptr_t) "GPL";
	*fd = bpf(BPF_PROG_LOAD, attr);
	return *fd < 0 ? churn__fail(c, "bpf(BPF_PROG_LOAD)") : 0;
}

static void close_part(struct churn *c)
{
	for (size_t i = ARRAY_SIZE(c->fd); i-- > 0;)
		base__close_fd(&c->fd[i]);
}

static int drop(struct churn *c)
{
	close_part(c);
	return 0;
}

static int open_bpf(struct churn *c)
{
	_free_ char *text = NULL;

	/* An interpreted program is plain data, without protected pages. */
	if (fs__read(JIT, 16, &text, NULL) || *text == '0')
		return err__set(&c->err, -EOPNOTSUPP,
				"BPF programs are not compiled here (" JIT
				", CONFIG_BPF_JIT, CONFIG_BPF_SYSCALL)");
	return 0;
}

static int make_bpf(struct churn *c)
{
	return load(c, &(union bpf_attr){ .prog_type = BPF_PROG_TYPE_SOCKET_FILTER }, &c->fd[0]);
}

static int open_trampoline(struct churn *c)
{
	_free_ char *types = NULL;
	size_t len;
	int ret = open_bpf(c);

	if (ret)
		return ret;
	ret = fs__read(BTF, BTF_MAX, &types, &len);
	if (ret)
		return err__set(&c->err, ret == -ENOENT ? -EOPNOTSUPP : ret,
				BTF ": %s (the kernel needs CONFIG_DEBUG_INFO_BTF)",
				strerror(-ret));
	ret = btf__function(types, len, FUNCTION, &c->id);
	return ret == -ENOENT ? err__set(&c->err, -EOPNOTSUPP, BTF " has no function " FUNCTION) :
	       ret	      ? err__set(&c->err, ret, BTF " cannot be read: %s", strerror(-ret)) :
				0;
}

static int make_trampoline(struct churn *c)
{
	union bpf_attr attach = { 0 };
	int ret = load(c,
		       &(union bpf_attr){ .prog_type = BPF_PROG_TYPE_TRACING,
					  .expected_attach_type = BPF_TRACE_FENTRY,
					  .attach_btf_id = c->id },
		       &c->fd[0]);

	if (ret)
		return ret;
	attach.raw_tracepoint.prog_fd = (uint32_t)c->fd[0];
	c->fd[1] = bpf(BPF_RAW_TRACEPOINT_OPEN, &attach);
	return c->fd[1] < 0 ? churn__fail(c, "BPF program at the entry of " FUNCTION) : 0;
}

const struct churn_part churn_bpf = {
	.name = "bpf",
	.what = "BPF program unloaded and loaded",
	.open = open_bpf,
	.make = make_bpf,
	.drop = drop,
	.close = close_part,
};

const struct churn_part churn_trampoline = {
	.name = "trampoline",
	.what = "BPF program detached from a function's entry, and another attached",
	.open = open_trampoline,
	.make = make_trampoline,
	.drop = drop,
	.close = close_part,
};
