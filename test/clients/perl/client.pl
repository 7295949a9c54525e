# DBD::mysql or DBD::MariaDB against a gateway: perl client.pl PORT DRIVER
use strict;
use warnings;
use utf8;
use DBI;

my ($port, $driver) = @ARGV;
sub check { my ($condition, $what) = @_; die $what unless $condition; }
my $enable_utf8 = $driver eq 'mysql' ? 'mysql_enable_utf8mb4' : 'mariadb_dummy';
my %options = (RaiseError => 1, PrintError => 0, ($driver eq 'mysql' ? (mysql_enable_utf8mb4 => 1) : ()));
my $dsn = "DBI:$driver:database=clients;host=127.0.0.1;port=$port";
for my $server_prepare (0, 1) {
    my $db = DBI->connect("$dsn;${driver}_server_prepare=$server_prepare", 'root', '', \%options);
    my $rows = $db->selectall_arrayref('SELECT * FROM every_type ORDER BY id', { Slice => {} });
    check(@$rows == 4 && $rows->[0]{vc} eq 'grün €😀', 'vc');
    check($rows->[2]{bu} eq '18446744073709551615' && $rows->[0]{money} eq '12.500000', 'numbers');
    check($rows->[0]{dt6} eq '2021-06-23 01:02:03.000007', "dt6 $rows->[0]{dt6}");
    check((grep { defined } values %{ $rows->[3] }) == 1, 'nulls');
    $db->do('DROP TABLE IF EXISTS perl_params');
    $db->do('CREATE TABLE perl_params (a INT PRIMARY KEY AUTO_INCREMENT, b TEXT, d DECIMAL(10,2), e DATETIME)');
    my $insert = $db->prepare('INSERT INTO perl_params (b, d, e) VALUES (?, ?, ?)');
    check($insert->execute("o'\\ü", '1.25', '2021-06-23 01:02:03') == 1, 'insert');
    $insert->execute(undef, undef, undef);
    my $one = $db->selectrow_arrayref('SELECT b, d, e FROM perl_params WHERE a = ?', {}, 1);
    check("@$one" eq "o'\\ü 1.25 2021-06-23 01:02:03", "@$one");
    my $sum = 0;
    my $all = $db->prepare('SELECT n FROM series');
    $all->execute;
    while (my ($n) = $all->fetchrow_array) { $sum += $n; }
    check($sum == 120000 * 119999 / 2, $sum);
    $db->begin_work;
    $db->do('DELETE FROM perl_params');
    $db->rollback;
    check($db->selectrow_array('SELECT COUNT(*) FROM perl_params') == 2, 'rollback');
    for (['SELEC 1', 1064], ['SELECT * FROM nope', 1146], ["INSERT INTO series VALUES (1, 'a', 1)", 1062]) {
        my ($sql, $code) = @$_;
        eval { $db->do($sql) };
        check($db->err == $code, "$sql: " . ($db->err // 'none'));
    }
    check((grep { /series/ } $db->tables) > 0, 'tables');
    check(join(',', $db->primary_key(undef, 'clients', 'series')) eq 'n', 'key');
    check(@{ $db->column_info(undef, 'clients', 'series', '%')->fetchall_arrayref } == 3, 'columns');
    check($db->ping, 'ping');
    $db->disconnect;
}
eval { DBI->connect($dsn, 'ann', 'wrong', \%options) };
check($DBI::err == 1045, "login: $DBI::err");
print "ok\n";
