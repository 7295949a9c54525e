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
