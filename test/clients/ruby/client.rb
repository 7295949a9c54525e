# The checklist for mysql2 of Ruby: ruby client.rb PORT ITEMS
require 'mysql2'
require 'bigdecimal'

$port = ARGV[0].to_i
$stdout.sync = true
class Unavailable < StandardError; end
ENDLESS = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()'.freeze
BUSY = "SELECT COUNT(*) AS c FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()".freeze

def check(condition, what = 'wrong')
  raise what.inspect unless condition
end

def connect(**options)
  Mysql2::Client.new(host: '127.0.0.1', port: $port, username: 'root', database: 'clients', encoding: 'utf8mb4',
                     flags: Mysql2::Client::MULTI_STATEMENTS, database_timezone: :utc, application_timezone: :utc, **options)
end

def rows(client, sql)
  (client.query(sql, as: :array) || []).to_a
end

def failure
  yield
rescue Mysql2::Error => error
  [error.error_number, error.sql_state]
else
  raise 'it did not fail'
end

def print_rows(label, found)
  found.each { |row| row.each_with_index { |value, index| puts "#{label} #{row[0]}.#{index} #{value.class} #{value.inspect[0, 100]}" } }
end

def every_column(client)
  # Without the TIME: the driver makes a time of the day of it.
  client.query('SELECT * FROM every_type LIMIT 0').fields.reject { |name| name == 'tm' }.join(', ')
end

