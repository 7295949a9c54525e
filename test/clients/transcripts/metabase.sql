# Metabase over MariaDB Connector/J: test of the connection, sync, fingerprint, and the questions of its builder.

@ database shop

@ ok
set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')

@ columns @@max_allowed_packet, @@system_time_zone, @@time_zone, @@auto_increment_increment
@ has *	UTC	*	1
SELECT @@max_allowed_packet,@@system_time_zone,@@time_zone,@@auto_increment_increment

@ rows 4
SHOW VARIABLES WHERE Variable_name in ('max_allowed_packet','system_time_zone','time_zone','auto_increment_increment')

@ has 1
SELECT 1

@ columns global_tz, system_tz, offset
@ rows 1
@ has *	UTC	00:00
SELECT @@GLOBAL.time_zone AS global_tz, @@system_time_zone AS system_tz, time_format(timediff(now(), convert_tz(now(), @@GLOBAL.time_zone, '+00:00')), '%H:%i') AS 'offset'

@ has partial_revokes	OFF
SHOW VARIABLES LIKE 'partial_revokes'

@ rows >=1
SHOW GRANTS FOR CURRENT_USER()

@ has shop
SHOW DATABASES

@ rows 3
@ has shop	users
@ columns schema, name, description
select table_schema as `schema`, table_name as `name`, nullif(table_comment, '') as description from information_schema.tables where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys', 'innodb') and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') and table_schema = 'shop'

@ columns name, database-position, table-name, database-type, database-required, database-default, database-is-generated, database-is-auto-increment, database-is-nullable, pk?, field-comment
@ has id	0	users	int	0	NULL	0	1	0	1	NULL
@ has active	3	users	BIT	0	1	0	0	0	0
@ has name	1	users	varchar	1	NULL	0	0	0	0	as they spell it
@ types VAR_STRING, LONGLONG, VAR_STRING, *, LONGLONG, VAR_STRING, LONGLONG, LONGLONG, LONGLONG, LONGLONG, *
select c.column_name as 'name', c.ordinal_position - 1 as 'database-position', c.table_name as 'table-name', if(c.column_type = 'tinyint(1)', 'BIT', c.data_type) as 'database-type', (c.is_nullable = 'NO' and c.column_default is null and c.extra not like '%auto_increment%' and c.generation_expression = '') as 'database-required', convert(c.column_default, char(255)) as 'database-default', (nullif(c.generation_expression, '') is not null) as 'database-is-generated', c.extra like '%auto_increment%' as 'database-is-auto-increment', c.is_nullable = 'YES' as 'database-is-nullable', c.column_key = 'PRI' as 'pk?', nullif(c.column_comment, '') as 'field-comment' from information_schema.columns as c where c.table_schema not in ('information_schema','performance_schema','sys','mysql') and c.table_schema = 'shop' and c.table_name in ('users') order by 'table-name' asc, 'database-position' asc

@ rows 0
select kcu.table_name as 'fk-table-name', kcu.column_name as 'fk-column-name', kcu.referenced_table_name as 'pk-table-name', kcu.referenced_column_name as 'pk-column-name' from information_schema.key_column_usage as kcu join information_schema.table_constraints as tc using (constraint_schema, constraint_name, table_name) where tc.constraint_type = 'FOREIGN KEY' and kcu.table_schema = 'shop'

@ rows >=3
select table_name as 'table-name', column_name as 'field-name' from information_schema.statistics where seq_in_index = 1 and index_name is not null and table_schema = 'shop'

@ ok
SET @@session.time_zone = 'UTC';

@ rows 3
@ columns name, born, spent
-- Metabase
SELECT SUBSTRING(`users`.`name`, 1, 1234) AS `name`, `users`.`born` AS `born`, `users`.`spent` AS `spent` FROM `users` LIMIT 10000

@ columns id, name, spent, active, born, seen
@ rows 3
-- Metabase:: userID: 1 queryType: MBQL queryHash: 0a1b
SELECT `users`.`id` AS `id`, `users`.`name` AS `name`, `users`.`spent` AS `spent`, `users`.`active` AS `active`, `users`.`born` AS `born`, `users`.`seen` AS `seen` FROM `users` LIMIT 2000

@ columns at, count, sum
@ rows 3
@ has 2026-01-01	2	100
@ has 2026-04-01	1	NULL
SELECT STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') AS `at`, COUNT(*) AS `count`, SUM(`orders`.`total`) AS `sum` FROM `orders` GROUP BY STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') ORDER BY STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') ASC

@ rows 2
@ has 2026-01-01	3
@ has 2026-04-01	1
SELECT STR_TO_DATE(CONCAT(YEAR(`orders`.`at`), '-', ((QUARTER(`orders`.`at`) * 3) - 2), '-01'), '%Y-%m-%d') AS `at`, COUNT(*) AS `count` FROM `orders` GROUP BY STR_TO_DATE(CONCAT(YEAR(`orders`.`at`), '-', ((QUARTER(`orders`.`at`) * 3) - 2), '-01'), '%Y-%m-%d') ORDER BY 1 ASC

