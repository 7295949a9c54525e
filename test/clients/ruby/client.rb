# mysql2 of Ruby against a gateway: ruby client.rb PORT
require 'mysql2'
require 'bigdecimal'

port = ARGV[0].to_i
def check(condition, what)
  raise what.inspect unless condition
end

[{}, { ssl_mode: :required }].each do |tls|
  ann = Mysql2::Client.new(host: '127.0.0.1', port: port, username: 'ann', password: 'sécret', encoding: 'utf8mb4', **tls)
  check(ann.query('SELECT CURRENT_USER() AS u').first == { 'u' => 'ann@%' }, 'user')
  check(ann.ping, 'ping')
end
begin
  Mysql2::Client.new(host: '127.0.0.1', port: port, username: 'ann', password: 'wrong')
  raise 'a wrong password was accepted'
rescue Mysql2::Error => error
  check(error.error_number == 1045, error)
end
client = Mysql2::Client.new(host: '127.0.0.1', port: port, username: 'root', database: 'clients', encoding: 'utf8mb4',
                            flags: Mysql2::Client::MULTI_STATEMENTS, database_timezone: :utc, application_timezone: :utc)
# Without the TIME: the driver makes a time of the day of it.
columns = client.query('SELECT * FROM every_type LIMIT 0').fields.reject { |name| name == 'tm' }.join(', ')
text = client.query("SELECT #{columns} FROM every_type ORDER BY id").to_a
binary = client.prepare("SELECT #{columns} FROM every_type WHERE id < ? ORDER BY id").execute(9).to_a
check(text.size == 4 && text[0]['vc'] == 'grün €😀' && text[0]['money'] == BigDecimal('12.5'), text[0])
check(text[2]['bu'] == 2**64 - 1 && text[1]['bi'] == -2**63, text[2])
check(text[0]['dt6'].usec == 7 && text[0]['da'].to_s == '2021-06-23', text[0])
check(text[3].values.compact == [4], text[3])
text.zip(binary).each { |a, b| a.each { |name, value| check(value == b[name] || value.is_a?(Float), [name, value, b[name]]) } }
client.query('CREATE TABLE ruby_params (a INT PRIMARY KEY AUTO_INCREMENT, b TEXT, c BLOB, d DECIMAL(10,2), e DATETIME, f DOUBLE)')
insert = client.prepare('INSERT INTO ruby_params (b, c, d, e, f) VALUES (?, ?, ?, ?, ?)')
insert.execute("o'\\ü", "\0\xff".b, BigDecimal('1.25'), Time.utc(2021, 6, 23, 1, 2, 3), 0.1)
check(insert.last_id == 1 && insert.affected_rows == 1, 'insert')
insert.execute(nil, nil, nil, nil, nil)
row = client.prepare('SELECT * FROM ruby_params WHERE a = ?').execute(1).first
check(row['b'] == "o'\\ü" && row['c'] == "\0\xff".b && row['d'] == BigDecimal('1.25') && row['e'] == Time.utc(2021, 6, 23, 1, 2, 3), row)
sum = 0
# On a connection of its own: a prepared statement that is collected meanwhile would end the stream.
streaming = Mysql2::Client.new(host: '127.0.0.1', port: port, username: 'root', database: 'clients')
stream = streaming.query('SELECT n FROM series', stream: true, cache_rows: false, as: :array)
stream.each { |row| sum += row[0] }
check(sum == 120_000 * 119_999 / 2, sum)
{ 'SELEC 1' => 1064, 'SELECT * FROM nope' => 1146, "INSERT INTO series VALUES (1, 'a', 1)" => 1062 }.each do |sql, code|
  client.query(sql)
  raise sql
rescue Mysql2::Error => error
  check(error.error_number == code, error)
end
# What Rails sends after connecting.
client.query("SET NAMES utf8mb4, @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_AUTO_VALUE_ON_ZERO'), @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483")
seen = [client.query('SELECT 1 AS a; SELECT 2 AS a').first['a']]
seen << client.store_result.first['a'] while client.next_result
check(seen == [1, 2], seen)
client.query('BEGIN')
client.query('DELETE FROM ruby_params')
client.query('ROLLBACK')
check(client.query('SELECT COUNT(*) AS c FROM ruby_params').first['c'] == 2, 'rollback')
puts 'ok'
