# MySQL Workbench: the connection of the editor, its tree, the administrator's pages.

@ ok
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ

@ ok
SET CHARACTER SET utf8

@ ok
SET NAMES utf8

@ ok
SET NAMES 'utf8mb4'

@ columns Variable_name, Value
SHOW SESSION STATUS LIKE 'Ssl_cipher'

@ ok
SET SQL_SAFE_UPDATES=1

@ rows 1
SELECT CONNECTION_ID()

@ rows 1
SELECT current_user()

@ has sql_mode
SHOW SESSION VARIABLES LIKE 'sql_mode'

@ has lower_case_table_names	0
SHOW SESSION VARIABLES LIKE 'lower_case_table_names'

@ rows 1
SHOW SESSION VARIABLES LIKE 'version_comment'

@ rows 1
SHOW SESSION VARIABLES LIKE 'version'

@ rows 1
SHOW VARIABLES LIKE 'version_compile_os'

@ rows 1
SELECT @@basedir, @@datadir, @@hostname, @@port, @@socket, @@version_compile_machine

@ ok
SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0

@ ok
SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS

@ has shop
SHOW DATABASES

@ columns Database
SHOW SCHEMAS WHERE `Database` NOT IN ('information_schema', 'mysql')

@ rows 3
@ columns Tables_in_shop, Table_type
SHOW FULL TABLES FROM `shop`

@ rows 2
SHOW FULL TABLES IN shop WHERE table_type != 'VIEW'

@ columns Db, Name, Type, Definer, Modified, Created, Security_type, Comment, character_set_client, collation_connection, Database Collation
@ rows 0
SHOW PROCEDURE STATUS WHERE Db='shop'

@ rows 0
SHOW FUNCTION STATUS WHERE Db='shop'

@ rows 6
SHOW FULL COLUMNS FROM `shop`.`users`

@ rows >=2
SHOW INDEXES FROM `shop`.`users`

@ columns Trigger, Event, Table, Statement, Timing, Created, sql_mode, Definer, character_set_client, collation_connection, Database Collation
@ rows 0
SHOW TRIGGERS FROM `shop`

@ rows 1
SHOW CREATE TABLE `shop`.`users`

@ rows 1
SHOW TABLE STATUS FROM `shop` LIKE 'orders'

@ rows 0
SELECT CONSTRAINT_NAME, TABLE_NAME, UPDATE_RULE, DELETE_RULE, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop' AND (TABLE_NAME = 'users' OR REFERENCED_TABLE_NAME = 'users')

@ rows 1
SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'

@ rows >=1
SHOW PLUGINS

@ has InnoDB
SHOW ENGINES

@ has utf8mb4
SHOW CHARACTER SET

@ rows >=1
SHOW COLLATION WHERE Charset = 'utf8mb4'

@ has version
SHOW GLOBAL VARIABLES

@ has Uptime
SHOW GLOBAL STATUS

@ rows >=1
SHOW FULL PROCESSLIST

@ columns ENGINE, SUPPORT, COMMENT, TRANSACTIONS, XA, SAVEPOINTS
SELECT * FROM information_schema.ENGINES

@ rows 1
SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'performance_schema' AND TABLE_NAME = 'threads'

@ rows >=1
SELECT @@global.performance_schema

@ has root
SELECT User, Host FROM mysql.user ORDER BY User

@ rows 0
SHOW MASTER STATUS

@ rows 0
SHOW REPLICA STATUS

@ ok
USE `shop`

@ rows 3
@ columns id, name, spent, active, born, seen
SELECT * FROM shop.users
LIMIT 0, 1000

@ error 1175
UPDATE users SET active = 1

@ ok
SET SQL_SAFE_UPDATES=0

@ rows >=1
EXPLAIN SELECT * FROM shop.users

@ rows >=1
EXPLAIN FORMAT=JSON SELECT * FROM shop.users

@ rows 0
SHOW WARNINGS

@ rows 0
SHOW EVENTS FROM shop

@ rows 1
SELECT st.* FROM (SELECT @@max_allowed_packet p) st

# What it was seen to send besides.

@ rows 1
@ columns Variable_name, Value
SHOW SESSION VARIABLES LIKE 'version_compile_os'

@ rows 0
@ columns Variable_name, Value
SHOW VARIABLES LIKE 'offline_mode'

@ rows 1
@ columns Variable_name, Value
SHOW VARIABLES LIKE 'wait_timeout'

@ rows 1
@ columns DATABASE()
@ has shop
SELECT DATABASE()

@ rows 1
@ columns Database (shop)
@ has shop
SHOW DATABASES LIKE 'shop'

@ rows 1
@ columns Tables_in_shop (us%), Table_type
@ has users	BASE TABLE
SHOW FULL TABLES FROM `shop` LIKE 'us%'

@ rows 6
@ columns Field, Type, Null, Key, Default, Extra
@ has id	int	NO	PRI	NULL	auto_increment
@ has name	varchar(40)	NO	MUL	NULL	
@ has spent	decimal(10,2)	YES		0.00	
SHOW COLUMNS FROM `shop`.`users`

@ rows 1
SHOW TABLE STATUS FROM `shop` LIKE 'users'

@ error 1146
SELECT name, type FROM mysql.proc WHERE 1 = 0

@ rows 1
@ columns Grants for root@%
SHOW GRANTS

@ error 1146
SELECT st.* FROM performance_schema.events_statements_current st JOIN performance_schema.threads thr ON thr.thread_id = st.thread_id WHERE thr.processlist_id = 1

@ ok
SET SQL_SELECT_LIMIT=1000

@ ok
SET SQL_SELECT_LIMIT=DEFAULT
