#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: prove.pl FILE            print how prove's parser reads FILE
#        prove.pl FILE truncated  print the lengths at which a truncated FILE passes
use strict;
use warnings;
use TAP::Parser;
use TAP::Parser::Iterator::Array;

sub parse {
	my $parser = TAP::Parser->new({ iterator => TAP::Parser::Iterator::Array->new([split /^/, shift]) });
	my @lines;

	while (my $result = $parser->next) {
		push @lines, $result->as_string if $result->is_test || $result->is_plan;
	}
	push @lines, map { "ERROR: $_" } $parser->parse_errors;
	push @lines, "failed: " . join ' ', $parser->failed if $parser->failed;
	push @lines, "todo passed: " . join ' ', $parser->todo_passed if $parser->todo_passed;
	push @lines, "skipped: " . join ' ', $parser->skipped if $parser->skipped;
	my $passes = !$parser->has_problems && $parser->passed > $parser->skipped;
	return $passes, @lines;
}

open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my $text = do { local $/; <$file> };

if ($ARGV[1]) {
	print join(' ', 'passing:', grep { (parse(substr $text, 0, $_))[0] } 0 .. length($text) - 1), "\n";
} else {
	my ($passes, @lines) = parse($text);
	print "$_\n" for @lines;
	print $passes ? "read as a pass\n" : "not read as a pass\n";
}
