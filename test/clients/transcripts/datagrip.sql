# DataGrip and the other JetBrains tools over Connector/J: login, introspection, the editor.

@ ok
/* ApplicationName=DataGrip 2024.3 */ SET net_write_timeout=600000

@ rows 1
/* ApplicationName=DataGrip 2024.3 */ select version(), @@version_comment, database()

@ rows 1
/* ApplicationName=DataGrip 2024.3 */ select database(), schema(), left(user(), instr(user(), '@') - 1)

@ ok
/* ApplicationName=DataGrip 2024.3 */ SET session transaction read write

@ has 0
/* ApplicationName=DataGrip 2024.3 */ SELECT @@session.transaction_read_only

@ has OFF
/* ApplicationName=DataGrip 2024.3 */ select @@event_scheduler

@ has InnoDB	InnoDB
/* ApplicationName=DataGrip 2024.3 */ select @@default_storage_engine, @@default_tmp_storage_engine

@ rows 3
/* ApplicationName=DataGrip 2024.3 */ show variables where Variable_name in ('lower_case_table_names', 'version', 'sql_mode', 'no_such_variable')

@ has shop
/* ApplicationName=DataGrip 2024.3 */ select schema_name, default_collation_name from information_schema.schemata

@ has utf8mb4_bin	utf8mb4
/* ApplicationName=DataGrip 2024.3 */ select collation_name, character_set_name, is_default = 'Yes' as is_default from information_schema.collations

@ has utf8mb4	*
/* ApplicationName=DataGrip 2024.3 */ select character_set_name, default_collate_name from information_schema.character_sets

@ has InnoDB
/* ApplicationName=DataGrip 2024.3 */ select engine, support from information_schema.engines

@ has ann	%
/* ApplicationName=DataGrip 2024.3 */ select user, host from mysql.user

@ rows 3
@ has users	BASE TABLE	who buys	InnoDB
/* ApplicationName=DataGrip 2024.3 */ select table_name, table_type, table_comment, engine, table_collation, create_options, create_time, update_time, table_rows, auto_increment from information_schema.tables where table_schema = 'shop'

@ has users	active	4	tinyint(1)	1
@ has spenders	name
/* ApplicationName=DataGrip 2024.3 */ select table_name, column_name, ordinal_position, column_type, column_default, generation_expression, is_nullable, extra, column_comment, collation_name, column_key from information_schema.columns where table_schema = 'shop' order by table_name, ordinal_position

@ has orders	PRIMARY	1	id	NULL	BTREE	0
/* ApplicationName=DataGrip 2024.3 */ select table_name, index_name, seq_in_index, column_name, sub_part, index_type, non_unique, collation, index_comment, is_visible, expression from information_schema.statistics where index_schema = 'shop' order by index_schema, table_name, index_name, index_type, seq_in_index

@ rows 2
/* ApplicationName=DataGrip 2024.3 */ select c.constraint_name, c.constraint_schema, c.table_name, c.constraint_type, c.enforced = 'YES' enforced from information_schema.table_constraints c where c.table_schema = 'shop'

@ rows 3
/* ApplicationName=DataGrip 2024.3 */ select constraint_name, table_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name from information_schema.key_column_usage where table_schema = 'shop' order by constraint_name, ordinal_position

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select constraint_name, unique_constraint_schema, table_name, update_rule, delete_rule from information_schema.referential_constraints where constraint_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select tc.table_name, cc.constraint_name, cc.check_clause from information_schema.check_constraints cc join information_schema.table_constraints tc on cc.constraint_schema = tc.table_schema and cc.constraint_name = tc.constraint_name where cc.constraint_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select trigger_name, event_object_table, event_manipulation, action_timing, definer from information_schema.triggers where trigger_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select event_name, event_comment, definer, event_type = 'RECURRING' recurring, interval_value, interval_field, cast(coalesce(starts, execute_at) as char) starts, cast(ends as char) ends, status, on_completion = 'PRESERVE' preserve, last_executed from information_schema.events where event_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select routine_name, routine_type, routine_definition, routine_comment, dtd_identifier, is_deterministic, sql_data_access, security_type, definer from information_schema.routines where routine_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select specific_name, ordinal_position, parameter_name, parameter_mode, dtd_identifier from information_schema.parameters where specific_schema = 'shop' and ordinal_position > 0 order by specific_name, ordinal_position

@ rows 1
/* ApplicationName=DataGrip 2024.3 */ select table_name, view_definition, definer, security_type, check_option from information_schema.views where table_schema = 'shop'

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ select table_name, partition_name, partition_method, partition_expression, partition_description from information_schema.partitions where table_schema = 'shop' and partition_name is not null

@ rows >=1
/* ApplicationName=DataGrip 2024.3 */ select grantee, privilege_type, is_grantable from information_schema.user_privileges

@ rows >=1
/* ApplicationName=DataGrip 2024.3 */ select grantee, table_schema, privilege_type from information_schema.schema_privileges

/* ApplicationName=DataGrip 2024.3 */ select grantee, table_name, privilege_type, is_grantable from information_schema.table_privileges where table_schema = 'shop' union all select grantee, concat(table_name, '.', column_name), privilege_type, is_grantable from information_schema.column_privileges where table_schema = 'shop'

@ ok
/* ApplicationName=DataGrip 2024.3 */ USE `shop`

@ ok
/* ApplicationName=DataGrip 2024.3 */ SET SQL_SELECT_LIMIT=501

@ rows 3
/* ApplicationName=DataGrip 2024.3 */ SELECT t.* FROM shop.users t LIMIT 501

@ ok
/* ApplicationName=DataGrip 2024.3 */ SET SQL_SELECT_LIMIT=DEFAULT

