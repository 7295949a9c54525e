# Grafana: health, the builder of queries, the macros of time.

@ has 1
SELECT 1

@ has shop
SELECT DISTINCT TABLE_SCHEMA from information_schema.TABLES where TABLE_TYPE != 'SYSTEM VIEW' ORDER BY TABLE_SCHEMA

@ rows 3
@ has users
SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY table_name

@ ok
use shop

@ rows 3
SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY table_name

@ columns COLUMN_NAME, DATA_TYPE
@ rows 2
@ has at	datetime
@ has total	double
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = database() AND table_name = 'orders' AND data_type IN ('timestamp','datetime','int','double','float') AND column_name <> 'user_id' ORDER BY column_name

@ rows 1
@ has name
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'users' AND data_type IN ('text','tinytext','mediumtext','longtext','varchar','char') ORDER BY column_name

@ columns time, value
@ rows 2
@ has 1767607200	100
SELECT UNIX_TIMESTAMP(at) DIV 3600 * 3600 AS "time", sum(total) AS value FROM orders WHERE at BETWEEN FROM_UNIXTIME(1767225600) AND FROM_UNIXTIME(1774000000) GROUP BY 1 ORDER BY 1

@ rows 2
SELECT (UNIX_TIMESTAMP(at) DIV 60) * 60 AS time_sec, state AS metric, COUNT(*) AS value FROM orders WHERE UNIX_TIMESTAMP(at) >= 1767225600 AND UNIX_TIMESTAMP(at) <= 1774000000 GROUP BY time_sec, metric ORDER BY time_sec

@ rows 4
SELECT at AS 'time', total FROM `shop`.orders LIMIT 50

@ rows 3
SELECT CAST(UNIX_TIMESTAMP(at) AS SIGNED) AS time, note AS text, CONCAT(state, ',', user_id) AS tags FROM orders WHERE at >= '2026-01-01T00:00:00Z' AND at <= '2026-03-01T00:00:00Z'

@ error 1054
SELECT nothing FROM orders

@ error 1146
SELECT * FROM nothing

@ error 1064
SELEC 1

# What it was seen to send besides.

@ ok
SET time_zone = '+00:00'

@ rows 3
@ columns TABLE_NAME
@ has orders
@ has spenders
@ has users
SELECT DISTINCT(table_name) FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY table_name

@ rows 6
@ columns COLUMN_NAME, DATA_TYPE
@ has active	tinyint
@ has born	date
@ has id	int
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'users' ORDER BY column_name

@ rows 3
@ columns time, value
@ has 1767607200	1.5000
SELECT UNIX_TIMESTAMP(at) DIV 300 * 300 AS `time`, avg(line) AS value FROM orders WHERE at BETWEEN FROM_UNIXTIME(1767225600) AND FROM_UNIXTIME(1798761600) GROUP BY 1 ORDER BY 1

@ rows 4
@ columns time, value
SELECT at AS "time", total AS value FROM orders WHERE at BETWEEN FROM_UNIXTIME(1767225600) AND FROM_UNIXTIME(1798761600) ORDER BY at LIMIT 50

@ rows 2
@ columns time, metric, total
@ has 1767571200	NULL	0.5
@ has 1767571200	first	99.5
SELECT UNIX_TIMESTAMP(at) DIV 86400 * 86400 AS "time", note AS metric, max(total) AS "total" FROM shop.orders WHERE id = 10 GROUP BY 1, 2