@ has 2026-01-04	2
SELECT STR_TO_DATE(CONCAT(YEARWEEK(`orders`.`at`), ' Sunday'), '%X%V %W') AS `at`, COUNT(*) AS `count` FROM `orders` GROUP BY STR_TO_DATE(CONCAT(YEARWEEK(`orders`.`at`), ' Sunday'), '%X%V %W') ORDER BY STR_TO_DATE(CONCAT(YEARWEEK(`orders`.`at`), ' Sunday'), '%X%V %W') ASC

@ has 2026-01-05 10:00	2
SELECT DATE_FORMAT(STR_TO_DATE(DATE_FORMAT(`orders`.`at`, '%Y-%m-%d %H:%i'), '%Y-%m-%d %H:%i'), '%Y-%m-%d %H:%i') AS `at`, COUNT(*) AS `count` FROM `orders` GROUP BY 1 ORDER BY 1

@ rows 1
@ has 2026-01-01	4
SELECT MAKEDATE(YEAR(`orders`.`at`), 1) AS `at`, COUNT(*) AS `count` FROM `orders` GROUP BY MAKEDATE(YEAR(`orders`.`at`), 1)

@ rows 0
SELECT COUNT(*) AS `count` FROM `orders` WHERE `orders`.`at` >= STR_TO_DATE(DATE_FORMAT(DATE_ADD(NOW(6), INTERVAL -100 YEAR), '%Y-%m-%d'), '%Y-%m-%d') AND `orders`.`at` < DATE(DATE_ADD(NOW(6), INTERVAL -90 YEAR)) HAVING COUNT(*) > 0

@ rows >=1
@ has Ada	100
SELECT `Users`.`name` AS `Users__name`, SUM(`orders`.`total`) AS `sum`, COUNT(DISTINCT `orders`.`id`) AS `count` FROM `orders` LEFT JOIN `users` AS `Users` ON `orders`.`user_id` = `Users`.`id` WHERE (`orders`.`state` <> 'sent' OR `orders`.`state` IS NULL) GROUP BY `Users`.`name` ORDER BY `sum` DESC, `Users`.`name` ASC LIMIT 10

@ rows 1
SELECT COUNT(*) AS `count` FROM `users` WHERE (LOWER(`users`.`name`) LIKE '%a%') AND `users`.`active` = TRUE

@ rows >=1
SELECT (FLOOR(((`orders`.`total` - 0.0) / 50.0)) * 50.0) + 0.0 AS `total`, COUNT(*) AS `count` FROM `orders` GROUP BY (FLOOR(((`orders`.`total` - 0.0) / 50.0)) * 50.0) + 0.0 ORDER BY (FLOOR(((`orders`.`total` - 0.0) / 50.0)) * 50.0) + 0.0 ASC

@ rows 3
SELECT CASE WHEN `users`.`spent` > 5 THEN 'much' ELSE 'little' END AS `class`, IFNULL(`users`.`born`, '1970-01-01') AS `born`, TIMESTAMPDIFF(YEAR, `users`.`born`, '2026-06-01') AS `age`, REGEXP_SUBSTR(`users`.`name`, '[a-z]+') AS `low` FROM `users`

@ rows 1
SELECT * FROM (SELECT `users`.`name` FROM `users` WHERE `users`.`id` = 1) AS `source` LIMIT 1048575

@ error 1146
-- Metabase
SELECT TRUE FROM `shop`.`gone` WHERE 1 <> 1 LIMIT 0

@ rows 0
SELECT TRUE AS `_` FROM `shop`.`users` WHERE 1 <> 1 LIMIT 0

# What it was seen to send besides.

@ rows 1
@ columns @@session.transaction_isolation
SELECT @@session.transaction_isolation

@ ok
SET SESSION TRANSACTION READ ONLY

@ ok
SET SESSION TRANSACTION READ WRITE

@ rows 1
@ columns global_tz, system_tz, offset
SELECT @@GLOBAL.time_zone AS global_tz, @@system_time_zone AS system_tz, time_format( timediff( now(), convert_tz(now(), @@GLOBAL.time_zone, '+00:00') ), '%H:%i' ) AS offset

@ rows 5
@ columns CATALOG_NAME, SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SQL_PATH, DEFAULT_ENCRYPTION
SELECT * FROM INFORMATION_SCHEMA.SCHEMATA

@ rows 1
@ columns @@partial_revokes
SELECT @@partial_revokes

@ rows 3
@ columns name, schema, description
@ has orders	shop	
@ has spenders	shop	VIEW
@ has users	shop	who buys
SELECT `TABLE_NAME` AS `name`, `TABLE_SCHEMA` AS `schema`, `TABLE_COMMENT` AS `description` FROM `INFORMATION_SCHEMA`.`TABLES` WHERE `TABLE_SCHEMA` = 'shop' ORDER BY 1

