"""Writes TPC-DS's tables as Parquet files and its queries as JSON: python generate.py SCALE DIRECTORY"""

import json
import os
import sys

import duckdb
import duckdb_extension_tpcds

scale, directory = float(sys.argv[1]), sys.argv[2]
package = os.path.dirname(duckdb_extension_tpcds.__file__)
extension = os.path.join(package, "extensions", "v" + duckdb.__version__, "tpcds.duckdb_extension")
connection = duckdb.connect()
connection.execute(f"LOAD '{extension}'")
connection.execute(f"CALL dsdgen(sf = {scale})")
tables = {}
for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
    columns = connection.execute(f"DESCRIBE {table}").fetchall()
    tables[table] = [[name, kind] for name, kind, *_ in columns]
    connection.execute(f"COPY {table} TO '{directory}/{table}.parquet' (FORMAT parquet)")
queries = connection.execute("SELECT query_nr, query FROM tpcds_queries() ORDER BY 1").fetchall()
with open(os.path.join(directory, "tpcds.json"), "w", encoding="utf8") as file:
    json.dump({"tables": tables, "queries": queries}, file)
