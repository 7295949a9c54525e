# Tableau over MySQL's ODBC driver or Connector/J: everything prepared, probes that may be refused, its aggregates.

@ database shop

@ ok
SET SQL_AUTO_IS_NULL = 0

@ ok
SET NAMES utf8mb4

@ rows 1
SELECT @@transaction_isolation

@ has shop
select database()

@ ok
set @@sql_select_limit=DEFAULT

@ rows 1
SELECT 1 AS `COL`

@ error 1064
CREATE LOCAL TEMPORARY TABLE `#Tableau_1_0_Connect` ( `COL` INTEGER )

@ error 1051
DROP TABLE `#Tableau_1_0_Connect`

@ has NULL	NULL	NULL	shop
SELECT NULL, NULL, NULL, SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA ORDER BY SCHEMA_NAME

@ rows 3
@ has shop	NULL	users	TABLE	who buys
SELECT TABLE_SCHEMA, NULL, TABLE_NAME, IF(TABLE_TYPE='BASE TABLE', 'TABLE', TABLE_TYPE), TABLE_COMMENT FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA LIKE 'shop' AND TABLE_TYPE IN ('BASE TABLE','VIEW') ORDER BY TABLE_SCHEMA, TABLE_NAME

@ columns Table, Non_unique, Key_name, Seq_in_index, Column_name, Collation, Cardinality, Sub_part, Packed, Null, Index_type, Comment, Index_comment, Visible, Expression
@ has users	0	PRIMARY	1	id
SHOW KEYS FROM `users`

@ rows 0
SHOW KEYS FROM `spenders`

@ rows 6
SELECT c.TABLE_SCHEMA, NULL, c.TABLE_NAME, c.COLUMN_NAME, IF(ISNULL(c.CHARACTER_MAXIMUM_LENGTH), c.NUMERIC_PRECISION, c.CHARACTER_MAXIMUM_LENGTH), CAST(c.CHARACTER_OCTET_LENGTH AS UNSIGNED), cs.MAXLEN, IF(c.EXTRA LIKE '%auto_increment%', 'YES', 'NO'), CONCAT('''', c.COLUMN_DEFAULT, '''') FROM INFORMATION_SCHEMA.COLUMNS c LEFT JOIN INFORMATION_SCHEMA.CHARACTER_SETS cs ON c.CHARACTER_SET_NAME = cs.CHARACTER_SET_NAME WHERE c.TABLE_NAME LIKE 'users' AND c.TABLE_SCHEMA = DATABASE() ORDER BY c.ORDINAL_POSITION

@ rows 4
SELECT * FROM `orders` LIMIT 1000

@ columns $__alias__0
@ has 1
SELECT COUNT(*) > 0 AS `$__alias__0` FROM `orders` HAVING (COUNT(1) > 0)

@ columns sum:Number of Records:ok
@ has 4
SELECT SUM(1) AS `sum:Number of Records:ok` FROM `orders` HAVING (COUNT(1) > 0)

@ columns state, sum:total:ok
@ has paid	100
SELECT `orders`.`state` AS `state`, SUM(`orders`.`total`) AS `sum:total:ok` FROM `orders` GROUP BY 1 ORDER BY 1

@ has Ada	100
SELECT `users`.`name` AS `name (users)`, SUM(`orders`.`total`) AS `TEMP(attr:Größe:nk)(123)(0)` FROM `orders` `orders` INNER JOIN `users` ON (`orders`.`user_id` = `users`.`id`) GROUP BY 1

@ has 2026-01-01 00:00:00	2
SELECT ADDDATE( DATE_FORMAT( `orders`.`at`, '%Y-%m-01 00:00:00' ), INTERVAL 0 SECOND ) AS `tmn:at:ok`, COUNT(1) AS `cnt` FROM `orders` GROUP BY 1

@ has 2026-01-01 00:00:00	3
SELECT ADDDATE( CONCAT( DATE_FORMAT( `orders`.`at`, '%Y-' ), (3*(QUARTER(`orders`.`at`)-1)+1), '-01 00:00:00' ), INTERVAL 0 SECOND ) AS `tqr:at:ok`, COUNT(1) AS `cnt` FROM `orders` GROUP BY 1

@ has 2026-01-05 00:00:00	2
SELECT TIMESTAMP(DATE(`orders`.`at`)) AS `tdy:at:ok`, COUNT(1) FROM `orders` GROUP BY 1

@ rows 2
SELECT YEAR(`orders`.`at`) AS `yr:at:ok`, QUARTER(`orders`.`at`) AS `qr:at:ok`, CAST(MIN(`orders`.`total`) AS CHAR(20)) AS `min` FROM `orders` GROUP BY 1, 2

@ rows 1
SELECT MIN(`orders`.`at`) AS `a`, MAX(`orders`.`at`) AS `b`, COUNT(DISTINCT `orders`.`user_id`) AS `c`, STDDEV_SAMP(`orders`.`total`) AS `d`, VAR_POP(`orders`.`total`) AS `e` FROM `orders` HAVING (COUNT(1) > 0)

@ rows 2
SELECT `t0`.`name` AS `name`, `t0`.`n` AS `n` FROM ( SELECT `users`.`name` AS `name`, COUNT(1) AS `n` FROM `orders` INNER JOIN `users` ON `orders`.`user_id` = `users`.`id` GROUP BY 1 ) `t0` INNER JOIN ( SELECT `users`.`name` AS `name` FROM `users` GROUP BY 1 ORDER BY 1 LIMIT 10 ) `t1` ON (`t0`.`name` <=> `t1`.`name`)
