"""The checklist for a driver of Python's DB-API: python dbapi_client.py DRIVER PORT ITEMS."""
import asyncio
import datetime
import decimal
import importlib
import os
import resource
import sys
import threading
import time
import traceback

name, port, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3].split(',')
password = 'sécret'
mark = '?' if name == 'pyodbc' else '%s'


class Unavailable(Exception):
    """The driver does not have it."""


def check(condition, what=''):
    if not condition:
        raise AssertionError(what)


class Waiting:
    """A driver of asyncio as the others are."""

    def __init__(self, connection, driver):
        self.connection, self.driver = connection, driver

    def cursor(self, stream=False):
        return WaitingCursor(self, stream)

    def thread_id(self):
        return self.connection.thread_id()

    def __getattr__(self, called):
        def call(*arguments, **options):
            done = getattr(self.connection, called)(*arguments, **options)
            return wait(awaited(done)) if hasattr(done, '__await__') else done
        return call


loops = threading.local()


async def awaited(something):
    return await something


def wait(coroutine):
    if not hasattr(loops, 'loop'):
        loops.loop = asyncio.new_event_loop()
    return loops.loop.run_until_complete(coroutine)


class WaitingCursor:
    def __init__(self, waiting, stream):
        kind = waiting.driver.cursors.SSCursor if stream else waiting.driver.cursors.Cursor
        made = waiting.connection.cursor(kind)
        self.cursor = wait(awaited(made)) if hasattr(made, '__await__') else made

    def execute(self, sql, arguments=None):
        return wait(self.cursor.execute(sql, arguments))

    def executemany(self, sql, arguments):
        return wait(self.cursor.executemany(sql, arguments))

    def fetchall(self):
        return wait(self.cursor.fetchall())

    def fetchmany(self, count):
        return wait(self.cursor.fetchmany(count))

    def close(self):
        return wait(self.cursor.close())

    @property
    def description(self):
        return self.cursor.description

    @property
    def rowcount(self):
        return self.cursor.rowcount


def connect(user='root', secret='', tls=False, database='clients', **more):
    if name == 'pymysql':
        import pymysql
        transport = {'ssl': {'check_hostname': False}} if tls else {'ssl_disabled': True}
        return pymysql.connect(host='127.0.0.1', port=port, user=user, password=secret.encode(), database=database, charset='utf8mb4',
                               autocommit=True, **transport, **more)
    if name == 'mysqlclient':
        import MySQLdb
        mode = {'ssl': {'ca': None}, 'ssl_mode': 'REQUIRED'} if tls else {}
        return MySQLdb.connect(host='127.0.0.1', port=port, user=user, password=secret, database=database, charset='utf8mb4',
                               autocommit=True, **mode, **more)
    if name == 'connector':
        import mysql.connector
        # In the clear the password goes by RSA only when its key may be asked for.
        transport = {} if tls else {'ssl_disabled': True}
        return mysql.connector.connect(host='127.0.0.1', port=port, user=user, password=secret, database=database, autocommit=True,
                                       use_pure=True, **transport, **more)
    if name in ('aiomysql', 'asyncmy'):
        import ssl
        driver = importlib.import_module(name)
        importlib.import_module(f'{name}.cursors')
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # The drivers write a password as Latin-1.
        made = driver.connect(host='127.0.0.1', port=port, user=user, password=secret.encode().decode('latin1'), db=database, charset='utf8mb4', autocommit=True,
                              ssl=context if tls else None, **more)
        return Waiting(wait(awaited(made)), driver)
    if name == 'pyodbc':
        import pyodbc
        transport = 'SSLVERIFY=0;FORCETLS=1' if tls else 'SSLVERIFY=0'
        return pyodbc.connect(f'DRIVER=MariaDB Unicode;SERVER=127.0.0.1;PORT={port};UID={user};PWD={secret};DATABASE={database};{transport}',
                              autocommit=True, **more)
    raise AssertionError(name)


def rows(connection, sql, arguments=None):
    cursor = connection.cursor()
    if arguments is None:
        cursor.execute(sql)
    else:
        cursor.execute(sql, arguments)
    found = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
    cursor.close()
    return found


def number_of(error):
    """MySQL's number and the SQLSTATE; the latter empty where the driver keeps it to itself."""
    if name == 'pyodbc':
        state, text = error.args[0], error.args[1]
        # The number stands after the last word of the message, in parentheses, before the name of the function.
        found = [part for part in text.split('(') if part.split(')')[0].isdigit()]
        return (int(found[-1].split(')')[0]) if found else 0), state
    return (getattr(error, 'errno', None) or error.args[0]), getattr(error, 'sqlstate', None) or ''


