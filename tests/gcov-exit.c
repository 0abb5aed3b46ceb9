// SPDX-License-Identifier: GPL-2.0-only
/*
 * For coverage-report.sh, with -Wl,--wrap=_exit: workers end by _exit(), which
 * would lose their coverage data.
 */
void __gcov_dump(void);
_Noreturn void __real__exit(int status);

_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
