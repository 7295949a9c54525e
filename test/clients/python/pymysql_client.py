"""PyMySQL against a gateway: python pymysql_client.py PORT [tls]. Ends with code 0 when all is as it should be."""
import datetime
import decimal
import sys
import threading
import time

import pymysql
from pymysql.constants import CLIENT, ER, FIELD_TYPE

port = int(sys.argv[1])
tls = {'ssl': {'check_hostname': False}} if 'tls' in sys.argv else {}
# From 1.2 on TLS is used whenever it is offered, and the certificate is verified.
version = tuple(int(part) for part in pymysql.__version__.split('.')[:2])
if not tls and version >= (1, 2):
    tls = {'ssl_disabled': True}


def binary(value):
    """Bytes as they come back: PyMySQL before 1.2 wrote them as a string."""
    return value.encode() if version >= (1, 2) else value


def connect(**options):
    given = dict(host='127.0.0.1', port=port, user='root', database='clients', charset='utf8mb4', **tls)
    given.update(options)
    return pymysql.connect(**given)


def rows(connection, sql, arguments=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def fails(number, connection, sql, arguments=None):
    try:
        rows(connection, sql, arguments)
    except pymysql.MySQLError as error:
        assert error.args[0] == number, (sql, error.args)
        return error
    raise AssertionError(f'{sql} did not fail')


def logins():
    ann = connect(user='ann', password='sécret'.encode())
    assert rows(ann, 'SELECT CURRENT_USER(), @@autocommit') == (('ann@%', 0),)
    assert ann._secure == ('ssl' in tls)
    try:
        connect(user='ann', password='wrong')
    except pymysql.err.OperationalError as error:
        assert error.args[0] == 1045
    else:
        raise AssertionError('a wrong password was accepted')
    ann.ping()
    ann.select_db('information_schema')
    assert rows(ann, 'SELECT DATABASE()') == (('information_schema',),)
    fails(1049, ann, 'USE nope')


def types():
    connection = connect()
    first, least, most, nulls = rows(connection, 'SELECT * FROM every_type ORDER BY id')
    assert nulls == (4,) + (None,) * 37
    d = decimal.Decimal
    at = datetime.datetime(2021, 6, 23, 1, 2, 3)
    assert first[:15] == (1, 1, -5, 5, -500, 500, -50000, 50000, -5000000, 5000000, -5000000000, 5000000000,
                          1.5, 0.1, d('12.500000')), first
    assert first[15:24] == (b'\x02\x01', 'ab', 'grün €😀', 'tiny', 'text', 'medium', 'long', b'bina', b"\0\xff'")
    assert first[24:31] == (b'tb', b'\0\xff\n', b'mb', b'lb', 'large', 'x,z', '{"a": [1, "b"]}')
    assert first[31:] == (datetime.date(2021, 6, 23), -datetime.timedelta(hours=1, minutes=2, seconds=3.5), at,
                          at.replace(microsecond=7), at, at.replace(microsecond=7), 2021), first[31:]
    assert least[10:12] == (-2 ** 63, 0) and most[10:12] == (2 ** 63 - 1, 2 ** 64 - 1)
    assert least[13] == -sys.float_info.max and most[14] == d('99999999999999.999999')
    assert least[32] == -datetime.timedelta(hours=838, minutes=59, seconds=59)
    rows(connection, 'CREATE TABLE py_types LIKE every_type')
    # PyMySQL writes negative times wrongly.
    first, least = (row[:32] + (abs(row[32]),) + row[33:] for row in (first, least))
    marks = ','.join(['%s'] * 38)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO py_types VALUES ({marks})', first)
        cursor.executemany(f'INSERT INTO py_types VALUES ({marks})', [least, most, nulls])
    connection.commit()
    assert rows(connection, 'SELECT * FROM py_types ORDER BY id') == (first, least, most, nulls)
    with connection.cursor() as cursor:
        cursor.execute('SELECT n, name AS label, COUNT(*) OVER () c FROM series LIMIT 0')
        assert [column[0] for column in cursor.description] == ['n', 'label', 'c']
        assert [column[1] for column in cursor.description] == [FIELD_TYPE.LONG, FIELD_TYPE.VAR_STRING, FIELD_TYPE.LONGLONG]
    assert rows(connection, "SELECT 'it''s', %s, %s, %s", ("o'\\%", b"\\'\0", None)) == (("it's", "o'\\%", binary("\\'\0"), None),)


def streaming():
    connection = connect()
    with connection.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute('SELECT n, half FROM series')
        assert sum(row[0] for row in cursor) == 120000 * 119999 // 2
    with connection.cursor(pymysql.cursors.SSDictCursor) as cursor:
        cursor.execute('SELECT * FROM series ORDER BY n LIMIT 50000')
        assert cursor.fetchone() == {'n': 0, 'name': 'row 0', 'half': 0.0}
        assert len(cursor.fetchmany(10)) == 10
    assert len(rows(connection, 'SELECT * FROM series')) == 120000
    lost = connect()
    cursor = lost.cursor(pymysql.cursors.SSCursor)
    cursor.execute('SELECT a.n FROM series a JOIN series b ON a.n < b.n')
    cursor.fetchone()
    lost._force_close()
    # Else the cursor complains of the lost connection when it is collected.
    cursor._result.unbuffered_active = False
    while rows(connection, 'SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %s', (lost.thread_id(),))[0][0]:
        time.sleep(0.01)


def transactions():
    one, two = connect(), connect()
    rows(one, 'CREATE TABLE py_txn (id INT PRIMARY KEY, v INT NOT NULL)')
    with one.cursor() as cursor:
        assert cursor.executemany('INSERT INTO py_txn VALUES (%s, %s)', [(1, 10), (2, 20)]) == 2
    assert rows(two, 'SELECT COUNT(*) FROM py_txn') == ((0,),)
    one.commit()
    two.commit()
    assert rows(two, 'SELECT COUNT(*) FROM py_txn') == ((2,),)
    with one.cursor() as cursor:
        assert cursor.execute('UPDATE py_txn SET v = v + 1 WHERE id <= 2') == 2
        assert cursor.execute('DELETE FROM py_txn WHERE id = 2') == 1
    one.rollback()
    assert rows(one, 'SELECT * FROM py_txn ORDER BY id') == ((1, 10), (2, 20))
    one.rollback()
    # Both read, both write the same row: the second loses.
    rows(one, 'SELECT * FROM py_txn')
    rows(two, 'SELECT * FROM py_txn')
    rows(one, 'UPDATE py_txn SET v = 1 WHERE id = 1')
    one.commit()
    two_lost = False
    try:
        rows(two, 'UPDATE py_txn SET v = 2 WHERE id = 1')
        two.commit()
    except pymysql.err.OperationalError as error:
        two_lost = error.args[0] == ER.LOCK_DEADLOCK
    assert two_lost or rows(two, 'SELECT v FROM py_txn WHERE id = 1') == ((2,),)
    assert two_lost


def errors():
    connection = connect()
    assert isinstance(fails(1064, connection, 'SELEC 1'), pymysql.err.ProgrammingError)
    assert isinstance(fails(1146, connection, 'SELECT * FROM nope'), pymysql.err.ProgrammingError)
    assert isinstance(fails(1054, connection, 'SELECT nope FROM series'), pymysql.err.OperationalError)
    duplicate = fails(1062, connection, "INSERT INTO series VALUES (1, 'a', 1)")
    assert isinstance(duplicate, pymysql.err.IntegrityError), duplicate
    assert "Duplicate entry '1' for key 'series.PRIMARY'" in duplicate.args[1], duplicate
    assert isinstance(fails(1048, connection, 'INSERT INTO series VALUES (-1, NULL, 1)'), pymysql.err.IntegrityError)
    assert isinstance(fails(1406, connection, "INSERT INTO series VALUES (-1, REPEAT('a', 41), 1)"), pymysql.err.DataError)
    rows(connection, 'SELECT 1 / 0')
    assert connection.show_warnings()[0][:2] == ('Warning', 1365)
    several = connect(client_flag=CLIENT.MULTI_STATEMENTS)
    with several.cursor() as cursor:
        cursor.execute("SELECT 1; SELECT 'a;b'; SET @x = 3; SELECT @x")
        seen = [tuple(cursor.fetchall())]
        while cursor.nextset():
            seen.append(tuple(cursor.fetchall()))
    assert seen == [((1,),), (('a;b',),), (), ((3,),)], seen


def cancel():
    worker, killer = connect(), connect(autocommit=True)
    raised = []

    def work():
        try:
            rows(worker, 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()')
        except pymysql.MySQLError as error:
            raised.append(error.args[0])

    thread = threading.Thread(target=work)
    thread.start()
    busy = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %s AND COMMAND = 'Query'"
    while not rows(killer, busy, (worker.thread_id(),))[0][0]:
        time.sleep(0.01)
    rows(killer, f'KILL QUERY {worker.thread_id()}')
    thread.join()
    assert raised == [1317], raised
    assert rows(worker, 'SELECT 1') == ((1,),)
    # COM_PROCESS_KILL: a command of the protocol, no statement.
    killer.kill(worker.thread_id())
    try:
        rows(worker, 'SELECT 1')
    except pymysql.MySQLError as error:
        assert error.args[0] in (1053, 2006, 2013), error.args
    worker.ping(reconnect=True)
    assert rows(worker, 'SELECT 1') == ((1,),)


def local_infile():
    import os
    import tempfile
    connection = connect(local_infile=True, autocommit=True)
    rows(connection, 'CREATE TABLE py_load (a INT PRIMARY KEY, b VARCHAR(20))')
    with tempfile.NamedTemporaryFile('w', suffix='.tsv', delete=False) as file:
        file.write(''.join(f'{n}\tname {n}\n' for n in range(30000)))
    with connection.cursor() as cursor:
        assert cursor.execute(f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE py_load") == 30000
    os.unlink(file.name)
    assert rows(connection, 'SELECT COUNT(*), MAX(b) FROM py_load') == ((30000, 'name 9999'),)
    fails(1017, connection, "LOAD DATA LOCAL INFILE '/nowhere/x' INTO TABLE py_load")
    assert rows(connection, 'SELECT COUNT(*) FROM py_load') == ((30000,),)


def metadata():
    connection = connect()
    assert ('series',) in rows(connection, 'SHOW TABLES')
    assert ('series', 'BASE TABLE') in rows(connection, 'SHOW FULL TABLES FROM clients')
    assert rows(connection, 'DESCRIBE series')[0][:4] == ('n', 'int', 'NO', 'PRI')
    assert rows(connection, 'SHOW CREATE TABLE series')[0][1].startswith('CREATE TABLE `series` (\n  `n` int NOT NULL,')
    assert rows(connection, 'SHOW INDEX FROM series')[0][2:5] == ('PRIMARY', 1, 'n')
    columns = rows(connection, "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'clients'"
                   " AND TABLE_NAME = 'series' ORDER BY ORDINAL_POSITION")
    assert columns == (('n', 'int'), ('name', 'varchar'), ('half', 'double'))


for step in (logins, types, streaming, transactions, errors, cancel, local_infile, metadata):
    step()
    print('ok', step.__name__)