@ rows >=1
SELECT TABLE_SCHEMA TABLE_CAT, NULL TABLE_SCHEM, TABLE_NAME, IF(TABLE_TYPE='BASE TABLE' or TABLE_TYPE = 'SYSTEM VERSIONED', 'TABLE', IF(TABLE_TYPE='TEMPORARY', 'LOCAL TEMPORARY', TABLE_TYPE)) as TABLE_TYPE, TABLE_COMMENT REMARKS, NULL TYPE_CAT, NULL TYPE_SCHEM, NULL TYPE_NAME, NULL SELF_REFERENCING_COL_NAME, NULL REF_GENERATION FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'shop' AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') ORDER BY TABLE_TYPE, TABLE_SCHEMA, TABLE_NAME

@ rows 17
@ has id	orders	NULL	0	BIGINT	1		0	1
@ has line	orders	NULL	1	SMALLINT	1		0	1
@ has user_id	orders	NULL	2	INT	0		0	0
SELECT `c`.`COLUMN_NAME` AS `name`, `c`.`TABLE_NAME` AS `table-name`, NULL AS `table-schema`, `c`.`ORDINAL_POSITION` - 1 AS `database-position`, UPPER(`c`.`DATA_TYPE`) AS `database-type`, COALESCE(`c`.`COLUMN_KEY` = 'PRI', FALSE) AS `pk?`, `c`.`COLUMN_COMMENT` AS `field-comment`, (`c`.`EXTRA` = 'auto_increment') AS `database-is-auto-increment`, `c`.`IS_NULLABLE` = 'NO' AND `c`.`COLUMN_DEFAULT` IS NULL AS `database-required` FROM `information_schema`.`columns` AS `c` WHERE `c`.`TABLE_SCHEMA` NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql') AND `c`.`TABLE_SCHEMA` = 'shop' ORDER BY `table-name` ASC, `database-position` ASC

@ rows 0
@ columns pk-column-name, pk-table-name, REFERENCED_TABLE_NAME
SELECT a.column_name AS `pk-column-name`, a.table_name AS `pk-table-name`, a.referenced_table_name FROM information_schema.key_column_usage a JOIN information_schema.table_constraints b USING (constraint_schema, constraint_name, table_name) WHERE b.constraint_type = 'FOREIGN KEY' AND a.referenced_table_schema = 'shop' ORDER BY a.table_name

@ rows 3
@ columns TABLE_NAME, INDEX_NAME, COLUMN_NAME
@ has orders	PRIMARY	id
@ has users	PRIMARY	id
@ has users	by_name	name
SELECT `TABLE_NAME`, `INDEX_NAME`, `COLUMN_NAME` FROM `INFORMATION_SCHEMA`.`STATISTICS` WHERE `TABLE_SCHEMA` = 'shop' AND `SEQ_IN_INDEX` = 1

@ rows 1
@ columns count
@ has 3
-- Metabase:: userID: 1 queryType: MBQL queryHash: aaaa
SELECT COUNT(*) AS `count` FROM `users`

@ rows 3
@ columns id, name, spent
@ has 1	Ada	10.50
@ has 2	Bo	0.00
@ has 3	Élise	7.25
SELECT `users`.`id` AS `id`, `users`.`name` AS `name`, `users`.`spent` AS `spent` FROM `users` LIMIT 2000

@ rows 3
@ columns name, substring1
@ has Ada	Ada
@ has Bo	Bo
@ has Élise	Élise
SELECT `source`.`name` AS `name`, SUBSTRING(`source`.`name`, 1, 1234) AS `substring1` FROM (SELECT `users`.`name` AS `name` FROM `users`) AS `source` LIMIT 10000

@ rows 3
@ columns at, count
@ has 2026-01-01	2
@ has 2026-02-01	1
@ has 2026-04-01	1
SELECT STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') AS `at`, COUNT(*) AS `count` FROM `orders` GROUP BY STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') ORDER BY STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`at`, '%Y-%m'), '-01'), '%Y-%m-%d') ASC

@ rows 1
@ columns at, sum
@ has 2026-01-01	5
SELECT MAKEDATE(YEAR(`orders`.`at`), 1) AS `at`, SUM(`orders`.`line`) AS `sum` FROM `orders` GROUP BY MAKEDATE(YEAR(`orders`.`at`), 1) ORDER BY MAKEDATE(YEAR(`orders`.`at`), 1) ASC

@ columns at, count
SELECT DATE(`orders`.`at`) AS `at`, COUNT(distinct `orders`.`id`) AS `count` FROM `orders` WHERE (`orders`.`at` >= DATE(DATE_ADD(NOW(6), INTERVAL -30 day)) AND `orders`.`at` < DATE(NOW(6))) GROUP BY DATE(`orders`.`at`) ORDER BY DATE(`orders`.`at`) ASC
