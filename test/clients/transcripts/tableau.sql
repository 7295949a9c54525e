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

# What it was seen to send besides.

@ rows 1
@ columns @@sql_mode, @@version, @@version_comment
select @@sql_mode, @@version, @@version_comment

@ rows 1
@ columns @@tx_isolation
SELECT @@tx_isolation

@ ok
SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED

@ ok
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ

@ rows 5
@ columns Database
@ has information_schema
@ has mysql
@ has performance_schema
SHOW DATABASES

@ rows 5
@ columns SCHEMA_NAME
@ has information_schema
@ has mysql
@ has performance_schema
SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA

@ rows 3
@ columns TABLE_NAME, TABLE_COMMENT, TABLE_TYPE, TABLE_SCHEMA
@ has orders		BASE TABLE	shop
@ has spenders	VIEW	VIEW	shop
@ has users	who buys	BASE TABLE	shop
SELECT TABLE_NAME,TABLE_COMMENT,TABLE_TYPE,TABLE_SCHEMA FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA LIKE 'shop' AND ( TABLE_TYPE='BASE TABLE' OR TABLE_TYPE='VIEW' )

@ rows 3
@ columns Tables_in_shop (%)
@ has orders
@ has spenders
@ has users
SHOW TABLES FROM `shop` LIKE '%'

@ rows 2
SHOW KEYS FROM `shop`.`users`

@ rows 6
@ columns Field, Type, Null, Key, Default, Extra
@ has id	int	NO	PRI	NULL	auto_increment
@ has name	varchar(40)	NO	MUL	NULL	
@ has spent	decimal(10,2)	YES		0.00	
SHOW COLUMNS FROM `shop`.`users`

@ rows 6
@ has id	int	NULL	NO	PRI	NULL	auto_increment	select,insert,update,references	
@ has name	varchar(40)	utf8mb4_0900_bin	NO	MUL	NULL		select,insert,update,references	as they spell it
@ has spent	decimal(10,2)	NULL	YES		0.00		select,insert,update,references	
SHOW FULL COLUMNS FROM `shop`.`users`

@ rows 0
@ columns id, name, spent, active, born, seen
SELECT * FROM `shop`.`users` LIMIT 0

@ rows 0
@ columns COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
SELECT COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_NAME = 'users' AND TABLE_SCHEMA = 'shop'

@ rows 1
@ columns Number of Records
@ has 1
SELECT 1 AS `Number of Records` FROM `users` LIMIT 1

@ rows 3
@ columns sum_Number of Records_ok, name
@ has 1	Bo
@ has 1	Ada
@ has 1	Élise
SELECT SUM(1) AS `sum_Number of Records_ok`, `users`.`name` AS `name` FROM `shop`.`users` GROUP BY `users`.`name` HAVING (COUNT(1) > 0) LIMIT 100

@ rows 1
@ columns tmn_dt_ok, sum_d_ok
@ has 2026-01-01 00:00:00	100
SELECT ADDDATE( DATE_FORMAT( `orders`.`at`, '%Y-%m-01 00:00:00' ), INTERVAL 0 SECOND ) AS `tmn_dt_ok`, SUM(`orders`.`total`) AS `sum_d_ok` FROM `orders` WHERE id = 10 GROUP BY 1

@ rows 1
@ columns yr_dt_ok, ctd
@ has 2026	3
SELECT YEAR(`orders`.`at`) AS `yr_dt_ok`, COUNT(DISTINCT `orders`.`id`) AS `ctd` FROM `orders` GROUP BY YEAR(`orders`.`at`) ORDER BY 1 ASC
