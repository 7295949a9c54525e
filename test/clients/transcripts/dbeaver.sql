# DBeaver over Connector/J: opening a connection, unfolding its tree, the pages of a table.

@ database shop

@ rows 1
@ columns auto_increment_increment, character_set_client, character_set_connection, character_set_results, character_set_server, collation_server, collation_connection, init_connect, interactive_timeout, license, lower_case_table_names, max_allowed_packet, net_write_timeout, performance_schema, sql_mode, system_time_zone, time_zone, transaction_isolation, wait_timeout
/* mysql-connector-j-9.1.0 (Revision: 0123456789abcdef) */SELECT  @@session.auto_increment_increment AS auto_increment_increment, @@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection, @@character_set_results AS character_set_results, @@character_set_server AS character_set_server, @@collation_server AS collation_server, @@collation_connection AS collation_connection, @@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license, @@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS max_allowed_packet, @@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema, @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone, @@time_zone AS time_zone, @@transaction_isolation AS transaction_isolation, @@wait_timeout AS wait_timeout

@ ok
SET character_set_results = NULL

@ ok
SET autocommit=1

@ columns Engine, Support, Comment, Transactions, XA, Savepoints
@ rows >=1
@ has InnoDB	DEFAULT
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW ENGINES

@ columns Charset, Description, Default collation, Maxlen
@ has utf8mb4	*	*	4
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW CHARSET

@ columns Collation, Charset, Id, Default, Compiled, Sortlen, Pad_attribute
@ has utf8mb4_bin	utf8mb4	46
@ has utf8mb4_0900_ai_ci	utf8mb4	255
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW COLLATION

@ rows 1
@ columns @@GLOBAL.character_set_server, @@GLOBAL.collation_server
/* ApplicationName=DBeaver 24.2.0 - Main */ SELECT @@GLOBAL.character_set_server,@@GLOBAL.collation_server

@ columns Name, Status, Type, Library, License
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW PLUGINS

@ columns Variable_name, Value
@ has lower_case_table_names	0
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW VARIABLES LIKE 'lower_case_table_names'

@ columns Database
@ has shop
@ has information_schema
/* ApplicationName=DBeaver 24.2.0 - Main */ SHOW DATABASES

@ rows 1
@ has shop
/* ApplicationName=DBeaver 24.2.0 - Main */ SELECT DATABASE()

/* ApplicationName=DBeaver 24.2.0 - Main */ SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'CHECK_CONSTRAINTS'

@ rows 1
@ has REPEATABLE-READ
/* ApplicationName=DBeaver 24.2.0 - Main */ SELECT @@session.transaction_isolation

@ ok
SET SQL_SELECT_LIMIT=DEFAULT

@ rows 1
@ has def	shop	utf8mb4
@ columns CATALOG_NAME, SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SQL_PATH, DEFAULT_ENCRYPTION
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME='shop'

@ columns Tables_in_shop, Table_type
@ rows 3
@ has users	BASE TABLE
@ has spenders	VIEW
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW FULL TABLES FROM `shop`

@ rows 1
@ has users	BASE TABLE
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW FULL TABLES FROM `shop` WHERE `Tables_in_shop` = 'users'

@ rows 1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW FULL TABLES FROM `shop` LIKE 'users'

@ rows 6
@ has def	shop	users	id	1
@ columns TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_TYPE, COLUMN_KEY, EXTRA, PRIVILEGES, COLUMN_COMMENT, GENERATION_EXPRESSION, SRS_ID
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY ORDINAL_POSITION

@ rows >=2
@ has def	shop	users	0	shop	PRIMARY	1	id
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.STATISTICS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY INDEX_NAME,SEQ_IN_INDEX