def fails(connection, sql, arguments=None):
    try:
        rows(connection, sql, arguments)
    except Exception as error:
        return number_of(error)
    raise AssertionError(f'{sql} did not fail')


def thread_id(connection):
    return rows(connection, 'SELECT CONNECTION_ID()')[0][0]


# The ODBC driver has no name for MySQL's type JSON, and so no value; Python's ODBC has no times beyond a day.
every_column = '*'
if name == 'pyodbc':
    every_column = ('id, flag, ti, tu, si, su, mi, mu, i, iu, bi, bu, f, d, money, bits, ch, vc, tt, tx, mt, lt, bn, vb, tb, bl, mb, lb, en,'
                    ' st, da, dt, dt6, ts, ts6, yr')


def show(value):
    if isinstance(value, set):
        value = sorted(value)
    if isinstance(value, (bytearray, memoryview)):
        value = bytes(value)
    return f'{type(value).__name__} {value!r}'


def print_rows(found, columns):
    for row in found:
        for column, value in zip(columns, row):
            print(f'{row[0]}.{column} {show(value)}')


def login(user, tls):
    more = {}
    if name == 'connector' and user == 'nat':
        more['auth_plugin'] = 'mysql_native_password'
    return connect(user, password, tls, **more)


def connecting():
    for tls in (False, True):
        for user in ('nat', 'sha'):
            connection = login(user, tls)
            check(rows(connection, 'SELECT CURRENT_USER(), DATABASE()') == [(f'{user}@%', 'clients')], user)
            cipher = rows(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'")[0][1]
            print(f'{user} tls={tls} {cipher}')
            check(bool(cipher) == tls, cipher)
            connection.close()
            try:
                connect(user, 'wrong', tls)
            except Exception as error:
                check(number_of(error)[0] == 1045, error)
            else:
                raise AssertionError('a wrong password was accepted')
    try:
        connect(database='nope')
    except Exception as error:
        check(number_of(error)[0] == 1049, error)
    else:
        raise AssertionError('a database that is not there was taken')


def text():
    if name == 'pyodbc':
        raise Unavailable('pyodbc prepares everything that has parameters; see binary')
    connection = connect()
    cursor = connection.cursor()
    cursor.execute('SELECT * FROM every_type ORDER BY id')
    print_rows(cursor.fetchall(), [column[0] for column in cursor.description])


def prepared_cursor(connection):
    if name == 'pyodbc':
        return connection.cursor()
    if name == 'connector':
        return connection.cursor(prepared=True)
    raise Unavailable('the driver writes parameters into the text')


def binary():
    connection = connect()
    cursor = prepared_cursor(connection)
    cursor.execute(f'SELECT {every_column} FROM every_type WHERE id < {mark} ORDER BY id', (10,))
    found = cursor.fetchall()
    print_rows(found, [column[0] for column in cursor.description])
    check(len(found) == 4 and not any(tuple(found[3])[1:]), 'NULLs')


def parameters():
    connection = connect()
    rows(connection, 'DROP TABLE IF EXISTS bound')
    rows(connection, 'CREATE TABLE bound LIKE every_type')
    original = rows(connection, f'SELECT {every_column} FROM every_type ORDER BY id')
    target = 'bound' if every_column == '*' else f'bound ({every_column})'
    marks = ', '.join([mark] * len(original[0]))
    cursor = connection.cursor()
    for row in original:
        # ODBC reads the largest integers without a sign as those with one.
        if name == 'pyodbc' and row[0] == 3:
            continue
        # PyMySQL and its kin write negative times wrongly, as MySQLdb does.
        values = [abs(value) if isinstance(value, datetime.timedelta) else value for value in row]
        if name == 'aiomysql':
            # It cannot write bytes with the PyMySQL of today.
            values = [value.decode('latin1') if isinstance(value, bytes) and value.isascii() else None if isinstance(value, bytes) else value
                      for value in values]
        if name == 'connector':
            values = [','.join(sorted(value)) if isinstance(value, set) else value for value in values]
        cursor.execute(f'INSERT INTO {target} VALUES ({marks})', tuple(values))
    print_rows(rows(connection, f'SELECT {every_column} FROM bound ORDER BY id'), [f'c{index}' for index in range(38)])
    given = [7, -7, 2 ** 63 - 1, 0.5, "o'\\\"%ü€😀", b"\0\xff'\\", decimal.Decimal('-12.125'), datetime.date(2021, 6, 23),
             datetime.datetime(2021, 6, 23, 1, 2, 3, 7), datetime.time(1, 2, 3), True, None, 'x' * 100_000]
    for value in given if name != 'aiomysql' else [value for value in given if not isinstance(value, bytes)]:
        # ODBC asks the server for the type of a parameter that is NULL.
        shape = f'HEX({mark})' if isinstance(value, bytes) else f'{mark}'
        cursor.execute(f'SELECT {shape}, HEX({mark})', (value, value))
        print(f'parameter {show(value)[:60]} ->', ' '.join(show(each)[:60] for each in cursor.fetchall()[0]))
    cursor.execute(f'SELECT n FROM series WHERE n IN ({mark}, {mark}) AND name LIKE {mark} AND half < {mark} ORDER BY n LIMIT {mark}',
                   (3, '5', 'row%', 2.0, 10))
    print('filtered', [tuple(row) for row in cursor.fetchall()])
    rows(connection, 'DELETE FROM counted')
    cursor.executemany(f'INSERT INTO counted (s) VALUES ({mark})', [(f'row {number}',) for number in range(500)])
    print('many', rows(connection, 'SELECT COUNT(*), COUNT(DISTINCT s) FROM counted'))


def stream():
    more = {}
    if name == 'mysqlclient':
        import MySQLdb.cursors
        connection = connect(cursorclass=MySQLdb.cursors.SSCursor)
        cursor = connection.cursor()
    elif name == 'pymysql':
        import pymysql.cursors
        connection = connect()
        cursor = connection.cursor(pymysql.cursors.SSCursor)
    elif name in ('aiomysql', 'asyncmy'):
        connection = connect()
        cursor = connection.cursor(stream=True)
    elif name == 'pyodbc':
        raise Unavailable('before 3.1.17 the ODBC driver reads every result whole')
    else:
        connection = connect(**more)
        cursor = connection.cursor()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cursor.execute('SELECT n, name, half, filler FROM million')
    total = count = 0
    while True:
        part = cursor.fetchmany(1000)
        if not part:
            break
        total += sum(row[0] for row in part)
        count += len(part)
    check((count, total) == (1_000_000, 1_000_000 * 999_999 // 2), (count, total))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    check(grown < 64 * 1024, f'the client grew by {grown} KiB')
    cursor.close()
    check(rows(connect(), 'SELECT 1') == [(1,)])


def transactions():
    one, two = connect(), connect()
    rows(one, 'DROP TABLE IF EXISTS txn')
    rows(one, 'CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)')
    rows(one, 'INSERT INTO txn VALUES (1, 10), (2, 20)')
    set_autocommit(one, False)
    rows(one, 'UPDATE txn SET v = 11 WHERE id = 1')
    check(rows(two, 'SELECT v FROM txn WHERE id = 1') == [(10,)], 'a dirty read')
    one.rollback()
    check(rows(one, 'SELECT v FROM txn WHERE id = 1') == [(10,)], 'rollback')
    rows(one, 'UPDATE txn SET v = 12 WHERE id = 1')
    rows(one, 'SAVEPOINT here')
    rows(one, 'DELETE FROM txn')
    check(rows(one, 'SELECT COUNT(*) FROM txn') == [(0,)])
    rows(one, 'ROLLBACK TO SAVEPOINT here')
    one.commit()
    check(rows(two, 'SELECT v FROM txn ORDER BY id') == [(12,), (20,)], 'commit and savepoint')
    rows(one, 'SELECT * FROM txn')
    rows(two, 'UPDATE txn SET v = 0 WHERE id = 1')
    check(rows(one, 'SELECT v FROM txn WHERE id = 1') == [(12,)], 'not repeatable')
    try:
        rows(one, 'UPDATE txn SET v = 1 WHERE id = 1')
        one.commit()
    except Exception as error:
        check(number_of(error)[0] == 1213 and number_of(error)[1] in ('40001', ''), error)
    else:
        raise AssertionError('a lost conflict was committed')
    one.rollback()
    for level in ('READ COMMITTED', 'SERIALIZABLE', 'REPEATABLE READ'):
        rows(one, f'SET SESSION TRANSACTION ISOLATION LEVEL {level}')
        check(rows(one, 'SELECT @@transaction_isolation') == [(level.replace(' ', '-'),)], level)


def set_autocommit(connection, on):
    if name in ('pyodbc',) or name == 'connector':
        connection.autocommit = on
    else:
        connection.autocommit(on)


def errors():
    connection = connect()
    with open(os.path.join(os.environ['CHECKLIST'], 'errors.tsv'), encoding='utf-8') as file:
        for line in file:
            number, state, sql = line.rstrip('\n').split('\t')
            found = fails(connection, sql)
            print(found, sql)
            check(found[0] == int(number), (found, line))
            # ODBC has states of its own.
            check(name == 'pyodbc' or found[1] in ('', state), (found, line))
    check(rows(connection, 'SELECT 1') == [(1,)])


statements = (
    'SHOW FULL TABLES', 'SHOW FULL COLUMNS FROM plain', 'SHOW COLUMNS FROM keyed', 'SHOW INDEX FROM keyed',
    "SELECT COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH,"
    " NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, COLUMN_TYPE, COLUMN_KEY, EXTRA FROM information_schema.COLUMNS"
    " WHERE TABLE_SCHEMA = 'clients' AND TABLE_NAME IN ('plain', 'keyed', 'counted') ORDER BY TABLE_NAME, ORDINAL_POSITION",
    "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'clients'"
    " AND TABLE_NAME IN ('plain', 'keyed', 'seen') ORDER BY 1",
    "SELECT INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'clients'"
    " AND TABLE_NAME = 'keyed' ORDER BY 1, 2",
    "SELECT CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = 'clients'"
    " AND TABLE_NAME = 'keyed' ORDER BY 1, 3",
)


def metadata():
    connection = connect()
    rows(connection, 'DROP TABLE IF EXISTS bound, txn')
    cursor = connection.cursor()
    for sql in ('SELECT * FROM plain', 'SELECT n, name AS label, 1.5, NULL FROM series LIMIT 0', 'SELECT * FROM seen'):
        cursor.execute(sql)
        for column in cursor.description:
            print('description', *(getattr(each, '__name__', each) for each in tuple(column)[:7]))
        cursor.fetchall()
    if name == 'pyodbc':
        catalog_functions(cursor)
    for sql in statements:
        found = rows(connection, sql)
        for row in sorted(found, key=repr) if 'TABLES' in sql else found:
            print(sql[:40], *map(show, row))
        check(found, sql)


def catalog_functions(cursor):
    calls = {
        'tables': lambda: cursor.tables(catalog='clients'),
        'tables of a kind': lambda: cursor.tables(catalog='clients', tableType='VIEW'),
        'catalogs': lambda: cursor.tables(catalog='%', schema='', table=''),
        'columns': lambda: cursor.columns(table='plain', catalog='clients'),
        'columns of keyed': lambda: cursor.columns(table='keyed', catalog='clients'),
        'columns like': lambda: cursor.columns(table='keyed', catalog='clients', column='c%'),
        'primaryKeys': lambda: cursor.primaryKeys('keyed', catalog='clients'),
        'foreignKeys': lambda: cursor.foreignKeys('keyed', catalog='clients'),
        'statistics': lambda: cursor.statistics('keyed', catalog='clients'),
        'unique statistics': lambda: cursor.statistics('keyed', catalog='clients', unique=True),
        'rowIdColumns': lambda: cursor.rowIdColumns('keyed', catalog='clients'),
        'rowVerColumns': lambda: cursor.rowVerColumns('keyed', catalog='clients'),
        'procedures': lambda: cursor.procedures(catalog='clients'),
        'procedureColumns': lambda: cursor.procedureColumns('%', catalog='clients'),
        'getTypeInfo': lambda: cursor.getTypeInfo(),
    }
    for called, call in calls.items():
        try:
            found = call().fetchall()
        except Exception as error:
            raise AssertionError(f'{called}: {error}') from error
        print(called, [column[0] for column in cursor.description])
        if 'statistics' in called:
            # The cardinality is each server's estimate.
            found = [tuple(row)[:10] for row in found]
        for row in found:
            if called != 'catalogs' or row[0] == 'clients':
                print(called, *map(show, row))


endless = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()'


def cancel():
    worker, killer = connect(), connect()
    cursor = worker.cursor()
    own = thread_id(worker)
    raised = []

    def work():
        try:
            cursor.execute(endless)
            cursor.fetchall()
        except Exception as error:
            raised.append(number_of(error))

    thread = threading.Thread(target=work)
    if name in ('aiomysql', 'asyncmy'):
        thread.run = lambda: in_own_loop(raised)
    thread.start()
    busy = f"SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()"
    while not (found := rows(killer, busy)):
        time.sleep(0.01)
    if name == 'pyodbc':
        cursor.cancel()
    else:
        rows(killer, f'KILL QUERY {found[0][0]}')
    thread.join()
    check(raised and raised[0][0] in (1317, 0), raised)
    while rows(killer, busy):
        time.sleep(0.01)
    if name not in ('aiomysql', 'asyncmy'):
        check(rows(worker, 'SELECT 1') == [(1,)] and thread_id(worker) == own, 'the connection was lost')


def in_own_loop(raised):
    try:
        rows(connect(), endless)
    except Exception as error:
        raised.append(number_of(error))


def timeout():
    connection = connect()
    rows(connection, 'SET SESSION max_execution_time = 200')
    check(fails(connection, endless)[0] == 3024)
    rows(connection, 'SET SESSION max_execution_time = 0')
    check(fails(connection, endless.replace('SELECT', 'SELECT /*+ MAX_EXECUTION_TIME(200) */', 1))[0] == 3024)
    check(rows(connection, 'SELECT 1') == [(1,)])
    watcher = connect()
    if name in ('pymysql', 'mysqlclient', 'connector'):
        lost = connect(read_timeout=1)
    else:
        # The ODBC driver knows timeouts of MariaDB's servers alone, and sends others nothing.
        return
    check(fails(lost, endless)[0] in (2013, 2006, 3024, 1317, 0, 2055, 3024, 1969), 'no timeout')
    busy = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()"
    # What the client no longer waits for ends when its connection does.
    lost.close()
    while rows(watcher, busy)[0][0]:
        time.sleep(0.01)


def reconnect():
    connection, killer = connect(), connect()
    rows(killer, f'KILL {thread_id(connection)}')
    found = fails(connection, 'SELECT 1')
    print(found)
    if name in ('pymysql', 'aiomysql'):
        # mysqlclient's reconnecting ping is gone from MariaDB's library.
        if name == 'aiomysql' or name == 'pymysql':
            connection.ping(reconnect=True)
        else:
            connection.reconnect()
        check(rows(connection, 'SELECT 1') == [(1,)])
    print('@restart', flush=True)
    sys.stdin.readline()
    fails(killer, 'SELECT 1')
    again = connect()
    check(rows(again, 'SELECT COUNT(*) FROM series') == [(120_000,)])


def pool():
    if name == 'connector':
        import mysql.connector.pooling
        pooled = mysql.connector.pooling.MySQLConnectionPool(pool_name='p', pool_size=3, host='127.0.0.1', port=port, user='root',
                                                             database='clients', ssl_disabled=True, use_pure=True)
        for number in range(20):
            connection = pooled.get_connection()
            rows(connection, f'SET @left = {number}')
            # What a session left behind is gone when it is handed out again.
            connection.close()
            connection = pooled.get_connection()
            check(rows(connection, 'SELECT @left, DATABASE()') == [(None, 'clients')], number)
            connection.close()
        return
    if name in ('aiomysql', 'asyncmy'):
        driver = importlib.import_module(name)

        async def use():
            pooled = await driver.create_pool(host='127.0.0.1', port=port, user='root', db='clients', minsize=1, maxsize=3)

            async def one(number):
                async with pooled.acquire() as connection, connection.cursor() as cursor:
                    await cursor.execute('SELECT %s', (number,))
                    return (await cursor.fetchone())[0]
            found = await asyncio.gather(*(one(number) for number in range(20)))
            pooled.close()
            await pooled.wait_closed()
            return found
        check(wait(use()) == list(range(20)))
        return
    import sqlalchemy
    engine = sqlalchemy.create_engine('mysql://', creator=connect, pool_size=3, max_overflow=2, pool_pre_ping=True,
                                      **({'module': __import__('pymysql')} if name == 'pymysql' else {})) if name != 'pyodbc' else None
    if engine is None:
        raise Unavailable('the driver manager pools by itself')
    answers, threads = [], []

    def use(number):
        with engine.connect() as connection:
            answers.append(connection.execute(sqlalchemy.text(f'SELECT {number} FROM series WHERE n = 1')).scalar())
    for number in range(20):
        threads.append(threading.Thread(target=use, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    check(sorted(answers) == list(range(20)), answers)
    with engine.connect() as connection:
        victim = connection.execute(sqlalchemy.text('SELECT CONNECTION_ID()')).scalar()
    killer = connect()
    rows(killer, f'KILL {victim}')
    with engine.connect() as connection:
        check(connection.execute(sqlalchemy.text('SELECT 1')).scalar() == 1, 'pre-ping')


steps = dict(connect=connecting, text=text, binary=binary, parameters=parameters, stream=stream, transactions=transactions,
             errors=errors, metadata=metadata, cancel=cancel, timeout=timeout, reconnect=reconnect, pool=pool)
for item in wanted:
    print(f'## {item}')
    try:
        steps[item]()
        print('ok', flush=True)
    except Unavailable as reason:
        print('none', reason, flush=True)
    except Exception:
        print('failed', traceback.format_exc().replace('\n', ' | '), flush=True)
os._exit(0)