@ has 1
/* ApplicationName=DataGrip 2024.3 Keep alive */ SELECT 'keep alive' IS NOT NULL

@ rows 0
/* ApplicationName=DataGrip 2024.3 */ SHOW WARNINGS

# What it was seen to send besides.

@ rows 1
@ columns database()
@ has shop
select database()

@ rows 1
@ columns version(), @@version_comment, database()
select version(), @@version_comment, database()

@ ok
SET net_write_timeout=600

@ ok
SET SQL_SELECT_LIMIT=DEFAULT

@ rows 5
@ columns SCHEMA_NAME
@ has information_schema
@ has mysql
@ has performance_schema
select schema_name from information_schema.schemata

@ rows 5
@ columns SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME
@ has information_schema	utf8mb3	utf8mb3_general_ci
@ has mysql	utf8mb4	utf8mb4_0900_bin
@ has performance_schema	utf8mb4	utf8mb4_0900_bin
select schema_name, default_character_set_name, default_collation_name from information_schema.schemata

@ rows >=1
@ columns COLLATION_NAME, CHARACTER_SET_NAME, IS_DEFAULT
@ has ascii_bin	ascii	
@ has ascii_general_ci	ascii	Yes
@ has binary	binary	Yes
select collation_name, character_set_name, is_default from information_schema.collations

@ rows 3
@ columns TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, ENGINE, TABLE_COLLATION, CREATE_OPTIONS
@ has orders	BASE TABLE		InnoDB	utf8mb4_0900_bin	
@ has spenders	VIEW	VIEW	NULL	NULL	NULL
@ has users	BASE TABLE	who buys	InnoDB	utf8mb4_0900_bin	
select table_name, table_type, table_comment, engine, table_collation, create_options from information_schema.tables where table_schema = 'shop'

@ rows 17
@ has 1	id	bigint unsigned	NULL		orders		NO		NULL
@ has 2	line	smallint	NULL		orders		NO		NULL
@ has 3	user_id	int	NULL		orders		YES		NULL
select ordinal_position, column_name, column_type, column_default, generation_expression, table_name, column_comment, is_nullable, extra, collation_name from information_schema.columns where table_schema = 'shop' order by table_name, ordinal_position

@ rows 1
@ columns TABLE_NAME, AUTO_INCREMENT
@ has users	4
select table_name, auto_increment from information_schema.tables where table_schema = 'shop' and auto_increment is not null

@ rows 4
@ has orders	PRIMARY		BTREE	0	id	NULL	A	NULL
@ has orders	PRIMARY		BTREE	0	line	NULL	A	NULL
@ has users	PRIMARY		BTREE	0	id	NULL	A	NULL
select table_name, index_name, index_comment, index_type, non_unique, column_name, sub_part, collation, null expression from information_schema.statistics where table_schema = 'shop' and index_schema = 'shop' order by index_schema, table_name, index_name, index_type, seq_in_index

@ rows 2
@ columns CONSTRAINT_NAME, CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_TYPE, false
@ has PRIMARY	shop	orders	PRIMARY KEY	0
@ has PRIMARY	shop	users	PRIMARY KEY	0
select c.constraint_name, c.constraint_schema, c.table_name, c.constraint_type, false from information_schema.table_constraints c where c.table_schema = 'shop'

@ rows 0
@ columns CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
select constraint_name, table_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name from information_schema.key_column_usage where table_schema = 'shop' and referenced_column_name is not null order by table_name, constraint_name, ordinal_position

@ rows 0
@ columns TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_ORDINAL_POSITION
select table_name, partition_name, subpartition_name, partition_ordinal_position from information_schema.partitions where partition_name is not null and table_schema = 'shop'

@ rows 0
@ columns TRIGGER_NAME, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, DEFINER
select trigger_name, event_object_table, event_manipulation, action_timing, definer from information_schema.triggers where trigger_schema = 'shop'

@ rows 0
@ columns EVENT_NAME, EVENT_COMMENT, DEFINER, event_type = 'RECURRING'
select event_name, event_comment, definer, event_type = 'RECURRING' from information_schema.events where event_schema = 'shop'

@ rows 0
@ columns ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION, ROUTINE_COMMENT, DTD_IDENTIFIER
select routine_name, routine_type, routine_definition, routine_comment, dtd_identifier from information_schema.routines where routine_schema = 'shop'

@ rows 0
@ columns SPECIFIC_NAME, ORDINAL_POSITION, PARAMETER_NAME, PARAMETER_MODE, DTD_IDENTIFIER
select specific_name, ordinal_position, parameter_name, parameter_mode, dtd_identifier from information_schema.parameters where specific_schema = 'shop' and ordinal_position > 0

@ rows 1
@ columns TABLE_NAME, VIEW_DEFINITION, DEFINER
@ has spenders	SELECT `id`, `name`, `spent` FROM `shop`.`users` WHERE `spent` > 1	root@%
select table_name, view_definition, definer from information_schema.views where table_schema = 'shop'

@ rows 0
@ columns GRANTEE, TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE, IS_GRANTABLE
select grantee, table_name, column_name, privilege_type, is_grantable from information_schema.column_privileges where table_schema = 'shop'

@ rows >=1
@ columns GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE
select grantee, privilege_type, is_grantable from information_schema.user_privileges

@ rows >=1
@ columns user, host
select user, host from mysql.user

@ rows 1
@ columns @@event_scheduler
select @@event_scheduler

@ rows 1
@ columns @@default_storage_engine
select @@default_storage_engine

@ rows 1
@ columns Table, Create Table
@ has users	*
show create table shop.users

@ rows 3
@ columns id, name, spent, active, born, seen
select t.* from shop.users t limit 501
