# SPDX-License-Identifier: GPL-2.0-only
#
# A machine of the lab: boot a kernel and an initramfs on an emulated CPU.  lab/boot
# and lab/enter share its options.
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
	  --kernel KERNEL   6.12, 6.12.57, newest: Debian's; small:6.12: a small build;
	                    running: this host's; or a file, a bzImage or vmlinuz
	                    [$kernel_default]
	  --modules DIR     the modules of a FILE, if they are not in their usual place
	  --cpu CPU         amd, intel (a Haswell), intel-skylake (without APICv); after
	                    lab/bochs build: amd-ryzen, intel-apicv (a Skylake),
	                    intel-tigerlake [amd]
	  --npt 0|1         kvm_amd's nested paging [1]
	  --ept 0|1         kvm_intel's nested paging [1]
	  --param M.P=V     set another parameter of a module or of the kernel
	  --log FILE        save the kernel's console
	  --limit SECONDS   without a line of the record, after which a boot is stopped;
	                    lab/enter: of the whole session
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
		[[ $2 == [01] ]] || fail "$BROKEN" "$1 $2: expected 0 or 1"
		parameters+=("kvm_$([ "$1" = --npt ] && echo amd || echo intel).${1#--}=$2") ;;
	--limit)
		[[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$BROKEN" "--limit $2: not a number of seconds"
		limit=$2 ;;
	esac
}

cpus_of_debian='amd, intel and intel-skylake'

# machine__choose_cpu: set the emulator, its CPU model, and the kernel parameters that the model
# needs; $emulator_build is "own" for a CPU that Debian's emulator does not have
machine__choose_cpu() {
	model='' quirks='' limit_default=900 emulator_build=debian
	case $cpu in
	amd)
		vendor=amd emulation=qemu limit_default=300 ;;
	amd-ryzen)
		vendor=amd emulation=bochs emulator_build=own
		model=ryzen ;;
	intel | intel-haswell)
		vendor=intel emulation=bochs
		model=corei7_haswell_4770 ;;
	intel-skylake)
		# On this model, each VM entry of a guest with an in-kernel
		# APIC fails if APICv is on.  With AVX-512, Linux 7.3 does not
		# boot, because it rejects the size of the XSAVE state.
		vendor=intel emulation=bochs
		model=corei7_skylake_x
		quirks='kvm_intel.enable_apicv=0 clearcpuid=avx512f' ;;
	intel-apicv)
		vendor=intel emulation=bochs emulator_build=own
		model=corei7_skylake_x
		quirks='clearcpuid=avx512f' ;;
	intel-tigerlake)
		# IA32_VMX_BASIC[56] is 1.  With FSRM, Linux 6.1 does not boot.
		vendor=intel emulation=bochs emulator_build=own
		model=tigerlake
		quirks='clearcpuid=avx512f,fsrm' ;;
	*)
		fail "$BROKEN" "--cpu $cpu: expected amd, amd-ryzen, intel, intel-skylake, intel-apicv or intel-tigerlake" ;;
	esac
}

# machine__validate: reject invalid options; do not require anything to be installed
machine__validate() {
	machine__choose_cpu
	[ -z "$kernel_name" ] || kernel__validate "$kernel_name"
}

# machine__check: validate the options, find the kernel, and fail if a program is missing
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

# machine__prepare ROOT MODULE...: set $emulator to the command that boots with ROOT as
# its initramfs, to which KVM and the MODULEs are added.
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

# quiet, because Bochs emulates the time that a serial line takes for each character.
# A panic ends in a triple fault, at which both emulators stop.
#
# The kernel calibrates the TSC twice, and in an emulator the results differ by up to 1 %.  If
# KVM starts in between, it takes this for another frequency, and its set_tsc_khz() leaves the
# TSC's ratio 0: then kvmclock is ahead by the host's uptime.
machine__command_line() {
	# shellcheck disable=SC2086 # a list
	echo console=ttyS0,115200 quiet panic=-1 reboot=triple mitigations=off \
		tsc=reliable no_timer_check random.trust_cpu=on nokaslr audit=0 \
		cryptomgr.notests rdinit=/init kvm.tsc_tolerance_ppm=10000 $quirks \
		${parameters[@]+"${parameters[@]}"}
}

# machine__boot: boot, and try once more if the kernel does not reach userland.  Set
# $reached to the last state that init reported, and $run_status to the status of
# init's task.  Pass the record to take(), and set $taken to its status.
machine__boot() {
	boot_once
	if [ -z "$reached" ] && [ -z "${interrupted-}" ]; then
		say "$kernel did not reach userland: trying once more"
		boot_once
	fi
}

# The emulator is killed after $whole_limit seconds, and when this shell ends, even by SIGKILL.
# When the emulator
# ends, for whatever reason, the record ends.
boot_once() {
	: >"$scratch/console"
	: >"$scratch/said"
	setpriv --pdeathsig KILL \
		timeout --foreground --signal INT --kill-after 5 "$whole_limit" \
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
	# with it the record; the judge still prints what was seen, even if the terminal is gone.
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
	reached=$(sed '/^said /d; /^state /d' "$scratch/said" | tail -n 1)
	run_status=$(sed -n 's/^status //p' "$scratch/said")
	sed -n 's/^said //p' "$scratch/said" >&2
	[ -z "$log" ] || cp "$scratch/console" "$log"
}

# split_report: pass the record on, and write init's own lines, "lab: ...", to
# $scratch/said:
#
#	userland		the kernel has started init
#	nokvm			/dev/kvm does not exist
#	nofiles			lab/enter's init could not mount the host's files
#	said TEXT		a line of the runner's stderr
#	state BASE64		a line of the saved VMs, for lab/boot --save
#	status STATUS		exit status of the runner, or of lab/enter's command
split_report() {
	sed -u -e "/^lab: /{s///;w $scratch/said" -e 'd;}'
}

# machine__explain: say why the run did not reach its end, and exit
machine__explain() {
	[ "$reached" != nokvm ] ||
		fail "$BROKEN" "$kernel: no KVM for $cpu: neither built in nor among its modules (${modules:-none found})"
	if [ -e "$scratch/silent" ]; then
		say "$kernel: stopped after ${limit:-$limit_default} seconds without a line of the record"
	elif [ "$emulator_status" = 124 ] || [ "$emulator_status" = 137 ]; then
		say "$kernel: stopped after $whole_limit seconds"
	fi
	if [ -n "$reached" ]; then
		say "$kernel: ended after \"$reached\", with an incomplete record; the end of its console:"
	else
		say "$kernel: did not reach userland, twice; the end of its console:"
	fi
	{
		cat "$scratch/console"
		[ -n "$reached" ] || tail -n 5 "$scratch/emulator.log"
	} | tr -d '\r' | tail -n 40 | sed 's/^/| /' >&2
	exit "$CANNOT_TELL"
}
