// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the protocol: every type of message in every state, and what messages refer to.
 * The expected results are strings with one letter per message, so that they are independent of the
 * table under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/boot/protocol.h"

static char *const around[] = { (char *)"meminfo" };
static const struct wire_msg order = { .type = WIRE_JOB,
				       .kind = WIRE_WORKLOAD,
				       .job = 3,
				       .name = (char *)"pipe",
				       .iterations = 2,
				       .collectors = (char **)around,
				       .n_collectors = 1 };
static const struct wire_msg collect = { .type = WIRE_JOB,
					 .kind = WIRE_COLLECTOR,
					 .job = 1000,
					 .name = (char *)"env",
					 .iterations = 1 };

/* One letter per message: h hello, b beat, l log, f fact, t text, y bye; for job 3: ( and [ begin
 * iterations 0 and 1, ) and ] end them, 0 and 1 are their samples, B is a sample of the boot, m one of
 * meminfo, d done, x failed, u unsupported. All other letters are messages that are never valid. */
static struct wire_msg message(char letter)
{
	struct wire_msg m = { .job = 3,
			      .name = (char *)"pipe/x",
			      .text = (char *)"",
			      .source = (char *)"pipe",
			      .metric = (char *)"trips",
			      .max_ms = 1 };

	switch (letter) {
	case 'h':
		m.type = WIRE_HELLO;
		break;
	case 'b':
		m.type = WIRE_BEAT;
		break;
	case 'l':
		m.type = WIRE_LOG;
		break;
	case 'f':
		m.type = WIRE_FACT;
		break;
	case 'H': /* a fact that only the host may set */
		m.type = WIRE_FACT;
		m.name = (char *)"host/qemu";
		break;
	case 't':
		m.type = WIRE_TEXT;
		break;
	case 'y':
		m.type = WIRE_BYE;
		break;
	case '(':
	case '[':
	case '{': /* iteration 2 of 2 */
		m.type = WIRE_ITER_BEGIN;
		m.iter = letter == '(' ? 0 : letter == '[' ? 1 : 2;
		break;
	case ')':
	case ']':
		m.type = WIRE_ITER_END;
		m.iter = letter == ']';
		break;
	case '0':
	case '1':
	case 'B':
	case 'm':
	case 's': /* from a plug-in that the job does not run */
	case 'j': /* of another job */
		m.type = WIRE_SAMPLE;
		m.iter = letter == '1' ? 1 : letter == 'B' ? WIRE_BOOT : 0;
		if (letter == 'm' || letter == 's')
			m.source = (char *)(letter == 'm' ? "meminfo" : "vmstat");
		m.job = letter == 'j' ? 4 : 3;
		break;
	case 'd':
	case 'x':
	case 'u':
	case 'D': /* of another job */
		m.type = WIRE_DONE;
		m.status = letter == 'x' ? WIRE_FAILED : letter == 'u' ? WIRE_UNSUPPORTED : WIRE_OK;
		m.job = letter == 'D' ? 0 : 3;
		break;
	case 'J': /* only the host sends it */
		m.type = WIRE_JOB;
		break;
	case 'q':
		m.type = WIRE_QUIT;
		break;
	default:
		fail_msg("no message '%c'", letter);
	}
	return m;
}

#define ALL "hblfHty([{)]01BmsjdxuDJq"

/* Play messages. J and q are actions of the host: it starts the job, and sends quit. */
static void play(struct protocol *p, const char *letters)
{
	struct err err = { "" };

	*p = (struct protocol){ 0 };
	for (; *letters; letters++) {
		struct wire_msg m = message(*letters);

		if (*letters == 'J')
			protocol__begin_job(p, &order);
		else if (*letters == 'q')
			protocol__quit(p);
		else if (protocol__take(p, &m, &err))
			fail_msg("'%s' refused: %s", letters, err.msg);
	}
}

/* After `before`, exactly the messages in `right` are accepted. */
static void only(const char *before, const char *right)
{
	for (const char *c = ALL; *c; c++) {
		struct wire_msg m = message(*c);
		struct err err = { "" };
		struct protocol p;
		int ret;

		play(&p, before);
		ret = protocol__take(&p, &m, &err);
		if (ret != (strchr(right, *c) ? 0 : -EPROTO))
			fail_msg("after '%s', '%c': %d (%s)", before, *c, ret, err.msg);
		assert_true(ret == 0 || err.msg[0]);
	}
}

