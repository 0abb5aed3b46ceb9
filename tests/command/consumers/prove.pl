#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: prove.pl FILE      print how prove's parser reads FILE
#        prove.pl FILE cut  print the lengths at which a truncated FILE passes
use strict;
use warnings;
use TAP::Parser;
use TAP::Parser::Iterator::Array;

sub parse {
	my $parser = TAP::Parser->new({ iterator => TAP::Parser::Iterator::Array->new([split /^/, shift]) });

	$parser->run;
	return $parser, !$parser->has_problems && $parser->passed > $parser->skipped;
}

open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my $text = do { local $/; <$file> };

if ($ARGV[1]) {
	print join(' ', 'passing:', grep { (parse(substr $text, 0, $_))[1] } 0 .. length($text) - 1), "\n";
} else {
	my ($parser, $passes) = parse($text);
	my ($gone, $skipped) = (scalar $parser->todo_passed, scalar $parser->skipped);
	my $known = $parser->todo - $gone;

	printf "passed %d, failed %d, known %d, gone %d, skipped %d: %s\n",
		$parser->passed - $parser->todo - $skipped, scalar $parser->failed, $known, $gone, $skipped,
		$passes ? 'a pass' : 'no pass';
}
