# Apache Superset: SQLAlchemy's first statements, the catalogue of datasets, charts with their grains of time.

@ rows 1
SELECT VERSION()

@ rows 1
SELECT DATABASE()

@ has REPEATABLE-READ
SELECT @@transaction_isolation

@ rows 1
@ has sql_mode
SHOW VARIABLES LIKE 'sql_mode'

@ has lower_case_table_names	0
SHOW VARIABLES LIKE 'lower_case_table_names'

@ rows 1
show collation where `Charset` = 'utf8mb4' and `Collation` = 'utf8mb4_bin'

@ has test plain returns
SELECT CAST('test plain returns' AS CHAR(60)) AS anon_1

@ has test collated returns
SELECT CAST('test collated returns' AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin AS anon_1

@ has shop
SHOW schemas

@ rows 3
SHOW FULL TABLES FROM `shop`

@ rows 1
@ columns Table, Create Table
SHOW CREATE TABLE `shop`.`orders`

@ rows 6
@ columns Field, Type, Null, Key, Default, Extra
@ has id	int	NO	PRI	NULL	auto_increment
DESCRIBE `shop`.`users`

@ error 1146
DESCRIBE `shop`.`gone`

@ ok
USE shop

@ rows 1
SELECT CONNECTION_ID()

@ rows 4
SELECT * FROM shop.orders LIMIT 100

@ rows 0
SELECT * FROM (SELECT * FROM orders) AS virtual_table LIMIT 0

@ columns __timestamp, sum__total
@ has 2026-01-05	100
SELECT STR_TO_DATE(DATE(at), '%Y-%m-%d') AS __timestamp, sum(total) AS sum__total FROM shop.orders WHERE at >= STR_TO_DATE('2026-01-01 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') AND at < STR_TO_DATE('2026-04-01 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') GROUP BY STR_TO_DATE(DATE(at), '%Y-%m-%d') ORDER BY sum__total DESC LIMIT 10000

@ has 2026-01-05	2
SELECT DATE(at) AS __timestamp, COUNT(*) AS `COUNT(*)` FROM orders GROUP BY DATE(at) ORDER BY `COUNT(*)` DESC LIMIT 1000

@ has 2026-01-05 10:00:00	2
SELECT DATE_ADD(DATE(at), INTERVAL HOUR(at) HOUR) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE_ADD(DATE(at), INTERVAL HOUR(at) HOUR)

@ has 2026-01-05 10:00:00	2
SELECT DATE_ADD(DATE(at), INTERVAL (HOUR(at)*60*60 + MINUTE(at)*60 + SECOND(at)) SECOND) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE_ADD(DATE(at), INTERVAL (HOUR(at)*60*60 + MINUTE(at)*60 + SECOND(at)) SECOND)

@ has 2026-01-04	2
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFWEEK(at) - 1 DAY)) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE(DATE_SUB(at, INTERVAL DAYOFWEEK(at) - 1 DAY))

@ has 2026-01-05	2
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFWEEK(DATE_SUB(at, INTERVAL 1 DAY)) - 1 DAY)) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE(DATE_SUB(at, INTERVAL DAYOFWEEK(DATE_SUB(at, INTERVAL 1 DAY)) - 1 DAY))

@ has 2026-01-01	2
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFMONTH(at) - 1 DAY)) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE(DATE_SUB(at, INTERVAL DAYOFMONTH(at) - 1 DAY))

@ rows 2
@ has 2026-01-01	3
@ has 2026-04-01	1
SELECT MAKEDATE(YEAR(at), 1) + INTERVAL QUARTER(at) QUARTER - INTERVAL 1 QUARTER AS __timestamp, COUNT(*) AS n FROM orders GROUP BY MAKEDATE(YEAR(at), 1) + INTERVAL QUARTER(at) QUARTER - INTERVAL 1 QUARTER

