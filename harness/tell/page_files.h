/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of page/, built into the program: a page is one file, and so are we.
 */
#ifndef TELL_PAGE_FILES_H
#define TELL_PAGE_FILES_H

extern const char page_html[];		/* where "@NAME@" stands, what is called so */
extern const char page_css[];
extern const char page_js[];		/* all of its scripts, in their order */

#endif
