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

# What it was seen to send besides.

@ rows 3
@ columns TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE
@ has def	shop	orders	BASE TABLE
@ has def	shop	spenders	VIEW
@ has def	shop	users	BASE TABLE
SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'shop'

@ rows 101
@ columns TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, CREATED_DATE, MODIFIED_DATE, DESCRIPTION
select TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, CREATE_TIME as CREATED_DATE, UPDATE_TIME as MODIFIED_DATE, TABLE_COMMENT as DESCRIPTION from INFORMATION_SCHEMA.TABLES

@ rows 6
@ has id	1	NO	int	10	10	0	NULL	NULL		NULL	int
@ has name	2	NO	varchar	NULL	NULL	NULL	NULL	40	as they spell it	NULL	varchar(40)
@ has spent	3	YES	decimal	10	10	2	NULL	NULL		0.00	decimal(10,2)
select COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, DATA_TYPE, case when NUMERIC_PRECISION is null then null when DATA_TYPE in ('FLOAT', 'DOUBLE') then 2 else 10 end AS NUMERIC_PRECISION_RADIX, NUMERIC_PRECISION, NUMERIC_SCALE, null AS DATETIME_PRECISION, CHARACTER_MAXIMUM_LENGTH, COLUMN_COMMENT as DESCRIPTION, COLUMN_DEFAULT, COLUMN_TYPE from INFORMATION_SCHEMA.COLUMNS where TABLE_SCHEMA = 'shop' and TABLE_NAME = 'users'

@ rows 1
@ columns INDEX_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_UNIQUE
@ has PRIMARY	id	1	Y
select INDEX_NAME, COLUMN_NAME, SEQ_IN_INDEX AS ORDINAL_POSITION, 'Y' as IS_UNIQUE from INFORMATION_SCHEMA.STATISTICS where TABLE_SCHEMA = 'shop' and TABLE_NAME = 'users' and NON_UNIQUE = 0

@ rows 2
@ columns INDEX_NAME, COLUMN_NAME, ORDINAL_POSITION, PRIMARY_KEY
@ has PRIMARY	id	1	Y
@ has by_name	name	1	N
select INDEX_NAME, COLUMN_NAME, SEQ_IN_INDEX as ORDINAL_POSITION, CASE WHEN INDEX_NAME = 'PRIMARY' THEN 'Y' ELSE 'N' END AS PRIMARY_KEY from INFORMATION_SCHEMA.STATISTICS where TABLE_SCHEMA = 'shop' and TABLE_NAME = 'users'

@ rows 0
@ columns FK_NAME, ORDINAL_POSITION, TABLE_SCHEMA_1, TABLE_NAME_1, COLUMN_NAME
select concat(A.CONSTRAINT_NAME, '_', A.TABLE_NAME) as FK_NAME, A.ORDINAL_POSITION, A.TABLE_SCHEMA AS TABLE_SCHEMA_1, A.REFERENCED_TABLE_NAME AS TABLE_NAME_1, A.COLUMN_NAME from INFORMATION_SCHEMA.KEY_COLUMN_USAGE A where A.REFERENCED_TABLE_SCHEMA = 'shop'

@ rows 6
@ has id	int	NULL	NO	PRI	NULL	auto_increment	select,insert,update,references	
@ has name	varchar(40)	utf8mb4_0900_bin	NO	MUL	NULL		select,insert,update,references	as they spell it
@ has spent	decimal(10,2)	NULL	YES		0.00		select,insert,update,references	
SHOW FULL COLUMNS FROM `shop`.`users`

@ rows >=1
SHOW TABLE STATUS FROM `shop`

@ rows 3
@ columns id, name
@ has 1	Ada
@ has 2	Bo
@ has 3	Élise
select `$Table`.`id` as `id`, `$Table`.`name` as `name` from `shop`.`users` `$Table` limit 1000

@ rows 1
@ columns a0, a1
@ has 17.75	3
select sum(`rows`.`spent`) as `a0`, count(1) as `a1` from ( select `spent` from `shop`.`users` where `id` < 1000 ) `rows`
