SELECT 1;
SET time_zone = '+00:00';
SELECT DISTINCT TABLE_SCHEMA from information_schema.TABLES where TABLE_TYPE != 'SYSTEM VIEW' ORDER BY TABLE_SCHEMA;
SELECT DISTINCT(table_name) FROM information_schema.tables WHERE table_schema = 'clients' ORDER BY table_name;
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'clients' AND table_name = 'series' ORDER BY column_name;
SELECT UNIX_TIMESTAMP(dt) DIV 300 * 300 AS `time`, avg(i) AS value FROM every_type WHERE dt BETWEEN FROM_UNIXTIME(1609459200) AND FROM_UNIXTIME(1640995200) GROUP BY 1 ORDER BY 1;
SELECT dt AS "time", f AS value FROM every_type WHERE dt BETWEEN FROM_UNIXTIME(1609459200) AND FROM_UNIXTIME(1640995200) ORDER BY dt LIMIT 50;
SELECT UNIX_TIMESTAMP(dt) DIV 86400 * 86400 AS "time", vc AS metric, max(d) AS "d" FROM clients.every_type WHERE id = 1 GROUP BY 1, 2;
