"""Apache Superset without a browser: its server, and through its REST API a database, a dataset, charts and their
data, SQL Lab. Arguments: port of the gateway, folder for Superset's home, optionally a picture to write."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

gateway, home = int(sys.argv[1]), pathlib.Path(sys.argv[2])
binaries = pathlib.Path(sys.executable).parent
home.mkdir(parents=True, exist_ok=True)
(home / 'superset_config.py').write_text(
    # Superset asks mysqlclient's module for the names of types, whatever driver it uses.
    'import pymysql\npymysql.install_as_MySQLdb()\n'
    "SECRET_KEY = 'for tests alone, for tests alone'\n"
    'WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\nPREVENT_UNSAFE_DB_CONNECTIONS = False\n'
)
environment = {
    **os.environ,
    'SUPERSET_HOME': str(home),
    'SUPERSET_CONFIG_PATH': str(home / 'superset_config.py'),
    'FLASK_APP': 'superset',
}


def superset(*arguments):
    subprocess.run([binaries / 'superset', *arguments], env=environment, check=True, capture_output=True)


# Made once; every run begins with a copy of it.
if not (home / 'ready.db').exists():
    superset('db', 'upgrade')
    superset('fab', 'create-admin', '--username', 'admin', '--firstname', 'A', '--lastname', 'B',
             '--email', 'a@example.org', '--password', 'admin')
    superset('init')
    shutil.copy(home / 'superset.db', home / 'ready.db')
shutil.copy(home / 'ready.db', home / 'superset.db')

with socket.socket() as probe:
    probe.bind(('127.0.0.1', 0))
    port = probe.getsockname()[1]
token = None


def start():
    log = open(home / 'server.log', 'a')
    command = [binaries / 'superset', 'run', '--port', str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=log)
    for _ in range(240):
        try:
            urllib.request.urlopen(f'http://127.0.0.1:{port}/health')
            break
        except OSError:
            time.sleep(0.5)
    return process


server = start()


def call(method, path, body=None):
    request = urllib.request.Request(f'http://127.0.0.1:{port}{path}', method=method)
    request.add_header('Content-Type', 'application/json')
    if token is not None:
        request.add_header('Authorization', f'Bearer {token}')
    try:
        with urllib.request.urlopen(request, None if body is None else json.dumps(body).encode()) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        raise RuntimeError(f'{method} {path}: {error.code} {error.read().decode()[:2000]}') from error


def metric(column, aggregate):
    return {'expressionType': 'SIMPLE', 'column': {'column_name': column}, 'aggregate': aggregate,
            'label': f'{aggregate}({column})'}


try:
    token = call('POST', '/api/v1/security/login',
                 {'username': 'admin', 'password': 'admin', 'provider': 'db'})['access_token']
    uri = f'mysql+pymysql://root@127.0.0.1:{gateway}/clients'
    name = f'gateway {time.time()}'
    call('POST', '/api/v1/database/test_connection/', {'sqlalchemy_uri': uri, 'database_name': name})
    database = call('POST', '/api/v1/database/', {'sqlalchemy_uri': uri, 'database_name': name})['id']
    schemas = call('GET', f'/api/v1/database/{database}/schemas/')['result']
    assert 'clients' in schemas, schemas
    tables = call('GET', f'/api/v1/database/{database}/tables/?q=(schema_name:clients)')['result']
    assert {'every_type', 'sales'} <= {each['value'] for each in tables}, tables

    dataset = call('POST', '/api/v1/dataset/', {'database': database, 'schema': 'clients', 'table_name': 'sales'})['id']
    columns = {each['column_name']: each for each in call('GET', f'/api/v1/dataset/{dataset}')['result']['columns']}
    assert columns['at']['is_dttm'] and columns['at']['type'].startswith('DATETIME'), columns['at']
    assert columns['amount']['type'] == 'DECIMAL(10, 2)', columns['amount']
    # A dataset of every type: its columns are read and its rows come through.
    every = call('POST', '/api/v1/dataset/', {'database': database, 'schema': 'clients', 'table_name': 'every_type'})['id']

    def data(source, **query):
        body = {'datasource': {'id': source, 'type': 'table'}, 'force': True, 'result_format': 'json',
                'result_type': 'full', 'queries': [{'row_limit': 1000, **query}]}
        result = call('POST', '/api/v1/chart/data', body)['result'][0]
        assert result['error'] is None and result['status'] == 'success', result
        return result

    # Superset makes signed 64-bit numbers of integers, so the unsigned ones of its charts end at 2^63.
    names = [each['column_name'] for each in call('GET', f'/api/v1/dataset/{every}')['result']['columns']
             if not each['type'].startswith(('BIGINT', 'BIT'))]
    assert data(every, columns=names)['rowcount'] == 4

    by_city = data(dataset, columns=['city'], metrics=[metric('amount', 'SUM'), metric('id', 'COUNT_DISTINCT')],
                   orderby=[[metric('amount', 'SUM'), False]])
    rows = [(row['city'], float(row['SUM(amount)']), row['COUNT_DISTINCT(id)']) for row in by_city['data']]
    assert rows == [('Bern', 30.75, 2), ('Élancourt', 5.0, 1)], rows
    expected = {'PT1M': 3, 'PT1H': 3, 'P1D': 3, 'P1W': 3, 'P1M': 3, 'P3M': 2, 'P1Y': 1}
    for grain, count in expected.items():
        result = data(dataset, granularity='at', is_timeseries=True, metrics=[metric('amount', 'SUM')],
                      extras={'time_grain_sqla': grain}, time_range='2026-01-01 : 2027-01-01',
                      columns=[{'timeGrain': grain, 'columnType': 'BASE_AXIS', 'sqlExpression': 'at', 'label': 'at',
                                'expressionType': 'SQL'}])
        assert result['rowcount'] == count, (grain, result['data'], result['query'])
    filtered = data(dataset, columns=['id'], filters=[{'col': 'city', 'op': 'ILIKE', 'val': '%ber%'},
                                                     {'col': 'amount', 'op': '>', 'val': 1}])
    assert filtered['rowcount'] == 2, filtered

    parameters = {'datasource': f'{dataset}__table', 'viz_type': 'echarts_timeseries_bar', 'x_axis': 'at',
                  'time_grain_sqla': 'P1M', 'metrics': [metric('amount', 'SUM')], 'groupby': ['city'],
                  'row_limit': 1000, 'show_legend': True, 'truncate_metric': True, 'time_range': 'No filter'}
    chart = call('POST', '/api/v1/chart/', {'slice_name': 'Sales', 'viz_type': 'echarts_timeseries_bar',
                                            'datasource_id': dataset, 'datasource_type': 'table',
                                            'params': json.dumps(parameters)})['id']
    assert call('GET', f'/api/v1/chart/{chart}')['result']['slice_name'] == 'Sales'

    lab = call('POST', '/api/v1/sqllab/execute/', {
        'database_id': database, 'schema': 'clients', 'runAsync': False, 'queryLimit': 100,
        'sql': 'SELECT city, SUM(amount) AS total FROM sales GROUP BY city ORDER BY total DESC'})
    assert [row['city'] for row in lab['data']] == ['Bern', 'Élancourt'], lab['data']

    if len(sys.argv) > 3:
        # A browser without a login may look now.
        server.terminate()
        server.wait()
        with open(home / 'superset_config.py', 'a') as settings:
            settings.write("AUTH_ROLE_PUBLIC = 'Admin'\n")
        server = start()
        subprocess.run(['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--window-size=1400,900',
                        f'--user-data-dir={home / "chromium"}', '--virtual-time-budget=45000',
                        f'--screenshot={sys.argv[3]}', f'http://127.0.0.1:{port}/explore/?slice_id={chart}'],
                       capture_output=True, timeout=240)
        assert os.path.getsize(sys.argv[3]) > 10_000
finally:
    server.terminate()
    server.wait()
