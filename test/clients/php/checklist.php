<?php
// The checklist for PDO and mysqli: php checklist.php pdo|mysqli PORT ITEMS
[, $driver, $port, $items] = $argv;
$port = (int) $port;
$endless = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()';
$busy = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()";
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

class Unavailable extends Exception {}

function check(bool $condition, mixed $what = ''): void
{
    if (!$condition) {
        throw new Exception(var_export($what, true));
    }
}

/** PDO and mysqli as one. */
class Client
{
    public PDO|mysqli $db;

    public function __construct(string $user = 'root', string $password = '', bool $tls = false, string $database = 'clients', public bool $emulate = true)
    {
        global $driver, $port;
        if ($driver === 'pdo') {
            $options = [PDO::ATTR_EMULATE_PREPARES => $emulate, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION];
            if ($tls) {
                $options += [PDO::MYSQL_ATTR_SSL_CIPHER => 'DEFAULT', PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false];
            }
            $this->db = new PDO("mysql:host=127.0.0.1;port=$port;dbname=$database;charset=utf8mb4", $user, $password, $options);
            return;
        }
        $this->db = mysqli_init();
        if ($tls) {
            $this->db->ssl_set(null, null, null, null, null);
        }
        $flags = $tls ? MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT : 0;
        $this->db->real_connect('127.0.0.1', $user, $password, $database, $port, null, $flags);
        $this->db->set_charset('utf8mb4');
    }

    public function query(string $sql): array
    {
        $result = $this->db->query($sql);
        if ($this->db instanceof PDO) {
            return $result->columnCount() === 0 ? [] : $result->fetchAll(PDO::FETCH_NUM);
        }
        return $result === true ? [] : $result->fetch_all();
    }

    public function execute(string $sql, array $values): array
    {
        $statement = $this->db->prepare($sql);
        if ($this->db instanceof PDO) {
            foreach ($values as $index => $value) {
                $kind = is_int($value) ? PDO::PARAM_INT : (is_bool($value) ? PDO::PARAM_BOOL : (is_null($value) ? PDO::PARAM_NULL : PDO::PARAM_STR));
                $statement->bindValue($index + 1, $value, $kind);
            }
            $statement->execute();
            return $statement->columnCount() === 0 ? [] : $statement->fetchAll(PDO::FETCH_NUM);
        }
        $kinds = implode('', array_map(fn ($value) => is_int($value) || is_bool($value) ? 'i' : (is_float($value) ? 'd' : 's'), $values));
        $statement->bind_param($kinds, ...$values);
        $statement->execute();
        $result = $statement->get_result();
        return $result === false ? [] : $result->fetch_all();
    }
}

/** The number and SQLSTATE of an error. */
function failure(callable $run): array
{
    try {
        $run();
    } catch (PDOException $error) {
        return [$error->errorInfo[1] ?? $error->getCode(), $error->errorInfo[0] ?? ''];
    } catch (mysqli_sql_exception $error) {
        return [$error->getCode(), $error->getSqlState()];
    }
    throw new Exception('it did not fail');
}

function shown(mixed $value): string
{
    return is_string($value) ? 'string ' . (preg_match('//u', $value) === 1 ? addcslashes($value, "\0..\37") : bin2hex($value)) : gettype($value) . ' ' . var_export($value, true);
}

function printRows(string $label, array $rows): void
{
    foreach ($rows as $row) {
        foreach ($row as $index => $value) {
            echo "$label $row[0].$index ", substr(shown($value), 0, 100), "\n";
        }
    }
}

