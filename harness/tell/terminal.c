// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tell/format.h"
#include "text.h"

#define MIN_WIDTH	20

#define RED		"\033[31m"
#define GREEN		"\033[32m"
#define YELLOW		"\033[33m"
#define BOLD		"\033[1m"
#define ERASE_LINE	"\r\033[K"

static struct {
	struct summary *summary;
	enum strictness strictness;
	const char *command;
	size_t plan, told;
	size_t verdicts[NR_VERDICTS];	/* of the current case */
	size_t lost;			/* of this case, how many results the harness lost */

	const struct statement *statement;	/* the last one that was printed */

	/* the line of progress, which a separate thread updates */
	pthread_mutex_t lock;
	pthread_cond_t over;
	pthread_t ticker;
	bool is_ticking, is_over;
	char *running;
	struct timespec since;
} view = { .lock = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER };

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || !strcmp(term, "dumb");
}

static const char *colour(const char *code)
{
	const char *no_color = getenv("NO_COLOR");

	return is_dumb() || (no_color && *no_color) ? "" : code;
}

static const char *plain(void)
{
	return colour("\033[0m");
}

static size_t width(void)
{
	struct winsize size = {};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

/* Print @words after @indent blanks, wrapped at blanks; later lines get two blanks more. */
static void put_wrapped(size_t indent, const char *words)
{
	size_t room = width() > indent + MIN_WIDTH ? width() - indent : MIN_WIDTH;
	bool first = true;

	while (*words) {
		size_t n = strlen(words);

		if (n >= room) {
			for (n = room - 1; n && words[n] != ' '; n--)
				;
			n = n ? n : room - 1;
		}
		printf("%*s%.*s\n", (int)indent, "", (int)n, words);
		words += n + (words[n] == ' ');
		if (first && room > MIN_WIDTH + 2) {
			indent += 2;
			room -= 2;
		}
		first = false;
	}
}

static void erase_progress(void)
{
	if (view.is_ticking)
		fputs(ERASE_LINE, stdout);
}

static void draw_progress(void)
{
	struct timespec now;
	char *line;

	if (!view.running)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	line = text("%zu of %zu checks, running %s, %ld s", view.told, view.plan, view.running,
		    (long)(now.tv_sec - view.since.tv_sec));
	printf(ERASE_LINE "%.*s", (int)width() - 1, line);
	fflush(stdout);
	free(line);
}

static void *tick(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&view.lock);
	while (!view.is_over) {
		struct timespec next;

		clock_gettime(CLOCK_REALTIME, &next);
		next.tv_sec++;
		pthread_cond_timedwait(&view.over, &view.lock, &next);
		if (!view.is_over)
			draw_progress();
	}
	pthread_mutex_unlock(&view.lock);
	return NULL;
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	const char *vendor = facts_get(facts, "vendor"), *kernel = facts_get(facts, "kernel");
	const char *cpu = facts_get(facts, "cpu"), *where = facts_get(facts, "where");
	const char *under = facts_get(facts, "hypervisor");
	bool is_metal = vendor && !strcmp(vendor, "metal");
	sigset_t all, old;
	char *line;

	(void)context;
	view.plan = plan;
	view.told = 0;
	under = under && strcmp(under, "none") ? under : NULL;
	line = text("%zu checks on %s%s%s%s, %s%s%s%s%s", plan, is_metal ? "bare " : "kvm_",
		    vendor ? vendor : "?", kernel ? " of Linux " : "", kernel ? kernel : "",
		    cpu ? cpu : "unknown CPU", under ? " under " : "", under ? under : "",
		    where ? "; " : "", where ? where : "");
	put_wrapped(0, line);
	free(line);
	fflush(stdout);
	/* Block all signals in the ticker: SIGCHLD must be delivered to the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	view.is_ticking = !is_dumb() && !pthread_create(&view.ticker, NULL, tick, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void started(void *context, const char *variant)
{
	(void)context;
	pthread_mutex_lock(&view.lock);
	free(view.running);
	view.running = text_printable(variant);
	clock_gettime(CLOCK_MONOTONIC, &view.since);
	if (view.is_ticking)
		draw_progress();
	pthread_mutex_unlock(&view.lock);
}

/* Print a line of a check that is shown in full; if it repeats the last statement, "as above". */
static void put_line(const struct result *r, const char *line)
{
	const struct statement *from = r->check ? r->check->statement : NULL;
	size_t n = strcspn(r->id, ".") + 1;
	char *again;

	if (from && !strncmp(line, from->document, strlen(from->document))) {
		if (view.statement && !strcmp(view.statement->words, from->words)) {
			again = text("%s \"%s\": as above", from->document, from->section);
			put_wrapped(4, again);
			free(again);
			return;
		}
		view.statement = from;
	}
	put_wrapped(4, strncmp(line, r->id, n) ? line : line + n);
}

static void put_full(const struct result *r)
{
	bool gone = r->verdict == VERDICT_FIXED;
	struct story s = story_of(r);
	const char *words = s.words;
	char *line;

	printf("%s%s%s %s\n", colour(gone ? YELLOW : RED), gone ? "GONE    " :
	       r->verdict == VERDICT_MISSING ? "NOT SEEN" : "DEVIATES", plain(), r->id);
	put_wrapped(4, r->sentence);
	while ((line = text_next(&words, "\n"))) {
		put_line(r, line + strspn(line, " "));
		free(line);
	}
	if (gone)
		put_wrapped(4, s.why);
	story_free(&s);
}

/* "5 ok, 1 known" */
static char *count_words(const size_t verdicts[NR_VERDICTS])
{
	static const struct {
		enum verdict verdict;
		const char *words;
	} parts[] = {
		{ VERDICT_DEVIATION, "deviate" }, { VERDICT_MISSING, "never seen" },
		{ VERDICT_OK, "ok" }, { VERDICT_FIXED, "gone" }, { VERDICT_KNOWN, "known" },
		{ VERDICT_SKIP, "skipped" },
	};
	char *words = NULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (verdicts[parts[i].verdict])
			words = text_append(words, "%s%zu %s", words ? ", " : "",
					    verdicts[parts[i].verdict], parts[i].words);
	}
	return words ? words : text("nothing");
}

