# Power BI over MySql.Data: the driver's settings, then what GetSchema reads, then folded queries.

@ ok
SET NAMES utf8mb4

@ columns Variable_name, Value
@ has max_allowed_packet
@ has lower_case_table_names	0
@ has time_zone
SHOW VARIABLES

@ columns Collation, Charset, Id, Default, Compiled, Sortlen, Pad_attribute
@ types VAR_STRING, VAR_STRING, LONGLONG, VAR_STRING, VAR_STRING, LONG, *
@ has utf8mb4_general_ci	utf8mb4	45
SHOW COLLATION

@ rows 1
SELECT @@max_allowed_packet, @@character_set_client, @@character_set_connection, @@license, @@sql_mode, @@lower_case_table_names, @@autocommit

@ rows 1
SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP())

@ ok
SET character_set_results=NULL

@ ok
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ

@ has shop
SHOW DATABASES

@ rows 1
SHOW DATABASES LIKE 'shop'

@ rows 2
@ types VAR_STRING, VAR_STRING, LONG, VAR_STRING, LONGLONG, LONGLONG, LONGLONG, LONGLONG, LONGLONG, LONGLONG, LONGLONG, *, *, *, VAR_STRING, LONGLONG, VAR_STRING, BLOB
SHOW TABLE STATUS FROM `shop` WHERE Engine IS NOT NULL

@ columns Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment
@ has id	bigint unsigned	NULL	NO	PRI
SHOW FULL COLUMNS FROM `shop`.`orders`

# The driver casts Seq_in_index to an unsigned int.
@ rows >=2
@ columns Table, Non_unique, Key_name, Seq_in_index, Column_name, Collation, Cardinality, Sub_part, Packed, Null, Index_type, Comment, Index_comment, Visible, Expression
@ types VAR_STRING, LONG, VAR_STRING, LONG, VAR_STRING, VAR_STRING, LONGLONG, LONGLONG, *, VAR_STRING, VAR_STRING, VAR_STRING, VAR_STRING, VAR_STRING, BLOB
SHOW INDEX FROM `shop`.`users`

@ rows 3
@ has def	shop	orders	BASE TABLE
SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'shop' AND TABLE_TYPE <> 'SYSTEM VIEW' ORDER BY TABLE_NAME

@ rows 1
@ has def	shop	spenders
SELECT * FROM INFORMATION_SCHEMA.VIEWS WHERE TABLE_SCHEMA = 'shop'

@ rows 0
SELECT rc.CONSTRAINT_NAME, kcu.COLUMN_NAME, kcu.REFERENCED_TABLE_NAME, kcu.REFERENCED_COLUMN_NAME FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE kcu INNER JOIN INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS rc ON kcu.CONSTRAINT_NAME = rc.CONSTRAINT_NAME AND kcu.CONSTRAINT_SCHEMA = rc.CONSTRAINT_SCHEMA WHERE kcu.TABLE_SCHEMA = 'shop' AND kcu.REFERENCED_TABLE_NAME IS NOT NULL

@ rows 2
SELECT COLUMN_NAME, ORDINAL_POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'orders' AND CONSTRAINT_NAME = 'PRIMARY' ORDER BY ORDINAL_POSITION

@ rows 0
SELECT * FROM INFORMATION_SCHEMA.ROUTINES WHERE 1=1 AND ROUTINE_SCHEMA LIKE 'shop'

@ rows 0
SELECT * FROM INFORMATION_SCHEMA.PARAMETERS WHERE SPECIFIC_SCHEMA = 'shop'

@ ok
USE `shop`

@ columns state, total
select `$Table`.`state` as `state`, `$Table`.`total` as `total` from `shop`.`orders` as `$Table` where `$Table`.`total` > 1 limit 1000

@ columns state, a0
@ has paid	100
select `rows`.`state` as `state`, sum(`rows`.`total`) as `a0` from ( select `_`.`state`, `_`.`total` from `shop`.`orders` `_` where `_`.`at` >= '2026-01-01 00:00:00' and `_`.`at` < '2026-05-01 00:00:00' ) `rows` group by `state` limit 1000001

@ has 4
select count(*) as `$Item` from `shop`.`orders` as `$Table`
