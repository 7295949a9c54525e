# The checklist for DBD::mysql and DBD::MariaDB: perl client.pl DRIVER PORT ITEMS
use strict;
use warnings;
use utf8;
use DBI;

my ($driver, $port, $items) = @ARGV;
my $is_mysql = $driver eq 'mysql';
my $prefix = lc $driver;
my $endless = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()';
my $busy = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()";
binmode STDOUT, ':utf8';
$| = 1;
sub check { my ($condition, $what) = @_; die(($what // 'wrong') . "\n") unless $condition; }

sub connect_to {
    my (%given) = (user => 'root', password => '', options => '', database => 'clients', @_);
    my $dsn = "DBI:$driver:database=$given{database};host=127.0.0.1;port=$port$given{options}";
    # DBD::mysql takes bytes, the other characters.
    utf8::encode($given{password}) if $is_mysql;
    return DBI->connect($dsn, $given{user}, $given{password},
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, ($is_mysql ? (mysql_enable_utf8mb4 => 1) : ()) });
}

sub fails {
    my ($run) = @_;
    eval { $run->(); 1 } and die "it did not fail\n";
    die $@ unless $DBI::err;
    return ($DBI::err, $DBI::state);
}

sub shown {
    my ($value) = @_;
    return 'undef' unless defined $value;
    return join '', map { my $code = ord; $code < 32 || ($code > 126 && $code < 256) ? sprintf('\\x%02x', $code) : $_ } split //, substr($value, 0, 100);
}

sub print_rows {
    my ($label, $rows) = @_;
    for my $row (@$rows) { print "$label $row->[0].$_ ", shown($row->[$_]), "\n" for 0 .. $#$row; }
}

my %steps = (
    connect => sub {
        # The drivers' C library cannot insist on TLS and take any certificate; the cipher tells whether it came to be.
        my $tls = ";${prefix}_ssl=1;${prefix}_ssl_optional=1";
        for my $options ('', $tls) {
            for my $user ('nat', 'sha') {
                my $db = connect_to(user => $user, password => 'sécret', options => $options);
                check($db->selectrow_array('SELECT CURRENT_USER()') eq "$user\@%", $user);
                my (undef, $cipher) = $db->selectrow_array("SHOW STATUS LIKE 'Ssl_cipher'");
                check(($cipher ne '') == ($options ne ''), "cipher $cipher");
                my ($number) = fails(sub { connect_to(user => $user, password => 'wrong', options => $options) });
                check($number == 1045, "login $number");
            }
        }
    },
    text => sub { print_rows('', connect_to()->selectall_arrayref('SELECT * FROM every_type ORDER BY id')) },
    binary => sub {
        my $rows = connect_to(options => ";${prefix}_server_prepare=1")->selectall_arrayref('SELECT * FROM every_type WHERE id < ? ORDER BY id', {}, 9);
        print_rows('', $rows);
        check((grep { defined } @{ $rows->[3] }) == 1, 'NULLs');
    },
    parameters => sub {
        for my $mode (0, 1) {
            my $db = connect_to(options => ";${prefix}_server_prepare=$mode");
            $db->do('DROP TABLE IF EXISTS bound');
            $db->do('CREATE TABLE bound LIKE every_type');
            my $insert = $db->prepare('INSERT INTO bound VALUES (' . join(',', ('?') x 38) . ')');
            my %binary = map { $_ => 1 } 15, 22 .. 27;
            for my $row (@{ $db->selectall_arrayref('SELECT * FROM every_type ORDER BY id') }) {
                # In binary a double comes with 15 digits, and the largest one is then too large.
                $row->[13] = 0.25 if defined $row->[13] && abs($row->[13]) > 1;
                $insert->bind_param($_ + 1, $row->[$_], $binary{$_} ? DBI::SQL_BINARY() : DBI::SQL_VARCHAR()) for 0 .. 37;
                $insert->execute;
            }
            print_rows('bound', $db->selectall_arrayref('SELECT * FROM bound ORDER BY id'));
            for my $value (7, -7.5, "o'\\\"ü€😀", undef, 'x' x 1000) {
                print_rows('value', $db->selectall_arrayref('SELECT ?, HEX(?)', {}, $value, $value)) if defined $value;
            }
            print_rows('filtered', $db->selectall_arrayref('SELECT n, name FROM series WHERE n IN (?, ?) AND name LIKE ? ORDER BY n', {}, 3, '5', 'row%'));
            check($db->do('UPDATE bound SET i = ? WHERE id <= ?', {}, 1, 2) == 2, 'rows');
            $db->do('DROP TABLE bound');
            $db->do('DELETE FROM counted');
            $db->do('INSERT INTO counted (s) VALUES (?)', {}, 'a');
            check($db->last_insert_id == $db->selectrow_array('SELECT MAX(id) FROM counted'), 'id');
        }
    },
    stream => sub {
        my $db = connect_to();
        my $all = $db->prepare('SELECT * FROM million', { "${prefix}_use_result" => 1 });
        my ($sum, $count) = (0, 0);
        $all->execute;
        my $resident = sub { open my $file, '<', '/proc/self/status'; my ($kib) = map { /VmRSS:\s+(\d+)/ ? $1 : () } <$file>; $kib };
        my $before = $resident->();
        while (my $row = $all->fetchrow_arrayref) { $sum += $row->[0]; $count++; }
        check($count == 1_000_000 && $sum == 1_000_000 * 999_999 / 2, "$count $sum");
        check($resident->() - $before < 32 * 1024, 'the client grew');
    },
    transactions => sub {
        my ($one, $two) = (connect_to(), connect_to());
        my $values = sub { join ',', @{ $_[0]->selectcol_arrayref('SELECT v FROM txn ORDER BY id') } };
        $one->do('DROP TABLE IF EXISTS txn');
        $one->do('CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)');
        $one->do('INSERT INTO txn VALUES (1, 10), (2, 20)');
        $one->begin_work;
        $one->do('UPDATE txn SET v = 11 WHERE id = 1');
        check($values->($one) eq '11,20' && $values->($two) eq '10,20', 'a dirty read');
        $one->rollback;
        $one->begin_work;
        $one->do('UPDATE txn SET v = 12 WHERE id = 1');
        $one->do('SAVEPOINT here');
        $one->do('DELETE FROM txn');
        $one->do('ROLLBACK TO here');
        $one->commit;
        check($values->($two) eq '12,20', 'commit');
        $one->begin_work;
        $values->($one);
        $two->do('UPDATE txn SET v = 0 WHERE id = 1');
        check($values->($one) eq '12,20', 'repeatable');
        my ($number, $state) = fails(sub { $one->do('UPDATE txn SET v = 1 WHERE id = 1'); $one->commit; });
        check($number == 1213 && $state eq '40001', "$number $state");
        eval { $one->rollback };
    },
    errors => sub {
        my @clients = map { connect_to(options => ";${prefix}_server_prepare=$_") } 0, 1;
        open my $file, '<', "$ENV{CHECKLIST}/errors.tsv" or die $!;
        while (my $line = <$file>) {
            chomp $line;
            my ($number, $state, $sql) = split /\t/, $line;
            for my $db (@clients) {
                my ($found, $seen) = fails(sub { $db->do($sql) });
                check($found == $number && ($seen eq $state || $seen eq 'S1000'), "$found $seen: $line");
            }
        }
    },
    metadata => sub {
        my $db = connect_to();
        for my $sql ('SELECT * FROM plain', 'SELECT n AS label, s.name, 1.5, NULL FROM series s LIMIT 0') {
            my $statement = $db->prepare($sql);
            $statement->execute;
            for my $index (0 .. $#{ $statement->{NAME} }) {
                print join(' ', map { $_ . '=' . ($statement->{$_}[$index] // 'undef') } 'NAME', 'TYPE', 'PRECISION', 'SCALE', 'NULLABLE',
                    map { "${prefix}_$_" } 'type', 'type_name', 'is_num', 'is_pri_key', 'is_key', 'is_blob', 'is_auto_increment', 'length', 'table'), "\n";
            }
        }
        for my $table ('plain', 'keyed', 'counted') {
            my $columns = $db->column_info(undef, 'clients', $table, '%')->fetchall_arrayref({});
            for my $column (@$columns) {
                # The size of an integer is the width that MariaDB shows and MySQL does not.
                delete $column->{COLUMN_SIZE} if ($column->{mysql_type_name} // $column->{mariadb_type_name} // '') =~ /int|year/i;
                print "columns $table $column->{COLUMN_NAME} $_ ", shown($column->{$_}), "\n" for sort grep { !/_values$/ } keys %$column;
            }
            print_rows("key $table", $db->primary_key_info(undef, 'clients', $table)->fetchall_arrayref);
            my $indexes = eval { $db->statistics_info(undef, 'clients', $table, 0, 0) };
            for my $row (@{ $indexes ? $indexes->fetchall_arrayref : [] }) {
                $row->[10] = 'an estimate';
                print join(' ', "index $table", map { shown($_) } @$row), "\n";
            }
            my $foreign = $db->foreign_key_info(undef, undef, undef, undef, 'clients', $table);
            print_rows("foreign $table", $foreign->fetchall_arrayref) if defined $foreign;
        }
        print "$_\n" for sort grep { /plain|keyed|seen/ } $db->tables(undef, 'clients', '%', 'TABLE,VIEW');
        my $types = $db->type_info_all;
        print_rows('types', [ grep { defined } @$types[1 .. 5] ]);
    },
    cancel => sub {
        my ($db, $killer) = (connect_to(), connect_to());
        my $id = $db->{"${prefix}_thread_id"} // $db->selectrow_array('SELECT CONNECTION_ID()');
        my $statement = $db->prepare($endless, { ($is_mysql ? 'async' : 'mariadb_async') => 1 });
        $statement->execute;
        while (!$killer->selectrow_array($busy)) { select undef, undef, undef, 0.01; }
        $killer->do("KILL QUERY $id");
        my $result = $is_mysql ? 'mysql_async_result' : 'mariadb_async_result';
        my ($number) = fails(sub { $statement->$result });
        check($number == 1317, $number);
        while ($killer->selectrow_array($busy)) { select undef, undef, undef, 0.01; }
        check($db->selectrow_array('SELECT CONNECTION_ID()') == $id, 'another connection');
    },
    timeout => sub {
        my $db = connect_to();
        $db->do('SET SESSION max_execution_time = 200');
        check((fails(sub { $db->selectall_arrayref($endless) }))[0] == 3024, 'no timeout');
        $db->do('SET SESSION max_execution_time = 0');
        (my $hinted = $endless) =~ s{SELECT}{SELECT /*+ MAX_EXECUTION_TIME(200) */};
        check((fails(sub { $db->selectall_arrayref($hinted) }))[0] == 3024, 'no hint');
        my $impatient = connect_to(options => ";${prefix}_read_timeout=1");
        my ($number) = fails(sub { $impatient->selectall_arrayref($endless) });
        check($number == 2013, $number);
        undef $impatient;
        while ($db->selectrow_array($busy)) { select undef, undef, undef, 0.01; }
    },
    reconnect => sub {
        my ($db, $killer) = (connect_to(), connect_to());
        $db->{"${prefix}_auto_reconnect"} = 1;
        $killer->do('KILL ' . $db->selectrow_array('SELECT CONNECTION_ID()'));
        eval { $db->do('SELECT 1') };
        check($db->ping && $db->selectrow_array('SELECT 1') == 1, 'no reconnect');
        print "\@restart\n";
        <STDIN>;
        check(!$killer->ping, 'a connection outlived the server');
        check($db->ping && $db->selectrow_array('SELECT COUNT(*) FROM series') == 120_000, 'no second reconnect');
    },
    pool => sub {
        my @ids = map { DBI->connect_cached("DBI:$driver:database=clients;host=127.0.0.1;port=$port", 'root', '')->selectrow_array('SELECT CONNECTION_ID()') } 1, 2;
        check($ids[0] == $ids[1], "@ids");
    },
);
for my $item (split /,/, $items) {
    print "## $item\n";
    if (eval { $steps{$item}->(); 1 }) { print "ok\n" }
    else { my $reason = $@; $reason =~ s/\n/ | /g; print "failed $reason\n" }
}
