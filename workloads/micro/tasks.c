// SPDX-License-Identifier: GPL-2.0-only
/* tasks.c - processes, threads, programs and signals. */
#include "workloads/micro/op.h"

#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER 42 /* exit status of the processes */

static int nothing(struct micro *m __unused)
{
	return 0;
}

static int check_each(struct micro *m)
{
	return micro__expect(m, "that ended as they should", m->got, m->done);
}

static bool answers(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == ANSWER;
}

/* Like fork(), but without libc's additional work. The child has nothing to do. */
static int run_fork(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

		if (!pid)
			syscall(SYS_exit_group, ANSWER);
		if (pid < 0)
			return micro__fail(m, "clone");
		m->got += answers((pid_t)pid);
	}
	return 0;
}

static void *thread(void *arg)
{
	return (char *)arg + 1;
}

static int run_thread(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		pthread_t t;
		void *result = NULL;

		errno = pthread_create(&t, NULL, thread, m);
		if (!errno)
			errno = pthread_join(t, &result);
		if (errno)
			return micro__fail(m, "thread");
		m->got += result == (char *)m + 1;
	}
	return 0;
}

#if defined(__aarch64__)
#define MACHINE EM_AARCH64
/* mov x0, #42; mov x8, #93; svc #0: exit(42) */
static const unsigned char code[] = { 0x40, 0x05, 0x80, 0xd2, 0xa8, 0x0b,
				      0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4 };
#elif defined(__x86_64__)
#define MACHINE EM_X86_64
/* mov $60, %eax; mov $42, %edi; syscall: exit(42) */
static const unsigned char code[] = { 0xb8, 0x3c, 0, 0, 0, 0xbf, 0x2a, 0, 0, 0, 0x0f, 0x05 };
#else
#define MACHINE EM_NONE
static const unsigned char code[1];
#endif

#define BASE 0x400000u /* a multiple of any page size */

/* A minimal program: one segment that contains the whole file, three instructions. */
static const struct program {
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	unsigned char code[sizeof(code)];
} program = {
	.eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = MACHINE,
		.e_version = EV_CURRENT,
		.e_entry = BASE + offsetof(struct program, code),
		.e_phoff = offsetof(struct program, ph),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1 },
	.ph = { .p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_vaddr = BASE,
		.p_paddr = BASE,
		.p_filesz = sizeof(struct program),
		.p_memsz = sizeof(struct program),
		.p_align = 0x10000 },
};

static int open_exec(struct micro *m)
{
	struct program file = program;
	int fd, ret = 0;

	if (MACHINE == EM_NONE)
		return err__set(&m->err, -EOPNOTSUPP, "there is no program for this architecture");
	memcpy(file.code, code, sizeof(code));
	m->mem = xasprintf("%s/exit", m->dir);
	fd = open(m->mem, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (fd < 0)
		return micro__fail(m, m->mem);
	if (write(fd, &file, sizeof(file)) != (ssize_t)sizeof(file))
		ret = micro__fail(m, m->mem);
	close(fd);
	if (!ret && access(m->mem, X_OK))
		ret = err__set(&m->err, -EOPNOTSUPP, "no program can be run in %s: %s", m->dir,
			       strerror(errno));
	return ret;
}

static void close_exec(struct micro *m)
{
	if (m->mem)
		unlink(m->mem);
	free(m->mem);
}

static int run_exec(struct micro *m, uint64_t n)
{
	char *const none[] = { NULL }, *const argv[] = { m->mem, NULL };

	for (uint64_t i = 0; i < n; i++) {
		pid_t pid;

		errno = posix_spawn(&pid, m->mem, NULL, NULL, argv, none);
		if (errno)
			return micro__fail(m, "posix_spawn");
		m->got += answers(pid);
	}
	return 0;
}

static __thread volatile uint64_t signals;

static void on_signal(int sig __unused)
{
	signals++;
}

/* Another worker may have set it already, but none of them is running yet. */
static int open_signal(struct micro *m)
{
	const struct sigaction sa = { .sa_handler = on_signal };

	return sigaction(SIGUSR1, &sa, NULL) ? micro__fail(m, "sigaction") : 0;
}

static void close_signal(struct micro *m __unused)
{
	signal(SIGUSR1, SIG_DFL);
}

/* Sent to this thread, so that the handler has run when tgkill() returns. */
static int run_signal(struct micro *m, uint64_t n)
{
	const long pid = getpid(), tid = syscall(SYS_gettid);
	const uint64_t before = signals;

	for (uint64_t i = 0; i < n; i++)
		if (syscall(SYS_tgkill, pid, tid, SIGUSR1))
			return micro__fail(m, "tgkill");
	m->got += signals - before;
	return 0;
}

const struct micro_op micro_tasks[] = {
	{ "fork", "a child that ends at once, and wait()", 250, false, nothing, run_fork,
	  check_each, NULL },
	{ "thread", "a thread that ends at once, and its join", 800, false, nothing, run_thread,
	  check_each, NULL },
	{ "exec", "posix_spawn() of a program of three instructions, and wait()", 200, false,
	  open_exec, run_exec, check_each, close_exec },
	{ "signal", "a signal to oneself, and its handler", 10000, false, open_signal, run_signal,
	  check_each, close_signal },
	{ .name = NULL },
};
