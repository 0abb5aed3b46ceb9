# SPDX-License-Identifier: GPL-2.0-only
#
# A machine of the lab: a kernel and an initramfs on an emulated CPU, and one
# boot of it.  What its options mean is the same for whoever boots it.
# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck source-path=SCRIPTDIR

. "$lab/cache.sh"
. "$lab/image.sh"
. "$lab/kernel.sh"
. "$lab/initramfs.sh"
. "$lab/qemu.sh"
. "$lab/bochs.sh"

kernel_name='' modules='' cpu=amd log='' limit='' parameters=()

machine__usage() {
	cat <<-EOT
	  --kernel KERNEL   6.12, 6.12.57, newest: Debian's; small:6.12: the small one;
	                    running: this host's; or a file, a bzImage or vmlinuz
	                    [$kernel_default]
	  --modules DIR     where a file's modules are, if not where they belong
	  --cpu CPU         amd, intel (a Haswell), or intel-skylake [amd]
	  --npt 0|1         kvm_amd's nested paging, on by default
	  --ept 0|1         kvm_intel's, likewise
	  --param M.P=V     any other parameter of a module or of the kernel
	  --log FILE        keep the kernel's console
	  --limit SECONDS   for one boot
	EOT
}

machine__is_option() {
	case $1 in
	--kernel | --modules | --cpu | --npt | --ept | --param | --log | --limit)	;;
	*)	return 1 ;;
	esac
}

# machine__option OPTION VALUE
machine__option() {
	[ $# -gt 1 ] || fail "$BROKEN" "$1 needs a value"
	case $1 in
	--kernel)	kernel_name=$2 ;;
	--modules)	modules=$2 ;;
	--cpu)		cpu=$2 ;;
	--log)		log=$2 ;;
	--param)	parameters+=("$2") ;;
	--npt | --ept)
		[[ $2 == [01] ]] || fail "$BROKEN" "$1 $2: it is 0 or 1"
		parameters+=("kvm_$([ "$1" = --npt ] && echo amd || echo intel).${1#--}=$2") ;;
	--limit)
		[[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$BROKEN" "--limit $2: not a number of seconds"
		limit=$2 ;;
	esac
}

# machine__choose_cpu: the emulator, its model, and what KVM needs on that
machine__choose_cpu() {
	model='' quirks='' limit_default=900
	case $cpu in
	amd)
		vendor=amd emulation=qemu limit_default=300 ;;
	intel | intel-haswell)
		vendor=intel emulation=bochs
		model=corei7_haswell_4770 ;;
	intel-skylake)
		# On this model every VM entry of a guest with an in-kernel
		# APIC fails if APICv is on; and Linux 7.3 does not boot with
		# AVX-512: it takes the size of its XSAVE state for wrong.
		vendor=intel emulation=bochs
		model=corei7_skylake_x
		quirks='kvm_intel.enable_apicv=0 clearcpuid=avx512f' ;;
	*)
		fail "$BROKEN" "--cpu $cpu: it is amd, intel or intel-skylake" ;;
	esac
}

# machine__validate: refuse options that mean nothing, whatever is installed
machine__validate() {
	machine__choose_cpu
	[ -z "$kernel_name" ] || kernel__validate "$kernel_name"
}

# machine__check: that there is all that it takes; the kernel, too
machine__check() {
	machine__validate
	need cpio cpio
	need setpriv util-linux
	need xz xz-utils
	"${emulation}__need"
	busybox=${BUSYBOX:-/bin/busybox}
	[ -x "$busybox" ] || busybox=$(command -v busybox) ||
		fail "$BROKEN" "busybox is not installed: apt-get install busybox-static"
	initramfs__static "$busybox" "apt-get install busybox-static"
	kernel__find "${kernel_name:-$("$lab/kernels" default)}"
}

# machine__prepare ROOT MODULE...: $emulator, which boots ROOT as its initramfs
# with KVM and these modules besides.
machine__prepare() {
	local root=$1

	shift
	if [ -n "$modules" ]; then
		mkdir "$root/lab/modules"
		modules__copy_all "$modules" "$(image__release "$image")" "$vendor" \
			"$root/lab/modules" "$@"
	fi
	initramfs__pack "$root" "$scratch/initramfs"
	"${emulation}__prepare" "$image" "$scratch/initramfs" "$(machine__command_line)"
	mkfifo "$scratch/report"
}