@ rows 2
@ has PRIMARY	orders	id	1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT kc.CONSTRAINT_NAME,kc.TABLE_NAME,kc.COLUMN_NAME,kc.ORDINAL_POSITION
FROM information_schema.KEY_COLUMN_USAGE kc WHERE kc.TABLE_SCHEMA='shop' AND kc.REFERENCED_TABLE_NAME IS NULL AND kc.TABLE_NAME='orders'
ORDER BY kc.CONSTRAINT_NAME,kc.ORDINAL_POSITION

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT cc.CONSTRAINT_NAME, cc.CHECK_CLAUSE, tc.TABLE_NAME FROM (SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop' ORDER BY CONSTRAINT_NAME) cc, (SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME='users') tc WHERE cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW TRIGGERS FROM `shop` WHERE `Table` = 'users'

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA='shop' AND EVENT_OBJECT_TABLE='users' ORDER BY TRIGGER_NAME

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.EVENTS WHERE EVENT_SCHEMA='shop' ORDER BY EVENT_NAME

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA='shop' AND ROUTINE_TYPE IN ('PROCEDURE','FUNCTION') ORDER BY ROUTINE_NAME

@ rows >=1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY PARTITION_ORDINAL_POSITION,SUBPARTITION_ORDINAL_POSITION

@ rows 0
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.TABLES WHERE TABLE_SCHEMA='shop' AND TABLE_TYPE = 'SEQUENCE'

@ columns Name, Engine, Version, Row_format, Rows, Avg_row_length, Data_length, Max_data_length, Index_length, Data_free, Auto_increment, Create_time, Update_time, Check_time, Collation, Checksum, Create_options, Comment
@ rows 3
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW TABLE STATUS FROM `shop`

@ rows 1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW TABLE STATUS FROM `shop` LIKE 'users'

@ columns Table, Create Table
@ has users
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW CREATE TABLE `shop`.`users`

@ columns View, Create View, character_set_client, collation_connection
@ rows 1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW CREATE VIEW `shop`.`spenders`

@ columns Database, Create Database
@ rows 1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW CREATE DATABASE `shop`

@ columns Database, Create Database
@ rows 1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW CREATE SCHEMA `shop`

@ columns TABLE_SCHEMA, Total
@ has shop
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT TABLE_SCHEMA, SUM(DATA_LENGTH + INDEX_LENGTH) AS Total FROM information_schema.TABLES GROUP BY TABLE_SCHEMA

@ columns Id, User, Host, db, Command, Time, State, Info
@ rows >=1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW FULL PROCESSLIST

@ rows >=1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT * FROM information_schema.PROCESSLIST

@ columns Privilege, Context, Comment
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW PRIVILEGES

@ columns Variable_name, Value
@ has Threads_connected
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW GLOBAL STATUS

@ columns Variable_name, Value
@ has version	8.0.40-tidegate
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW GLOBAL VARIABLES

@ columns Variable_name, Value
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW SESSION VARIABLES

@ has ann
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SELECT User, Host FROM mysql.user ORDER BY User

@ columns Grants for ann@%
@ rows >=1
/* ApplicationName=DBeaver 24.2.0 - Metadata */ SHOW GRANTS FOR 'ann'@'%'

@ ok
/* ApplicationName=DBeaver 24.2.0 - Main */ SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ

@ ok
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ SET SQL_SELECT_LIMIT=2

@ rows 2
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ select * from users

@ ok
SET SQL_SELECT_LIMIT=DEFAULT

@ rows 3
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ SELECT x.* FROM shop.users x ORDER BY x.name LIMIT 0, 200

@ columns count(*)
@ has 4
/* ApplicationName=DBeaver 24.2.0 - Main */ SELECT count(*) FROM shop.orders

@ rows >=1
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ EXPLAIN FORMAT=JSON SELECT * FROM users

@ ok
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ UPDATE shop.users SET spent=12.5 WHERE id=1

@ ok
/* ApplicationName=DBeaver 24.2.0 - SQLEditor <Script.sql> */ UPDATE shop.users SET spent=10.50 WHERE id=1

# java.sql.DatabaseMetaData of Connector/J, from information_schema.

@ columns TABLE_CAT, TABLE_SCHEM, TABLE_NAME, TABLE_TYPE, REMARKS, TYPE_CAT, TYPE_SCHEM, TYPE_NAME, SELF_REFERENCING_COL_NAME, REF_GENERATION
@ rows 3
@ has shop	NULL	orders	TABLE	
@ has shop	NULL	spenders	VIEW
SELECT TABLE_SCHEMA AS TABLE_CAT, NULL AS TABLE_SCHEM, TABLE_NAME, CASE WHEN TABLE_TYPE='BASE TABLE' THEN CASE WHEN TABLE_SCHEMA = 'mysql' OR TABLE_SCHEMA = 'performance_schema' THEN 'SYSTEM TABLE' ELSE 'TABLE' END WHEN TABLE_TYPE='TEMPORARY' THEN 'LOCAL_TEMPORARY' ELSE TABLE_TYPE END AS TABLE_TYPE, TABLE_COMMENT AS REMARKS, NULL AS TYPE_CAT, NULL AS TYPE_SCHEM, NULL AS TYPE_NAME, NULL AS SELF_REFERENCING_COL_NAME, NULL AS REF_GENERATION FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'shop' HAVING TABLE_TYPE IN ('TABLE','VIEW',null,null,null) ORDER BY TABLE_TYPE, TABLE_SCHEMA, TABLE_NAME

@ rows 6
@ has shop	NULL	users	id	4	INT	10
SELECT TABLE_SCHEMA AS TABLE_CAT, NULL AS TABLE_SCHEM, TABLE_NAME, COLUMN_NAME, CASE UPPER(DATA_TYPE) WHEN 'DECIMAL' THEN 3 WHEN 'INT' THEN 4 WHEN 'TINYINT' THEN CASE WHEN LOCATE('(1)', COLUMN_TYPE) != 0 THEN -7 ELSE -6 END WHEN 'VARCHAR' THEN 12 WHEN 'DATE' THEN 91 WHEN 'TIMESTAMP' THEN 93 ELSE 1111 END AS DATA_TYPE, UPPER(CASE WHEN UPPER(DATA_TYPE) = 'TINYINT' THEN CASE WHEN LOCATE('ZEROFILL', UPPER(COLUMN_TYPE)) = 0 AND LOCATE('UNSIGNED', UPPER(COLUMN_TYPE)) = 0 AND LOCATE('(1)', COLUMN_TYPE) != 0 THEN 'BIT' ELSE 'TINYINT' END WHEN LOCATE('UNSIGNED', UPPER(COLUMN_TYPE)) != 0 AND LOCATE('UNSIGNED', UPPER(DATA_TYPE)) = 0 THEN CONCAT(DATA_TYPE, ' UNSIGNED') ELSE DATA_TYPE END) AS TYPE_NAME, UPPER(CASE WHEN UPPER(DATA_TYPE)='DATE' THEN 10 WHEN UPPER(DATA_TYPE)='TIMESTAMP' THEN 19+(CASE WHEN DATETIME_PRECISION>0 THEN DATETIME_PRECISION+1 ELSE DATETIME_PRECISION END) WHEN UPPER(DATA_TYPE)='INT' THEN 10 WHEN CHARACTER_MAXIMUM_LENGTH IS NULL THEN NUMERIC_PRECISION WHEN CHARACTER_MAXIMUM_LENGTH > 2147483647 THEN 2147483647 ELSE CHARACTER_MAXIMUM_LENGTH END) AS COLUMN_SIZE, 65535 AS BUFFER_LENGTH, UPPER(CASE WHEN DATA_TYPE = 'decimal' THEN NUMERIC_SCALE WHEN DATA_TYPE IN ('float','double') THEN NULL ELSE NUMERIC_SCALE END) AS DECIMAL_DIGITS, 10 AS NUM_PREC_RADIX, CASE WHEN IS_NULLABLE='NO' THEN 0 ELSE CASE WHEN IS_NULLABLE='YES' THEN 1 ELSE 2 END END AS NULLABLE, COLUMN_COMMENT AS REMARKS, COLUMN_DEFAULT AS COLUMN_DEF, 0 AS SQL_DATA_TYPE, 0 AS SQL_DATETIME_SUB, CASE WHEN CHARACTER_OCTET_LENGTH > 2147483647 THEN 2147483647 ELSE CHARACTER_OCTET_LENGTH END AS CHAR_OCTET_LENGTH, ORDINAL_POSITION, IS_NULLABLE, NULL AS SCOPE_CATALOG, NULL AS SCOPE_SCHEMA, NULL AS SCOPE_TABLE, NULL AS SOURCE_DATA_TYPE, IF(EXTRA LIKE '%auto_increment%','YES','NO') AS IS_AUTOINCREMENT, IF(EXTRA LIKE '%GENERATED%','YES','NO') AS IS_GENERATEDCOLUMN FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'users' ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION

@ rows 2
@ has shop	NULL	orders	id	1	PRIMARY
SELECT TABLE_SCHEMA AS TABLE_CAT, NULL AS TABLE_SCHEM, TABLE_NAME, COLUMN_NAME, SEQ_IN_INDEX AS KEY_SEQ, 'PRIMARY' AS PK_NAME FROM INFORMATION_SCHEMA.STATISTICS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'orders' AND INDEX_NAME='PRIMARY' ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX

@ rows >=1
SELECT TABLE_SCHEMA AS TABLE_CAT, NULL AS TABLE_SCHEM, TABLE_NAME, NON_UNIQUE, NULL AS INDEX_QUALIFIER, INDEX_NAME, 3 AS TYPE, SEQ_IN_INDEX AS ORDINAL_POSITION, COLUMN_NAME, COLLATION AS ASC_OR_DESC, CARDINALITY, 0 AS PAGES, NULL AS FILTER_CONDITION FROM INFORMATION_SCHEMA.STATISTICS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'users' ORDER BY NON_UNIQUE, INDEX_NAME, SEQ_IN_INDEX

@ rows 0
SELECT DISTINCT A.REFERENCED_TABLE_SCHEMA AS PKTABLE_CAT, NULL AS PKTABLE_SCHEM, A.REFERENCED_TABLE_NAME AS PKTABLE_NAME, A.REFERENCED_COLUMN_NAME AS PKCOLUMN_NAME, A.TABLE_SCHEMA AS FKTABLE_CAT, NULL AS FKTABLE_SCHEM, A.TABLE_NAME AS FKTABLE_NAME, A.COLUMN_NAME AS FKCOLUMN_NAME, A.ORDINAL_POSITION AS KEY_SEQ, CASE WHEN R.UPDATE_RULE='CASCADE' THEN 0 WHEN R.UPDATE_RULE='SET NULL' THEN 2 ELSE 1 END AS UPDATE_RULE, CASE WHEN R.DELETE_RULE='CASCADE' THEN 0 ELSE 1 END AS DELETE_RULE, A.CONSTRAINT_NAME AS FK_NAME, R.UNIQUE_CONSTRAINT_NAME AS PK_NAME, 7 AS DEFERRABILITY FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE A JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS B USING (CONSTRAINT_NAME,TABLE_NAME) JOIN INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS R ON (R.CONSTRAINT_NAME = B.CONSTRAINT_NAME AND R.TABLE_NAME = B.TABLE_NAME AND R.CONSTRAINT_SCHEMA = B.TABLE_SCHEMA) WHERE B.CONSTRAINT_TYPE = 'FOREIGN KEY' AND A.TABLE_SCHEMA = 'shop' AND A.TABLE_NAME='orders' AND A.REFERENCED_TABLE_SCHEMA IS NOT NULL ORDER BY A.REFERENCED_TABLE_SCHEMA, A.REFERENCED_TABLE_NAME, A.ORDINAL_POSITION

@ rows 0
SELECT ROUTINE_SCHEMA AS PROCEDURE_CAT, NULL AS PROCEDURE_SCHEM, ROUTINE_NAME AS PROCEDURE_NAME, NULL AS RESERVED_1, NULL AS RESERVED_2, NULL AS RESERVED_3, ROUTINE_COMMENT AS REMARKS, CASE WHEN ROUTINE_TYPE = 'PROCEDURE' THEN 1 WHEN ROUTINE_TYPE='FUNCTION' THEN 2 ELSE 0 END AS PROCEDURE_TYPE, ROUTINE_NAME AS SPECIFIC_NAME FROM INFORMATION_SCHEMA.ROUTINES WHERE ROUTINE_SCHEMA = 'shop' ORDER BY ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE

@ rows >=1
SELECT WORD FROM INFORMATION_SCHEMA.KEYWORDS WHERE RESERVED=1 ORDER BY WORD

# What it was seen to send besides.

@ rows 1
/* mysql-connector-j-8.2.0 (Revision: 06a1f724497fd81c6a659131fda822c9e5085b6c) */SELECT  @@session.auto_increment_increment AS auto_increment_increment, @@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection, @@character_set_results AS character_set_results, @@character_set_server AS character_set_server, @@collation_server AS collation_server, @@collation_connection AS collation_connection, @@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license, @@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS max_allowed_packet, @@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema, @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone, @@time_zone AS time_zone, @@transaction_isolation AS transaction_isolation, @@wait_timeout AS wait_timeout

@ ok
/* ApplicationName=DBeaver 24.1.0 - Main */ SET SQL_SELECT_LIMIT=DEFAULT

@ rows 1
@ columns DATABASE()
@ has shop
/* ApplicationName=DBeaver 24.1.0 - Metadata */ SELECT DATABASE()

@ rows 2
@ columns Engine, Support, Comment, Transactions, XA, Savepoints
SHOW ENGINES

@ rows 5
@ columns Charset, Description, Default collation, Maxlen
SHOW CHARSET

@ rows >=1
@ columns Collation, Charset, Id, Default, Compiled, Sortlen, Pad_attribute
SHOW COLLATION

@ rows 3
@ columns Name, Status, Type, Library, License
SHOW PLUGINS

@ rows >=1
@ columns Variable_name, Value
SHOW VARIABLES LIKE 'lower_case_%'

@ rows 1
@ columns @@GLOBAL.character_set_server, @@GLOBAL.collation_server
SELECT @@GLOBAL.character_set_server,@@GLOBAL.collation_server

@ rows 5
@ columns Database
@ has information_schema
@ has mysql
@ has performance_schema
show databases

@ rows 5
@ columns CATALOG_NAME, SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SQL_PATH, DEFAULT_ENCRYPTION
SELECT * FROM information_schema.SCHEMATA

@ rows 2
@ columns ENGINE, SUPPORT, COMMENT, TRANSACTIONS, XA, SAVEPOINTS
SELECT * FROM information_schema.ENGINES ORDER BY ENGINE

@ rows 0
@ columns SUPPORT
SELECT SUPPORT FROM information_schema.ENGINES WHERE ENGINE = 'ndbcluster'

@ rows 3
@ columns Tables_in_shop, Table_type
@ has orders	BASE TABLE
@ has spenders	VIEW
@ has users	BASE TABLE
SHOW FULL TABLES FROM `shop`

@ rows >=1
SHOW TABLE STATUS FROM `shop`

@ rows 1
SHOW TABLE STATUS FROM `shop` LIKE 'users'

@ rows 6
@ has id	int	NULL	NO	PRI	NULL	auto_increment	select,insert,update,references	
@ has name	varchar(40)	utf8mb4_0900_bin	NO	MUL	NULL		select,insert,update,references	as they spell it
@ has spent	decimal(10,2)	NULL	YES		0.00		select,insert,update,references	
SHOW FULL COLUMNS FROM `shop`.`users`

@ rows 6
SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY ORDINAL_POSITION

@ rows 2
SELECT * FROM INFORMATION_SCHEMA.STATISTICS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX

@ rows 1
@ columns CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION
@ has PRIMARY	users	id	1
SELECT kc.CONSTRAINT_NAME,kc.TABLE_NAME,kc.COLUMN_NAME,kc.ORDINAL_POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE kc WHERE kc.TABLE_SCHEMA='shop' AND kc.REFERENCED_TABLE_NAME IS NULL AND kc.TABLE_NAME='users' ORDER BY kc.CONSTRAINT_NAME,kc.ORDINAL_POSITION

@ rows 0
@ columns CONSTRAINT_NAME, CHECK_CLAUSE, TABLE_NAME
SELECT cc.CONSTRAINT_NAME, cc.CHECK_CLAUSE, tc.TABLE_NAME FROM (SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA ='shop' ORDER BY CONSTRAINT_NAME) cc, (SELECT TABLE_NAME, CONSTRAINT_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE='CHECK' AND TABLE_SCHEMA='shop') tc WHERE cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME

@ rows 0
SELECT * FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA='shop' AND EVENT_OBJECT_TABLE='users'

@ rows 0
SHOW FULL TRIGGERS FROM `shop`

@ rows 0
SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA='shop' ORDER BY ROUTINE_NAME

@ rows 0
SELECT * FROM information_schema.EVENTS WHERE EVENT_SCHEMA='shop'

@ rows 1
SELECT * FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users'

@ rows 1
@ columns Table, Create Table
@ has users	*
SHOW CREATE TABLE `shop`.`users`

@ rows >=1
SELECT * FROM mysql.user ORDER BY user

@ rows 1
@ columns Grants for root@%
SHOW GRANTS FOR 'root'@'%'

@ rows >=1
@ columns Variable_name, Value
SHOW GLOBAL STATUS

@ rows >=1
@ columns Variable_name, Value
SHOW STATUS

@ rows >=1
@ columns Variable_name, Value
SHOW GLOBAL VARIABLES

@ rows >=1
@ columns Variable_name, Value
SHOW VARIABLES

@ rows >=1
@ columns Id, User, Host, db, Command, Time, State, Info
SHOW FULL PROCESSLIST

@ ok
USE `shop`

@ rows 3
@ columns id, name, spent, active, born, seen
SELECT * FROM shop.users LIMIT 0, 200

@ rows 1
@ columns COUNT(*)
@ has 3
SELECT COUNT(*) FROM shop.users

@ rows >=1
@ columns EXPLAIN
EXPLAIN SELECT * FROM shop.users

@ rows 0
@ columns Level, Code, Message
SHOW WARNINGS

@ ok
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
