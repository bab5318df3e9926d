// SPDX-License-Identifier: GPL-2.0-only
/* serve.c - the dashboard in a browser. */
#include "reports/site/session.h"
#include "reports/site/server.h"
#include "runner/cli/common.h"
#include "runner/cli/published.h"

#include <signal.h>

#define USAGE                                                 \
	"[--listen ADDR:PORT] [--db FILE] [--host NAME]...\n" \
	"                   [--allow-edit --token-file FILE]"

struct serve_opts {
	const char *db, *listen, *token_file;
	struct strvec hosts;
	bool edit;
};

static int help(void)
{
	printf("usage: kduel serve %s\n\n"
	       "Shows what is in the database to browsers, until it is interrupted. The first line\n"
	       "of its output is the address. What campaigns add meanwhile appears; the server\n"
	       "itself changes nothing, unless it is told to.\n\n"
	       "  --listen ADDR:PORT  where (default: 127.0.0.1:8080; port 0: any that is free).\n"
	       "                      Beyond this machine everybody who can reach it can read\n"
	       "  --host NAME         a name it may be called by, besides addresses, localhost and\n"
	       "                      this machine's name; may be repeated\n"
	       "  --allow-edit        notes on changes, their state, and tags may be changed by\n"
	       "  --token-file FILE   whoever knows the token in FILE (which only you can read)\n"
	       "  --db FILE           the database (default: $KDUEL_DB, else\n"
	       "                      $XDG_DATA_HOME/kduel/kduel.db)\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

/* 0, an exit code, or -1 when help was asked for. */
static int take(void *arg, int c)
{
	struct serve_opts *o = arg;

	switch (c) {
	case 'd':
		o->db = optarg;
		return 0;
	case 'e':
		o->edit = true;
		return 0;
	case 'l':
		o->listen = optarg;
		return 0;
	case 'n':
		strvec__push(&o->hosts, optarg);
		return 0;
	case 't':
		o->token_file = optarg;
		return 0;
	case 'h':
		return -1;
	default:
		return cmd__usage("serve", USAGE, "see `kduel serve --help`");
	}
}

static int parse(int argc, char **argv, struct serve_opts *o)
{
	static const struct option options[] = {
		{ "allow-edit", no_argument, NULL, 'e' },
		{ "db", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "host", required_argument, NULL, 'n' },
		{ "listen", required_argument, NULL, 'l' },
		{ "token-file", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int ret = cmd__options(argc, argv, options, take, o);

	if (ret)
		return ret;
	if (optind < argc)
		return cmd__usage("serve", USAGE, "unexpected argument '%s'", argv[optind]);
	if (o->edit != !!o->token_file)
		return cmd__usage("serve", USAGE,
				  "--allow-edit and --token-file go together: who "
				  "knows the token may edit");
	return 0;
}

static void say(const char *line)
{
	log__warn("%s", line);
}

/* Until somebody ends it: a signal is a request, not a failure. */
static int serve(const struct serve_opts *o, const char *db, const char *token,
		 const struct published *published, struct err *err)
{
	struct http_opts opts = {
		.db = db, .hosts = &o->hosts, .token = token, .log = say, .published = published
	};
	_free_ char *url = NULL;
	struct http *h = NULL;
	sigset_t ends;
	int sig, ret;

	opts.listen_fd = http__listen(o->listen, err);
	if (opts.listen_fd < 0)
		return opts.listen_fd;
	url = http__url(opts.listen_fd);
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, NULL); /* before there are threads */
	ret = http__start(&opts, &h, err);
	if (ret)
		return ret;
	printf("%s\n", url);
	fflush(stdout);
	sigwait(&ends, &sig);
	http__stop(h);
	return 0;
}

/* A database that cannot be read now may be there tomorrow: pages say so, and so do we. */
static void look(const char *db)
{
	struct store *st = NULL;
	struct err err;

	if (store__open(db, STORE_READ, &st, &err))
		log__warn("%s", err.msg);
	store__close(st);
}

int cmd_serve(int argc, char **argv)
{
	struct serve_opts o = { .listen = "127.0.0.1:8080" };
	_free_ char *token = NULL, *db = NULL;
	struct published published = { 0 };
	struct err err;
	int ret = parse(argc, argv, &o);

	if (ret) {
		strvec__release(&o.hosts);
		return ret < 0 ? help() : ret;
	}
	db = o.db ? xstrdup(o.db) : store__default_path();
	ret = o.edit ? sessions__read_token(o.token_file, &token, &err) : 0;
	if (!ret) {
		published__try(&published);
		look(db);
		ret = serve(&o, db, token, &published, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	published__release(&published);
	strvec__release(&o.hosts);
	return cmd__exit_code(ret);
}