static void put_case(const struct result *r)
{
	char *counts = count_words(view.verdicts), *line;
	const char *mark = "ok", *code = GREEN;

	if (view.verdicts[VERDICT_DEVIATION] || view.verdicts[VERDICT_MISSING])
		mark = "RED", code = RED;
	else if (view.lost)
		mark = "lost", code = YELLOW;
	else if (view.verdicts[VERDICT_FIXED])
		mark = "gone", code = YELLOW;
	else if (view.verdicts[VERDICT_KNOWN])
		mark = "known", code = YELLOW;
	else if (!view.verdicts[VERDICT_OK])
		mark = "skip", code = "";
	line = text("%-5s %-21.*s %-36s %4lu.%02lu s", mark, (int)strcspn(r->id, "."), r->id,
		    counts, r->ms / 1000, r->ms / 10 % 100);
	printf("%s%.5s%s%.*s\n", colour(code), line, plain(), (int)width() - 6, line + 5);
	free(line);
	free(counts);
	memset(view.verdicts, 0, sizeof(view.verdicts));
	view.lost = 0;
}

static void result(void *context, const struct result *r)
{
	bool is_wrong = verdict_is_wrong(r->verdict), is_lost = is_wrong && r->nr && result_is_lost(r);

	(void)context;
	pthread_mutex_lock(&view.lock);
	view.told++;
	erase_progress();
	/* Count lost results, but don't print them in full. */
	if (is_lost)
		view.lost++;
	else
		view.verdicts[r->verdict]++;
	if ((is_wrong && !is_lost) || r->verdict == VERDICT_FIXED)
		put_full(r);
	if (!r->check) {
		put_case(r);
		fflush(stdout);
	}
	pthread_mutex_unlock(&view.lock);
}

/* Print the last line: the verdict on the run. */
static void put_outcome(const struct tally *t, const struct completion *c)
{
	enum status status = session_status(t, view.strictness);
	const char *word = status == SUITE_FAILED ? "FAILED" : status == DEVIATES ? "DEVIATES" :
			   status == NOTHING_RAN ? "NOTHING SEEN" : "PASS";
	char *again = t->failed ? NULL : summary_again(view.summary);

	printf("%s%s%s%s", colour(BOLD), colour(status == AS_DOCUMENTED ? GREEN :
					       status == NOTHING_RAN ? YELLOW : RED), word, plain());
	if (t->failed)
		printf(": %s", t->failed);
	else if (t->verdicts[VERDICT_FIXED] && status == AS_DOCUMENTED)
		printf(": but %zu known deviations are gone: please tell the project",
		       t->verdicts[VERDICT_FIXED]);
	if (again && view.command)
		printf("; run again: %s%s\n", view.command, again);
	else
		printf("  %lu.%02lu s\n", c->ms / 1000, c->ms / 10 % 100);
	free(again);
}

void terminal_stop(void)
{
	if (!view.is_ticking)
		return;
	pthread_mutex_lock(&view.lock);
	view.is_over = true;
	erase_progress();
	fflush(stdout);
	pthread_cond_signal(&view.over);
	pthread_mutex_unlock(&view.lock);
	pthread_join(view.ticker, NULL);
	view.is_ticking = view.is_over = false;
}

static void put_flush_left(const char *line)
{
	put_wrapped(0, line);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	char *line, *counts = count_words(t->verdicts);

	(void)context;
	terminal_stop();
	printf("\n");
	line = text("%zu checks: %s; %zu of %zu observations seen", t->nr, counts, t->shown,
		    t->observations);
	put_wrapped(0, line);
	summary_print(view.summary, put_flush_left);
	if (t->nr < view.plan)
		printf("incomplete: only %zu of %zu checks\n", t->nr, view.plan);
	put_outcome(t, c);
	fflush(stdout);
	free(line);
	free(counts);
	free(view.running);
	view.running = NULL;
	view.statement = NULL;
}

struct result_sink terminal_sink(struct summary *summary, enum strictness strictness,
				 const char *command)
{
	view.summary = summary;
	view.strictness = strictness;
	view.command = command;
	return (struct result_sink) { begin, started, result, end, NULL };
}
