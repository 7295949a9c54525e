"""mysql-connector-python, without its C extension: python connector_client.py PORT [tls]."""
import datetime
import decimal
import sys

import mysql.connector
from mysql.connector import errorcode

port = int(sys.argv[1])
tls = {} if 'tls' in sys.argv else {'ssl_disabled': True}
options = dict(host='127.0.0.1', port=port, use_pure=True, database='clients', **tls)

for plugin in ('caching_sha2_password', 'mysql_native_password'):
    ann = mysql.connector.connect(user='ann', password='sécret', auth_plugin=plugin, **options)
    assert ann.is_connected()
    ann.close()
connection = mysql.connector.connect(user='root', **options)
assert connection.autocommit is False
cursor = connection.cursor()
cursor.execute('SELECT * FROM every_type ORDER BY id')
text = cursor.fetchall()
prepared = connection.cursor(prepared=True)
prepared.execute('SELECT * FROM every_type WHERE id <= %s ORDER BY id', (10,))
binary = prepared.fetchall()
assert len(text) == len(binary) == 4
assert text[0][14] == binary[0][14] == decimal.Decimal('12.5')
# The driver loses the sign of a binary TIME.
assert text[0][31:36] == (datetime.date(2021, 6, 23), -datetime.timedelta(hours=1, minutes=2, seconds=3.5),
                            datetime.datetime(2021, 6, 23, 1, 2, 3), datetime.datetime(2021, 6, 23, 1, 2, 3, 7),
                            datetime.datetime(2021, 6, 23, 1, 2, 3))
assert text[0][33:36] == binary[0][33:36] and text[0][31] == binary[0][31]
assert binary[2][10:12] == (2 ** 63 - 1, 2 ** 64 - 1) and binary[3][1:] == (None,) * 37
cursor.execute('CREATE TABLE connector_rows (a INT PRIMARY KEY, b TEXT, c DATETIME(6), d DECIMAL(10,2), e DOUBLE, f BLOB)')
for row in ((1, 'ü', datetime.datetime(2021, 1, 1, 2, 3, 4, 5), decimal.Decimal('1.25'), 0.5, b'\0\xff'), (2,) + (None,) * 5):
    prepared.execute('INSERT INTO connector_rows VALUES (%s, %s, %s, %s, %s, %s)', row)
    prepared.execute('SELECT * FROM connector_rows WHERE a = %s', (row[0],))
    assert [tuple(found) for found in prepared.fetchall()] == [row], row
prepared.executemany('INSERT INTO connector_rows (a) VALUES (%s)', [(n,) for n in range(10, 1010)])
connection.rollback()
cursor.execute('SELECT COUNT(*) FROM connector_rows')
assert cursor.fetchall() == [(0,)]
try:
    cursor.execute('SELECT * FROM nope')
except mysql.connector.errors.ProgrammingError as error:
    assert error.errno == errorcode.ER_NO_SUCH_TABLE
else:
    raise AssertionError('a table that is not there was read')
assert connection.cmd_statistics()['Uptime'] >= 0
cursor.execute('SET @a = 1')
connection.reset_session()
connection.cmd_change_user('ann', 'sécret', 'clients')
cursor = connection.cursor()
cursor.execute('SELECT @a, CURRENT_USER()')
assert cursor.fetchall() == [(None, 'ann@%')]
cursor.execute('SELECT n FROM series')
assert sum(row[0] for row in cursor) == 120000 * 119999 // 2
print('ok')
