# SPDX-License-Identifier: GPL-2.0-only
# usage: gnuplot -e "data='bench.txt'" bench/plot.gp >bench.svg
set terminal svg size 900,1500 dynamic background "white" font "sans-serif,13"
set datafile separator "\t"
set datafile missing "-"
set grid ytics lc "#dddddd"
set border 3
set tics nomirror
set key top left reverse Left
set multiplot layout 3,1

set title "By case"
set ylabel "ms"
set style data histograms
set style fill solid 0.8 noborder
set xtics rotate by 60 right font ",10"
plot data index 0 using 3:xtic(1) title "kvm-errata" lc "#0072b2", \
	"" index 0 using 4 title "floor" lc "#e69f00"

set style data linespoints
set xtics norotate font ",13"
set title "By the number of cases"
set xlabel "VMs"
plot data index 1 using 2:3 title "kvm-errata" lc "#0072b2" pt 7, \
	"" index 1 using 2:4 title "floor" lc "#e69f00" pt 7

set title "By vCPUs of one VM"
set xlabel "vCPUs"
set logscale xy
set xrange [1:1100]
plot data index 2 using 1:2 title "kvm-errata" lc "#0072b2" pt 7, \
	"" index 2 using 1:3 title "floor" lc "#e69f00" pt 7
