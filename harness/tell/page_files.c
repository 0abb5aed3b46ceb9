// SPDX-License-Identifier: GPL-2.0-only
#include "tell/page_files.h"

/* One string from one or more files: C has no #embed before C23. */
#define BEGIN(name)	".pushsection .rodata\n.globl " #name "\n" #name ":\n"
#define FILE(name)	".incbin \"tell/page/" name "\"\n"
#define END		".byte 0\n.popsection\n"

asm(BEGIN(page_html) FILE("page.html") END);
asm(BEGIN(page_css) FILE("page.css") END);
asm(BEGIN(page_js) FILE("model.js") FILE("state.js") FILE("dom.js") FILE("fold.js")
    FILE("matrix.js") FILE("latency.js") FILE("erratum.js") FILE("detail.js") FILE("main.js") END);
