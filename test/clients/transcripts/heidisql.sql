# HeidiSQL: several statements in one at its start, then databases, tables and the grid.

@ rows 1
SELECT CONNECTION_ID()

@ columns Variable_name, Value
SHOW VARIABLES

@ has Uptime
SHOW /*!50002 GLOBAL */ STATUS

@ rows 1
SELECT NOW()

@ rows >=1
SHOW VARIABLES LIKE 'skip_name_resolve'

@ ok
/*!40101 SET NAMES utf8mb4 */

@ has shop
SHOW DATABASES

@ rows >=1
@ has shop
SELECT `SCHEMA_NAME`, `DEFAULT_COLLATION_NAME` FROM `information_schema`.`SCHEMATA`

@ rows 1
SELECT `DEFAULT_COLLATION_NAME` FROM `information_schema`.`SCHEMATA` WHERE `SCHEMA_NAME`='shop'

@ rows 3
SHOW TABLE STATUS FROM `shop`

@ rows 0
SHOW FUNCTION STATUS WHERE `Db`='shop'

@ rows 0
SHOW PROCEDURE STATUS WHERE `Db`='shop'

@ rows 0
SHOW TRIGGERS FROM `shop`

@ rows 0
SELECT *, EVENT_SCHEMA AS `Db`, EVENT_NAME AS `Name` FROM information_schema.`EVENTS` WHERE `EVENT_SCHEMA`='shop'

@ ok
USE `shop`

@ rows 6
SELECT * FROM `information_schema`.`COLUMNS` WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' ORDER BY ORDINAL_POSITION

@ rows >=2
SHOW INDEXES FROM `users` FROM `shop`

@ rows 0
SELECT * FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA='shop' AND TABLE_NAME='users' AND REFERENCED_TABLE_NAME IS NOT NULL

@ rows 0
SELECT * FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='users' AND REFERENCED_TABLE_NAME IS NOT NULL

@ rows 0
SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM `information_schema`.`CHECK_CONSTRAINTS` WHERE CONSTRAINT_SCHEMA='shop'

@ rows 1
SHOW CREATE TABLE `shop`.`users`

@ rows 3
SELECT `id`, `name`, `spent`, `active`, `born`, `seen` FROM `shop`.`users` LIMIT 1000

@ rows 4
SELECT `id`, `line`, LEFT(`note`, 256), LEFT(`detail`, 256) FROM `shop`.`orders` ORDER BY `id` ASC, `line` DESC LIMIT 1000

@ rows 1
SELECT COUNT(*) FROM `shop`.`orders`

@ has InnoDB
SHOW ENGINES

@ rows >=1
SHOW COLLATION

@ rows >=1
SHOW /*!50000 GLOBAL */ VARIABLES LIKE 'version%'

@ rows >=1
SELECT `ID`, `USER`, `HOST`, `DB`, `COMMAND`, `TIME`, `STATE`, LEFT(`INFO`, 51200) AS `Info` FROM `information_schema`.`PROCESSLIST`

@ rows 0
SHOW WARNINGS LIMIT 5

@ ok
UPDATE `shop`.`users` SET `active`='1' WHERE `id`=1

@ rows >=1
SHOW GRANTS FOR `ann`@`%`

@ ok
FLUSH PRIVILEGES

@ text
SELECT 1; SHOW VARIABLES LIKE 'wait_timeout'; SELECT NOW()

# What it was seen to send besides.

@ rows 1
@ columns DATABASE()
@ has shop
SELECT DATABASE()

@ rows 0
@ columns CONSTRAINT_NAME, CHECK_CLAUSE
SELECT tc.CONSTRAINT_NAME, cc.CHECK_CLAUSE FROM `information_schema`.`CHECK_CONSTRAINTS` AS cc, `information_schema`.`TABLE_CONSTRAINTS` AS tc WHERE tc.CONSTRAINT_SCHEMA='shop' AND tc.TABLE_NAME='users' AND tc.CONSTRAINT_TYPE='CHECK' AND tc.CONSTRAINT_SCHEMA=cc.CONSTRAINT_SCHEMA AND tc.CONSTRAINT_NAME=cc.CONSTRAINT_NAME

@ rows 1
@ columns Database, Create Database
@ has shop	CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin */ /*!80016 DEFAULT ENCRYPTION='N' */
SHOW CREATE DATABASE `shop`

@ rows 3
@ columns id, name, spent
@ has 1	Ada	10.50
@ has 2	Bo	0.00
@ has 3	Élise	7.25
SELECT  `id`,  `name`,  `spent` FROM `shop`.`users` LIMIT 1000

@ rows 3
@ has 3	Élise	7.25
@ has 2	Bo	0.00
@ has 1	Ada	10.50
SELECT `id`, LEFT(`name`, 256), `spent` FROM `shop`.`users` ORDER BY `id` DESC LIMIT 1000

@ rows >=1
@ columns Id, User, Host, db, Command, Time, State, Info
SHOW FULL PROCESSLIST

@ rows 1
@ columns COUNT(*)
@ has 3
SELECT COUNT(*) FROM `shop`.`users`

@ ok
SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO'