# quiet, because Bochs takes a serial line's time for each character.  A panic
# ends in a triple fault, where both emulators stop.
machine__command_line() {
	# shellcheck disable=SC2086 # a list
	echo console=ttyS0,115200 quiet panic=-1 reboot=triple mitigations=off \
		tsc=reliable no_timer_check random.trust_cpu=on nokaslr audit=0 \
		cryptomgr.notests rdinit=/init $quirks ${parameters[@]+"${parameters[@]}"}
}

# machine__boot: one boot, and once more if it does not reach userland.  Sets
# $reached to what init said last, and $run_status to what it said of its work;
# the record goes to take(), whose status is in $taken.
machine__boot() {
	boot_once
	if [ -z "$reached" ] && [ -z "${interrupted-}" ]; then
		say "$kernel did not reach userland: trying once more"
		boot_once
	fi
}

# Whoever kills this shell, the emulator goes with it; and when the emulator
# ends, for whatever reason, the record ends.
boot_once() {
	: >"$scratch/console"
	: >"$scratch/said"
	setpriv --pdeathsig KILL \
		timeout --foreground --signal INT --kill-after 5 "${limit:-$limit_default}" \
		setpriv --pdeathsig KILL "${emulator[@]}" \
		<"${emulator_terminal:-/dev/null}" >"${emulator_terminal:-/dev/null}" \
		2>"$scratch/emulator.log" 3>"$scratch/report" &
	emulator_pid=$!
	heartbeat=''
	if [ -p "$scratch/heartbeat.in" ]; then
		setpriv --pdeathsig KILL sh -c 'while echo; do sleep 0.5; done' \
			<>"$scratch/heartbeat.in" >&0 2>/dev/null &
		heartbeat=$!
	fi
	# In the background, because a signal interrupts only `wait`.  ^C ends the emulator and
	# with it the record; the judge says what was seen, even if its terminal has gone.
	(trap '' HUP; split_report <"$scratch/report" | take) &
	trap 'interrupted=1; kill "$emulator_pid" 2>/dev/null' HUP INT TERM
	wait $!
	taken=$?
	while [ -n "${interrupted-}" ] && kill -0 $! 2>/dev/null; do
		wait $!
		taken=$?
	done
	wait $emulator_pid
	emulator_status=$?
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	[ -z "$heartbeat" ] || kill "$heartbeat"
	reached=$(sed '/^said /d' "$scratch/said" | tail -n 1)
	run_status=$(sed -n 's/^status //p' "$scratch/said")
	sed -n 's/^said //p' "$scratch/said" >&2
	[ -z "$log" ] || cp "$scratch/console" "$log"
}

# split_report: the record passes; of the lines of init's own among it, "lab: ...",
#
#	userland		the kernel has started init
#	nokvm			there is no /dev/kvm
#	nofiles			there are none of the host's files, for lab/enter
#	said TEXT		of the runner's standard error
#	status STATUS		how the runner, or lab/enter's command, ended
#
# go to $scratch/said.
split_report() {
	sed -u -e "/^lab: /{s///;w $scratch/said" -e 'd;}'
}

# machine__explain: say why there was no run to the end, and exit
machine__explain() {
	[ "$reached" != nokvm ] ||
		fail "$BROKEN" "$kernel: no KVM for $cpu: neither built in nor among its modules (${modules:-none found})"
	if [ "$emulator_status" = 124 ] || [ "$emulator_status" = 137 ]; then
		say "$kernel: stopped after ${limit:-$limit_default} seconds"
	fi
	if [ -n "$reached" ]; then
		say "$kernel: ended in \"$reached\", its record not complete; the last of its console:"
	else
		say "$kernel: did not reach userland, twice; the last of its console:"
	fi
	{
		cat "$scratch/console"
		[ -n "$reached" ] || tail -n 5 "$scratch/emulator.log"
	} | tr -d '\r' | tail -n 40 | sed 's/^/| /' >&2
	exit "$CANNOT_TELL"
}