$steps = [
    'connect' => function () {
        foreach ([false, true] as $tls) {
            foreach (['nat', 'sha'] as $user) {
                $client = new Client($user, 'sécret', $tls);
                check($client->query('SELECT CURRENT_USER()')[0][0] === "$user@%", $user);
                check(($client->query("SHOW STATUS LIKE 'Ssl_cipher'")[0][1] !== '') === $tls, 'cipher');
                check(failure(fn () => new Client($user, 'wrong', $tls))[0] === 1045, 'a wrong password');
            }
        }
        check(failure(fn () => new Client(database: 'nope'))[0] === 1049, 'no database');
    },
    'text' => fn () => printRows('', (new Client())->query('SELECT * FROM every_type ORDER BY id')),
    'binary' => function () {
        $rows = (new Client(emulate: false))->execute('SELECT * FROM every_type WHERE id < ? ORDER BY id', [9]);
        printRows('', $rows);
        check(count($rows) === 4 && array_filter($rows[3], fn ($value) => $value !== null) === [0 => 4], 'NULLs');
    },
    'parameters' => function () {
        global $driver;
        foreach ($driver === 'pdo' ? [true, false] : [false] as $emulate) {
            $client = new Client(emulate: $emulate);
            $client->query('DROP TABLE IF EXISTS bound');
            $client->query('CREATE TABLE bound LIKE every_type');
            $marks = implode(',', array_fill(0, 38, '?'));
            foreach ($client->query('SELECT * FROM every_type ORDER BY id') as $row) {
                // A BIT is a number here, as text too.
                $row[15] = $row[15] === null ? null : (int) $row[15];
                $client->execute("INSERT INTO bound VALUES ($marks)", $row);
            }
            printRows('bound', $client->query('SELECT * FROM bound ORDER BY id'));
            foreach ([7, -7, PHP_INT_MAX, 0.5, true, "o'\\\"ü€😀", "\0\xff'\\", null, str_repeat('x', 100000)] as $value) {
                echo substr(shown($value), 0, 60), ' -> ', substr(implode(' ', array_map(shown(...), $client->execute('SELECT LENGTH(?), HEX(?)', [$value, $value])[0])), 0, 200), "\n";
            }
            printRows('filtered', $client->execute('SELECT n, name, half FROM series WHERE n IN (?, ?) AND name LIKE ? ORDER BY n LIMIT ?', [3, '5', 'row%', 9]));
            $client->query('DROP TABLE bound');
        }
        $client->query('DELETE FROM counted');
        $client->execute('INSERT INTO counted (s) VALUES (?)', ['a']);
        $id = $driver === 'pdo' ? $client->db->lastInsertId() : $client->db->insert_id;
        check((string) $client->query('SELECT id FROM counted')[0][0] === (string) $id, $id);
        if ($driver === 'pdo') {
            $insert = $client->db->prepare('INSERT INTO counted (s) VALUES (:s)');
            $insert->bindValue('s', fopen('data://text/plain;base64,' . base64_encode("\xc3\xbcx"), 'r'), PDO::PARAM_LOB);
            $insert->execute();
            check($client->query("SELECT COUNT(*) FROM counted WHERE s = 'üx'")[0][0] == 1, 'LOB');
            return;
        }
        $cursor = $client->db->prepare('SELECT n FROM series WHERE n < 3000 ORDER BY n');
        $cursor->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
        $cursor->execute();
        $cursor->bind_result($n);
        $seen = 0;
        while ($cursor->fetch()) {
            check($n === $seen++, $n);
        }
        check($seen === 3000, $seen);
        $client->db->multi_query('SELECT 1; SELECT 2');
        for ($count = 1, $client->db->store_result(); $client->db->next_result(); $count++) {
            $client->db->store_result();
        }
        check($count === 2, $count);
    },
    'stream' => function () {
        global $driver;
        $client = new Client();
        $before = memory_get_peak_usage(true);
        [$sum, $count] = [0, 0];
        if ($driver === 'pdo') {
            $client->db->setAttribute(PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, false);
            $result = $client->db->query('SELECT * FROM million', PDO::FETCH_NUM);
        } else {
            $result = $client->db->query('SELECT * FROM million', MYSQLI_USE_RESULT);
        }
        foreach ($result as $row) {
            $sum += (int) ($row[0] ?? $row['n']);
            $count++;
        }
        check([$count, $sum] === [1000000, intdiv(1000000 * 999999, 2)], [$count, $sum]);
        check(memory_get_peak_usage(true) - $before < 32 << 20, 'the client grew');
    },
    'transactions' => function () {
        global $driver;
        [$one, $two] = [new Client(), new Client()];
        $values = fn (Client $client) => array_map(fn ($row) => (int) $row[0], $client->query('SELECT v FROM txn ORDER BY id'));
        $begin = fn () => $driver === 'pdo' ? $one->db->beginTransaction() : $one->db->begin_transaction();
        $rollback = fn () => $driver === 'pdo' ? $one->db->rollBack() : $one->db->rollback();
        $one->query('DROP TABLE IF EXISTS txn');
        $one->query('CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)');
        $one->query('INSERT INTO txn VALUES (1, 10), (2, 20)');
        $begin();
        $one->query('UPDATE txn SET v = 11 WHERE id = 1');
        check($values($one) === [11, 20] && $values($two) === [10, 20], 'a dirty read');
        $rollback();
        $begin();
        $one->query('UPDATE txn SET v = 12 WHERE id = 1');
        $driver === 'pdo' ? $one->query('SAVEPOINT here') : $one->db->savepoint('here');
        $one->query('DELETE FROM txn');
        $one->query('ROLLBACK TO here');
        $one->db->commit();
        check($values($two) === [12, 20], 'commit');
        $begin();
        $values($one);
        $two->query('UPDATE txn SET v = 0 WHERE id = 1');
        check($values($one) === [12, 20], 'repeatable');
        $lost = failure(function () use ($one) {
            $one->query('UPDATE txn SET v = 1 WHERE id = 1');
            $one->db->commit();
        });
        check($lost === [1213, '40001'], $lost);
        $one->query('ROLLBACK');
        foreach (['READ COMMITTED', 'SERIALIZABLE', 'REPEATABLE READ'] as $level) {
            $one->query("SET SESSION TRANSACTION ISOLATION LEVEL $level");
            check($one->query('SELECT @@transaction_isolation')[0][0] === str_replace(' ', '-', $level), $level);
        }
    },
    'errors' => function () {
        $clients = [new Client(), new Client(emulate: false)];
        foreach (file(getenv('CHECKLIST') . '/errors.tsv', FILE_IGNORE_NEW_LINES) as $line) {
            [$number, $state, $sql] = explode("\t", $line);
            foreach ($clients as $client) {
                $found = failure(fn () => $client->query($sql));
                check($found === [(int) $number, $state], [$found, $line]);
            }
        }
    },
    'metadata' => function () {
        global $driver;
        $client = new Client(emulate: false);
        foreach (['SELECT * FROM plain LIMIT 1', 'SELECT n AS label, s.name, 1.5, NULL FROM series s LIMIT 1'] as $sql) {
            $result = $client->db->query($sql);
            if ($driver === 'mysqli') {
                foreach ($result->fetch_fields() as $field) {
                    // The flags and character sets that MySQL sends are tried elsewhere.
                    unset($field->max_length, $field->def, $field->catalog, $field->flags, $field->charsetnr);
                    echo json_encode($field), "\n";
                }
                continue;
            }
            for ($index = 0; $index < $result->columnCount(); $index++) {
                echo json_encode($result->getColumnMeta($index)), "\n";
            }
            $result->fetchAll();
        }
    },
    'cancel' => function () {
        global $driver, $endless, $busy;
        $killer = new Client();
        $watched = new Client();
        $id = (int) $watched->query('SELECT CONNECTION_ID()')[0][0];
        if ($driver === 'pdo') {
            throw new Unavailable('PDO waits for each of its statements, and has no threads');
        }
        $watched->db->query($endless, MYSQLI_ASYNC);
        while ((int) $killer->query($busy)[0][0] === 0) {
            usleep(1000);
        }
        $killer->query("KILL QUERY $id");
        check(failure(fn () => $watched->db->reap_async_query()) === [1317, '70100'], 'no error');
        while ((int) $killer->query($busy)[0][0] > 0) {
            usleep(1000);
        }
        check((int) $watched->query('SELECT CONNECTION_ID()')[0][0] === $id, 'another connection');
    },
    'timeout' => function () {
        global $endless;
        $client = new Client();
        $client->query('SET SESSION max_execution_time = 200');
        check(failure(fn () => $client->query($endless)) === [3024, 'HY000'], 'no timeout');
        $client->query('SET SESSION max_execution_time = 0');
        check(failure(fn () => $client->query(str_replace('SELECT', 'SELECT /*+ MAX_EXECUTION_TIME(200) */', $endless))) === [3024, 'HY000'], 'no hint');
        check($client->query('SELECT 1')[0][0] == 1);
    },
    'reconnect' => function () {
        [$one, $killer] = [new Client(), new Client()];
        $killer->query('KILL ' . $one->query('SELECT CONNECTION_ID()')[0][0]);
        $number = failure(fn () => @$one->query('SELECT 1'))[0];
        check(in_array($number, [2006, 2013, 1053, 1927], true), $number);
        echo "@restart\n";
        fgets(STDIN);
        failure(fn () => @$killer->query('SELECT 1'));
        check((new Client())->query('SELECT COUNT(*) FROM series')[0][0] == 120000, 'rows');
    },
    'pool' => function () {
        global $driver, $port;
        if ($driver === 'pdo') {
            foreach ([1, 2] as $round) {
                $persistent = new PDO("mysql:host=127.0.0.1;port=$port;dbname=clients", 'root', '', [PDO::ATTR_PERSISTENT => true]);
                $ids[] = $persistent->query('SELECT CONNECTION_ID()')->fetchColumn();
                unset($persistent);
            }
        } else {
            foreach ([1, 2] as $round) {
                $persistent = new mysqli('p:127.0.0.1', 'root', '', 'clients', $port);
                $ids[] = $persistent->query('SELECT CONNECTION_ID()')->fetch_row()[0];
                check($persistent->query('SELECT @left')->fetch_row()[0] === null, 'the session was not reset');
                $persistent->query('SET @left = 1');
                $persistent->close();
            }
        }
        check($ids[0] === $ids[1], $ids);
    },
];
foreach (explode(',', $items) as $item) {
    echo "## $item\n";
    try {
        $steps[$item]();
        echo "ok\n";
    } catch (Unavailable $reason) {
        echo 'none ', $reason->getMessage(), "\n";
    } catch (Throwable $error) {
        echo 'failed ', str_replace("\n", ' | ', (string) $error), "\n";
    }
}
