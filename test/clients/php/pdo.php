<?php
// PDO and mysqli against a gateway: php pdo.php PORT
declare(strict_types=1);

function check(bool $condition, mixed $what): void
{
    if (!$condition) {
        fwrite(STDERR, var_export($what, true) . "\n" . (new Exception())->getTraceAsString() . "\n");
        exit(1);
    }
}

$port = (int) $argv[1];
$dsn = "mysql:host=127.0.0.1;port=$port;dbname=clients;charset=utf8mb4";
foreach ([[], [PDO::MYSQL_ATTR_SSL_CA => '/nowhere', PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false]] as $tls) {
    foreach (['ann' => 'sécret', 'root' => ''] as $user => $password) {
        try {
            $connection = new PDO($dsn, $user, $password, $tls);
        } catch (PDOException $error) {
            // Without a file of authorities there is no TLS here.
            check($tls !== [], $error->getMessage());
            continue;
        }
        check($connection->query('SELECT CURRENT_USER()')->fetchColumn() === "$user@%", $user);
    }
}
try {
    new PDO($dsn, 'ann', 'wrong');
    check(false, 'a wrong password was accepted');
} catch (PDOException $error) {
    check($error->getCode() === 1045, $error->getMessage());
}
foreach ([true, false] as $emulate) {
    $db = new PDO($dsn, 'root', '', [PDO::ATTR_EMULATE_PREPARES => $emulate, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    check(str_starts_with($db->getAttribute(PDO::ATTR_SERVER_VERSION), '8.0.40'), 'version');
    $rows = $db->query('SELECT * FROM every_type ORDER BY id')->fetchAll(PDO::FETCH_ASSOC);
    check(count($rows) === 4 && $rows[0]['vc'] === 'grün €😀' && $rows[0]['bl'] === "\0\xff\n", $rows[0]);
    check((string) $rows[2]['bu'] === '18446744073709551615' && $rows[0]['money'] === '12.500000', $rows[2]);
    check($rows[0]['dt6'] === '2021-06-23 01:02:03.000007' && $rows[0]['js'] === '{"a": [1, "b"]}', $rows[0]);
    check(array_filter($rows[3], fn ($value) => $value !== null) === ['id' => 4], $rows[3]);
    $db->exec('DROP TABLE IF EXISTS php_params');
    $db->exec('CREATE TABLE php_params (a INT PRIMARY KEY AUTO_INCREMENT, b TEXT, c BLOB, d DECIMAL(10,2), e DATETIME, f DOUBLE, g BOOL)');
    $insert = $db->prepare('INSERT INTO php_params (b, c, d, e, f, g) VALUES (?, ?, ?, ?, ?, ?)');
    $insert->execute(["o'\\\"ü", "\0\xff'", '1.25', '2021-06-23 01:02:03', 0.1, 1]);
    check($db->lastInsertId() === '1', $db->lastInsertId());
    $insert->execute([null, null, null, null, null, null]);
    $insert->bindValue(1, 'text');
    $insert->bindValue(2, fopen('data://text/plain;base64,' . base64_encode(str_repeat("\xff\0", 1000)), 'r'), PDO::PARAM_LOB);
    foreach ([3, 4, 5] as $index) {
        $insert->bindValue($index, null, PDO::PARAM_NULL);
    }
    $insert->bindValue(6, true, PDO::PARAM_BOOL);
    $insert->execute();
    $select = $db->prepare('SELECT * FROM php_params WHERE a <= :most ORDER BY a LIMIT :count');
    $select->bindValue('most', '2');
    $select->bindValue('count', 2, PDO::PARAM_INT);
    $select->execute();
    $first = $select->fetch(PDO::FETCH_NUM);
    check([$first[1], $first[2], $first[3], $first[4]] === ["o'\\\"ü", "\0\xff'", '1.25', '2021-06-23 01:02:03'], $first);
    check($select->fetch(PDO::FETCH_NUM) === [2, null, null, null, null, null, null], 'nulls');
    check($select->fetch() === false, 'too many rows');
    check($db->query('SELECT LENGTH(c) FROM php_params WHERE a = 3')->fetchColumn() == 2000, 'LOB');
    $update = $db->prepare('UPDATE php_params SET d = ? WHERE a < ?');
    $update->execute(['2.5', 3]);
    check($update->rowCount() === 2, $update->rowCount());
    $db->beginTransaction();
    $db->exec('DELETE FROM php_params');
    check($db->inTransaction(), 'no transaction');
    $db->rollBack();
    check($db->query('SELECT COUNT(*) FROM php_params')->fetchColumn() == 3, 'rolled back');
    foreach (['SELEC 1' => 1064, 'SELECT * FROM nope' => 1146, 'SELECT nope FROM series' => 1054, "INSERT INTO series VALUES (1, 'a', 1)" => 1062] as $sql => $code) {
        try {
            $db->query($sql);
            check(false, $sql);
        } catch (PDOException $error) {
            check($error->errorInfo[1] === $code, $error->errorInfo);
        }
    }
    $db->setAttribute(PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, false);
    $sum = 0;
    foreach ($db->query('SELECT n FROM series', PDO::FETCH_NUM) as [$n]) {
        $sum += (int) $n;
    }
    check($sum === 120000 * 119999 / 2, $sum);
    if ($emulate) {
        $several = $db->query('SELECT 1; SELECT 2; SELECT 3');
        $seen = [];
        do {
            $seen[] = (int) $several->fetchColumn();
        } while ($several->nextRowset());
        check($seen === [1, 2, 3], $seen);
    }
}
$persistent = new PDO($dsn, 'root', '', [PDO::ATTR_PERSISTENT => true]);
unset($persistent);
$persistent = new PDO($dsn, 'root', '', [PDO::ATTR_PERSISTENT => true]);
check($persistent->query('SELECT 1')->fetchColumn() == 1, 'persistent');
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$mysqli = new mysqli('127.0.0.1', 'ann', 'sécret', 'clients', $port);
$mysqli->set_charset('utf8mb4');
$statement = $mysqli->prepare('SELECT n, name, half FROM series WHERE n < ? ORDER BY n');
$most = 3;
$statement->bind_param('i', $most);
$statement->execute();
check($statement->get_result()->fetch_all() === [[0, 'row 0', 0.0], [1, 'row 1', 0.5], [2, 'row 2', 1.0]], 'mysqli');
// A cursor on the server, rows fetched one by one.
$cursor = $mysqli->prepare('SELECT n FROM series WHERE n < 3000 ORDER BY n');
$cursor->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
$cursor->execute();
$cursor->bind_result($n);
$seen = 0;
while ($cursor->fetch()) {
    check($n === $seen++, $n);
}
check($seen === 3000, $seen);
$cursor->close();
$mysqli->multi_query('SELECT 1; SELECT 2');
$count = 0;
do {
    $mysqli->store_result();
    $count++;
} while ($mysqli->more_results() && $mysqli->next_result());
check($count === 2, $count);
check(strpos($mysqli->stat(), 'Uptime: ') === 0, $mysqli->stat());
check($mysqli->change_user('root', '', 'clients'), 'change user');
check($mysqli->ping() && $mysqli->select_db('information_schema'), 'ping');
echo "ok\n";