STEPS = {
  'connect' => lambda {
    # With MariaDB's C library ssl_mode does nothing; a list of ciphers asks for TLS.
    [{}, { sslverify: false, sslcipher: 'DEFAULT' }].each do |tls|
      %w[nat sha].each do |user|
        client = connect(username: user, password: 'sécret', **tls)
        check(rows(client, 'SELECT CURRENT_USER()') == [["#{user}@%"]], user)
        check(client.ping && rows(client, "SHOW STATUS LIKE 'Ssl_cipher'")[0][1].empty? == tls.empty?)
        check(failure { connect(username: user, password: 'wrong', **tls) }[0] == 1045)
      end
    end
    check(failure { connect(database: 'nope') }[0] == 1049)
  },
  'text' => lambda {
    client = connect
    print_rows('', rows(client, "SELECT #{every_column(client)} FROM every_type ORDER BY id"))
  },
  'binary' => lambda {
    client = connect
    found = client.prepare("SELECT #{every_column(client)} FROM every_type WHERE id < ? ORDER BY id").execute(9, as: :array).to_a
    print_rows('', found)
    check(found.size == 4 && found[3].compact == [4], found[3])
  },
  'parameters' => lambda {
    client = connect
    client.query('DROP TABLE IF EXISTS bound')
    client.query('CREATE TABLE bound LIKE every_type')
    columns = every_column(client)
    insert = client.prepare("INSERT INTO bound (#{columns}) VALUES (#{(['?'] * 37).join(',')})")
    rows(client, "SELECT #{columns} FROM every_type ORDER BY id").each { |row| insert.execute(*row) }
    print_rows('bound', rows(client, "SELECT #{columns} FROM bound ORDER BY id"))
    [7, -7, 2**63 - 1, 0.5, BigDecimal('-12.125'), "o'\\\"ü€😀", "\0\xff'".b, Time.utc(2021, 6, 23, 1, 2, 3), nil, true, 'x' * 100_000].each do |value|
      found = client.prepare('SELECT CHAR_LENGTH(?), HEX(?)').execute(value, value, as: :array).to_a[0]
      puts "#{value.inspect[0, 40]} -> #{found.inspect[0, 200]}"
    end
    found = client.prepare('SELECT n FROM series WHERE n IN (?, ?) AND name LIKE ? ORDER BY n LIMIT ?').execute(3, '5', 'row%', 9, as: :array)
    print_rows('filtered', found)
    client.query('DELETE FROM counted')
    one = client.prepare('INSERT INTO counted (s) VALUES (?)')
    one.execute('a')
    check(one.last_id == rows(client, 'SELECT MAX(id) FROM counted')[0][0] && one.affected_rows == 1)
    client.query('DROP TABLE bound')
    check(client.query('SELECT 1 AS a; SELECT 2 AS a').first['a'] == 1)
    seen = []
    seen << client.store_result.first['a'] while client.next_result
    check(seen == [2], seen)
  },
  'stream' => lambda {
    client = connect
    resident = -> { File.read('/proc/self/status')[/VmRSS:\s+(\d+)/, 1].to_i }
    before = resident.call
    sum = count = 0
    client.query('SELECT * FROM million', stream: true, cache_rows: false, as: :array).each do |row|
      sum += row[0]
      count += 1
    end
    check([count, sum] == [1_000_000, 1_000_000 * 999_999 / 2], [count, sum])
    check(resident.call - before < 64 * 1024, 'the client grew')
  },
  'transactions' => lambda {
    one, two = connect, connect
    values = ->(client) { rows(client, 'SELECT v FROM txn ORDER BY id').flatten }
    one.query('DROP TABLE IF EXISTS txn')
    one.query('CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)')
    one.query('INSERT INTO txn VALUES (1, 10), (2, 20)')
    one.query('BEGIN')
    one.query('UPDATE txn SET v = 11 WHERE id = 1')
    check(values.call(one) == [11, 20] && values.call(two) == [10, 20])
    one.query('ROLLBACK')
    one.query('BEGIN')
    one.query('UPDATE txn SET v = 12 WHERE id = 1')
    one.query('SAVEPOINT here')
    one.query('DELETE FROM txn')
    one.query('ROLLBACK TO here')
    one.query('COMMIT')
    check(values.call(two) == [12, 20])
    one.query('BEGIN')
    values.call(one)
    two.query('UPDATE txn SET v = 0 WHERE id = 1')
    check(values.call(one) == [12, 20])
    lost = failure do
      one.query('UPDATE txn SET v = 1 WHERE id = 1')
      one.query('COMMIT')
    end
    check(lost == [1213, '40001'], lost)
    # What Rails sends after connecting.
    one.query("SET NAMES utf8mb4, @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_AUTO_VALUE_ON_ZERO'), @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483")
  },
  'errors' => lambda {
    client = connect
    File.readlines("#{ENV['CHECKLIST']}/errors.tsv", chomp: true).each do |line|
      number, state, sql = line.split("\t")
      [-> { client.query(sql) }, -> { client.prepare(sql).execute }].each do |run|
        found = failure { run.call }
        check(found == [number.to_i, state], [found, line])
      end
    end
  },
  'metadata' => lambda {
    client = connect
    ['SELECT * FROM plain', 'SELECT n AS label, s.name, 1.5, NULL FROM series s LIMIT 0'].each do |sql|
      puts client.query(sql).fields.inspect
    end
  },
  'cancel' => lambda {
    client, killer = connect, connect
    client.query(ENDLESS, async: true)
    sleep 0.01 while rows(killer, BUSY)[0][0].zero?
    killer.query("KILL QUERY #{client.thread_id}")
    check(failure { client.async_result } == [1317, '70100'])
    sleep 0.01 until rows(killer, BUSY)[0][0].zero?
    check(rows(client, 'SELECT CONNECTION_ID()') == [[client.thread_id]])
  },
  'timeout' => lambda {
    client = connect
    client.query('SET SESSION max_execution_time = 200')
    check(failure { client.query(ENDLESS) } == [3024, 'HY000'])
    client.query('SET SESSION max_execution_time = 0')
    check(failure { client.query(ENDLESS.sub('SELECT', 'SELECT /*+ MAX_EXECUTION_TIME(200) */')) } == [3024, 'HY000'])
    impatient = connect(read_timeout: 1)
    failure { impatient.query(ENDLESS) }
    impatient.close
    sleep 0.01 until rows(client, BUSY)[0][0].zero?
  },
  'reconnect' => lambda {
    client, killer = connect(reconnect: true), connect
    killer.query("KILL #{client.thread_id}")
    begin
      client.query('SELECT 1')
    rescue Mysql2::Error
      client.ping
    end
    check(rows(client, 'SELECT 1') == [[1]])
    puts '@restart'
    $stdin.gets
    failure { killer.query('SELECT 1') }
    check(rows(connect, 'SELECT COUNT(*) FROM series') == [[120_000]])
  },
  'pool' => -> { raise Unavailable, 'pools are ActiveRecord\'s, tried with it' }
}.freeze

ARGV[1].split(',').each do |item|
  puts "## #{item}"
  begin
    STEPS[item].call
    puts 'ok'
  rescue Unavailable => reason
    puts "none #{reason.message}"
  rescue StandardError => error
    puts "failed #{error.full_message(highlight: false).gsub("\n", ' | ')}"
  end
end
