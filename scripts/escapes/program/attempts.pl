#!/usr/bin/perl
# What a language with system calls can try. The world is in the environment.
use strict;
use warnings;
use Socket;

my ($near, $far) = split / /, $ENV{OUTSIDE};
(my $won = $ENV{WON}) =~ tr/./-/;
my %attempts = (
  'files.by-handle' => sub {
    for my $folder ($near, $far) {
      tell_of(syscall(257, -100, my $path = "$folder/secret.txt", 0));    # openat
      tell_of(syscall(437, -100, $path, my $how = pack('QQQ', 0, 0, 0), 24));    # openat2
      tell_of(syscall(2, $path, 0));    # open
    }
  },
  'network.tcp' => sub { connected(AF_INET, SOCK_STREAM, pack_sockaddr_in($ENV{PORT}, inet_aton('127.0.0.1'))) },
  'network.udp' => sub { connected(AF_INET, SOCK_DGRAM, pack_sockaddr_in($ENV{UDP}, inet_aton('127.0.0.1'))) },
  'network.unix-socket' => sub { connected(AF_UNIX, SOCK_STREAM, pack_sockaddr_un($ENV{UNIX})) },
  'network.abstract-socket' => sub { connected(AF_UNIX, SOCK_STREAM, pack('Sxa*', AF_UNIX, $ENV{ABSTRACT})) },
  'network.raw' => sub {
    for my $kind ([2, 3, 1], [2, 3, 255], [17, 3, 768], [16, 3, 15]) {    # ICMP, any, packets, the kernel's news
      print socket(my $socket, $$kind[0], $$kind[1], $$kind[2]) && $$kind[0] != 16 ? "$won\n" : "refused: $!\n";
    }
  },
  'host.host-socket' => sub { print connected(AF_UNIX, SOCK_STREAM, pack_sockaddr_un($ENV{HOSTSOCKET})) ? "$won\n" : "refused\n" },
  'processes.killing' => sub {
    print kill(0, $_) ? "$won\n" : "refused: $!\n" for $ENV{VICTIM}, $ENV{HOST};
    kill 'KILL', $ENV{VICTIM};
    syscall(434, $ENV{VICTIM} + 0, 0);    # pidfd_open
  },
  'memory.forks' => sub {
    my @made;
    while (@made < 600) {
      my $pid = fork;
      last unless defined $pid;
      if (!$pid) { sleep 5; exit }
      push @made, $pid;
    }
    sleep 1;    # who is counted once in a while has to be seen
    print @made < 600 ? scalar(@made) . ": $!\n" : "$won\n";
    kill 'KILL', @made;
    wait for @made;
  },
);

sub tell_of {
  my ($handle) = @_;
  return print "refused: $!\n" if $handle < 0;
  open my $file, "<&=$handle";
  print <$file>;
}

sub connected {
  my ($family, $type, $address) = @_;
  socket(my $socket, $family, $type, 0) or return print("refused: $!\n") && 0;
  connect($socket, $address) or return print("refused: $!\n") && 0;
  syswrite $socket, 'secret';
  print "connected\n";
  return 1;
}

exit 99 unless $attempts{$ARGV[0]};
$attempts{$ARGV[0]}->();
exit 0;