@ has 2026-01-01	4
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFYEAR(at) - 1 DAY)) AS __timestamp, COUNT(*) AS n FROM orders GROUP BY DATE(DATE_SUB(at, INTERVAL DAYOFYEAR(at) - 1 DAY))

@ rows 3
SELECT DISTINCT state AS state FROM shop.orders LIMIT 1001

@ rows 1
SELECT COUNT(*) AS rowcount FROM (SELECT name AS name, spent AS spent FROM shop.users) AS rowcount_qry LIMIT 50000

@ rows >=1
SELECT user_id AS user_id, state AS state, sum(total) AS `SUM(total)`, max(at) AS latest FROM orders JOIN (SELECT user_id AS user_id__, sum(total) AS mme_inner__ FROM orders GROUP BY user_id ORDER BY mme_inner__ DESC LIMIT 5) AS series_limit ON user_id = user_id__ GROUP BY user_id, state ORDER BY `SUM(total)` DESC LIMIT 5000

@ has 2001-09-09 01:46:40
SELECT from_unixtime(1000000000)

@ rows >=1
EXPLAIN SELECT * FROM shop.users

@ ok
ROLLBACK

# What it was seen to send besides.

@ ok
SET NAMES utf8mb4

@ rows 1
@ columns @@sql_mode
SELECT @@sql_mode

@ rows 1
@ columns @@lower_case_table_names
SELECT @@lower_case_table_names

@ rows 1
@ columns anon_1
@ has test unicode returns
SELECT CAST('test unicode returns' AS CHAR(60)) AS anon_1

@ rows 1
@ columns Table, Create Table
@ has users	*
SHOW CREATE TABLE `shop`.`users`

@ rows 3
@ columns at, c
@ has 2026-01-05	2
@ has 2026-02-07	1
@ has 2026-04-01	1
SELECT DATE(at) AS at, COUNT(*) AS c FROM orders GROUP BY DATE(at) ORDER BY c DESC LIMIT 1000

@ rows 4
@ columns s
@ has 2026-01-05 10:00:00
@ has 2026-01-05 10:00:00
@ has 2026-02-07 23:59:59
SELECT DATE_ADD(DATE(at), INTERVAL (HOUR(at)*60*60 + MINUTE(at)*60 + SECOND(at)) SECOND) AS s FROM orders

@ rows 3
@ columns h, SUM(line)
@ has 2026-01-05 10:00:00	3
@ has 2026-02-07 23:00:00	1
@ has 2026-04-01 00:00:00	1
SELECT DATE_ADD(DATE(at), INTERVAL HOUR(at) HOUR) AS h, SUM(line) FROM orders GROUP BY DATE_ADD(DATE(at), INTERVAL HOUR(at) HOUR)

@ rows 2
@ columns w
@ has 2026-01-04
@ has 2026-01-04
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFWEEK(at) - 1 DAY)) AS w FROM orders WHERE id = 10

@ rows 2
@ columns m
@ has 2026-01-01
@ has 2026-01-01
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFMONTH(at) - 1 DAY)) AS m FROM orders WHERE id = 10

@ rows 2
@ columns q
@ has 2026-01-01
@ has 2026-01-01
SELECT MAKEDATE(YEAR(at), 1) + INTERVAL QUARTER(at) QUARTER - INTERVAL 1 QUARTER AS q FROM orders WHERE id = 10

@ rows 2
@ columns y
@ has 2026-01-01
@ has 2026-01-01
SELECT DATE(DATE_SUB(at, INTERVAL DAYOFYEAR(at) - 1 DAY)) AS y FROM orders WHERE id = 10

@ rows 4
@ columns id, line, user_id, at, total, state, note, detail
SELECT * FROM orders WHERE at >= STR_TO_DATE('2026-01-01 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') AND at < STR_TO_DATE('2027-01-01 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f')

@ rows 1
@ columns from_unixtime(0)
@ has 1970-01-01 00:00:00
SELECT from_unixtime(0)
