/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of page/, built into the program, so that both page and program are one file.
 */
#ifndef TELL_PAGE_FILES_H
#define TELL_PAGE_FILES_H

extern const char page_html[];		/* "@NAME@" stands for the text of that name */
extern const char page_css[];
extern const char page_js[];		/* all scripts, in order */

#endif