static void every_message_in_every_state(void **state __unused)
{
	only("", "lhdxuD"); /* instead of hello, done is valid with any job and status */
	only("ll", "lhdxuD");
	only("D", "");
	only("h", "bl");
	only("hbl", "bl");
	only("hJ", "blft(xu"); /* the job may fail or be unsupported, but not succeed */
	only("hJf", "blft(xu");
}

static void iterations(void **state __unused)
{
	only("hJ(", "blft)x");
	only("hJ(b", "blftx"); /* the timed part ended without iter-end */
	only("hJ(f", "blftx");
	only("hJ()", "blft[0Bmx");
	only("hJ()0m", "blft[0Bmx"); /* duplicate samples are rejected later, by the record */
	only("hJ()0[", "blft]x");
	only("hJ()0[b", "blftx");
	only("hJ()0[]", "blft1Bdx");
	only("hJ()0[]1B", "blft1Bdx");
	only("hJ()0[]1d", "bl");
	only("hJ(x", "bl");
	only("hJu", "bl");
	only("hJ()0[]1dq", "blty");
}

static void the_end(void **state __unused)
{
	only("hq", "blty");
	only("hqtb", "blty");
	only("hqy", "");
}

/* A collector's job has no iterations, and only samples that belong to the boot. */
static void collector(void **state __unused)
{
	struct wire_msg m = { .type = WIRE_SAMPLE, .job = 1000, .iter = WIRE_BOOT };
	struct protocol p = { .state = PROTOCOL_IDLE };
	struct err err;

	m.source = m.metric = m.name = m.text = (char *)"env";
	protocol__begin_job(&p, &collect);
	assert_int_equal(protocol__take(&p, &m, &err), 0);
	m.iter = 0;
	assert_int_equal(protocol__take(&p, &m, &err), -EPROTO);
	assert_string_equal(err.msg, "collector env has a sample of iteration 0");
	m.type = WIRE_ITER_BEGIN;
	assert_int_equal(protocol__take(&p, &m, &err), -EPROTO);
	assert_string_equal(err.msg, "collector env begins an iteration");
	m.type = WIRE_DONE;
	assert_int_equal(protocol__take(&p, &m, &err), 0);
	assert_int_equal(p.state, PROTOCOL_IDLE);
}

/* The number of facts and texts is limited, even if they are small. */
static void bounds(void **state __unused)
{
	static const enum wire_type types[] = { WIRE_FACT, WIRE_TEXT };
	char big[16 * 1024];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	for (size_t i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		struct wire_msg m = message('f');
		struct protocol p;
		struct err err;
		size_t n = 0;

		m.type = types[i / 2];
		m.text = i % 2 ? big : (char *)"";
		play(&p, "hJ");
		while (n < 1000000 && !protocol__take(&p, &m, &err))
			n++;
		assert_in_range(n, 1000, 100000);
		assert_in_range(p.bytes, 0, 300u << 20);
	}
}

static void reasons(void **state __unused)
{
	static const struct {
		const char *before;
		char then;
		const char *msg;
	} cases[] = {
		{ "h", 'h', "unexpected message 'hello'" },
		{ "hJ()", '(', "iteration 0 begins, 1 of 2 is next" },
		{ "hJ()0[]", '{', "iteration 2 begins, 2 of 2 is next" },
		{ "hJ(", ']', "iteration 1 ends, 0 is running" },
		{ "hJ()", '1', "a sample of iteration 1, 1 have ended" },
		{ "hJ()", 's', "a sample of vmstat, which job pipe does not run" },
		{ "hJ()", 'j', "'sample' of job 4, 3 is running" },
		{ "hJ()", 'd', "pipe is done after 1 of 2 iterations" },
		{ "hJ(", 'd', "pipe is done after 0 of 2 iterations" },
		{ "hJ()", 'u', "pipe is unsupported after 1 iterations" },
		{ "hJ", 'H', "the agent sends fact 'host/qemu', which is the host's" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wire_msg m = message(cases[i].then);
		struct protocol p;
		struct err err;

		play(&p, cases[i].before);
		assert_int_equal(protocol__take(&p, &m, &err), -EPROTO);
		assert_string_equal(err.msg, cases[i].msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_in_every_state),
		cmocka_unit_test(iterations),
		cmocka_unit_test(the_end),
		cmocka_unit_test(collector),
		cmocka_unit_test(bounds),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
