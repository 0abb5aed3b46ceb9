# SPDX-License-Identifier: GPL-2.0-only
#
# The report of a run, as init sends it over the second serial port.
#
#	@MARK userland		the kernel has started our init
#	@MARK tap		TAP follows, as the suite prints it
#	@MARK stderr		what the suite said on standard error
#	@MARK record		the JSON record, by gzip and base64: it is large, and
#				Bochs takes a serial line's time for each byte
#	@MARK end STATUS LINES	all has been sent: the run's exit status, and
#				how many lines of TAP there must have been
#	@MARK nokvm		instead of all these: there is no /dev/kvm
#	@MARK nofiles		or, for lab/enter, none of the host's files
#
# MARK is new for each run.  A report without its last line, or with another
# number of lines of TAP, is no report.
# shellcheck shell=bash disable=SC2034,SC2154

# serial__read MARK RECORD: read a report from standard input, pass TAP on to
# standard output.  Sets $reached to the last section seen, $tap_lines, and
# $run_status and $tap_promised once the report is complete.
serial__read() {
	local mark="@$1 " record=$2 line

	reached='' run_status='' tap_lines=0 tap_promised=''
	: >"$record"
	while IFS= read -r line; do
		case $line in
		"$mark"*)	serial__section "${line#"$mark"}" ;;
		*)		serial__line "$line" ;;
		esac
	done
}

serial__section() {
	case $1 in
	"end "*)	read -r reached run_status tap_promised <<<"$1" ;;
	*)		reached=$1 ;;
	esac
}

serial__line() {
	case $reached in
	tap)	printf '%s\n' "$1"
		tap_lines=$((tap_lines + 1)) ;;
	stderr)	printf '%s\n' "$1" >&2 ;;
	record)	printf '%s\n' "$1" >>"$record" ;;
	esac
}

serial__complete() {
	[ "$reached" = end ] && [ "$tap_lines" = "$tap_promised" ]
}
