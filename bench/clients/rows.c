/*
 * Reads all rows of a query unbuffered and prints "rows bytes seconds".
 *
 *   rows PORT text|binary|text-compressed SQL
 *
 * Text: every value is touched by its length. Binary: a prepared statement whose columns are bound in their
 * own types, as an application would.
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *text) {
  fprintf(stderr, "%s\n", text);
  exit(1);
}

static void read_text(MYSQL *mysql, const char *sql, long *rows, long *bytes) {
  if (mysql_query(mysql, sql)) fail(mysql_error(mysql));
  MYSQL_RES *result = mysql_use_result(mysql);
  if (!result) fail(mysql_error(mysql));
  unsigned columns = mysql_num_fields(result);
  while (mysql_fetch_row(result)) {
    unsigned long *lengths = mysql_fetch_lengths(result);
    for (unsigned i = 0; i < columns; i++) *bytes += lengths[i];
    ++*rows;
  }
  if (mysql_errno(mysql)) fail(mysql_error(mysql));
  mysql_free_result(result);
}

static void read_binary(MYSQL *mysql, const char *sql, long *rows, long *bytes) {
  MYSQL_STMT *statement = mysql_stmt_init(mysql);
  if (mysql_stmt_prepare(statement, sql, strlen(sql))) fail(mysql_stmt_error(statement));
  MYSQL_RES *metadata = mysql_stmt_result_metadata(statement);
  unsigned columns = mysql_num_fields(metadata);
  MYSQL_FIELD *fields = mysql_fetch_fields(metadata);
  MYSQL_BIND *bind = calloc(columns, sizeof *bind);
  unsigned long *lengths = calloc(columns, sizeof *lengths);
  my_bool *nulls = calloc(columns, sizeof *nulls);
  for (unsigned i = 0; i < columns; i++) {
    bind[i].buffer_type = fields[i].type;
    bind[i].buffer_length = 512;
    bind[i].buffer = malloc(512);
    bind[i].length = &lengths[i];
    bind[i].is_null = &nulls[i];
    bind[i].is_unsigned = (fields[i].flags & UNSIGNED_FLAG) != 0;
  }
  if (mysql_stmt_execute(statement)) fail(mysql_stmt_error(statement));
  if (mysql_stmt_bind_result(statement, bind)) fail(mysql_stmt_error(statement));
  int status;
  while ((status = mysql_stmt_fetch(statement)) == 0) {
    for (unsigned i = 0; i < columns; i++) *bytes += nulls[i] ? 0 : lengths[i];
    ++*rows;
  }
  if (status != MYSQL_NO_DATA) fail(status == MYSQL_DATA_TRUNCATED ? "truncated" : mysql_stmt_error(statement));
  mysql_stmt_close(statement);
}

int main(int count, char **arguments) {
  if (count != 4) fail("usage: rows PORT text|binary|text-compressed SQL");
  MYSQL *mysql = mysql_init(NULL);
  int binary = strcmp(arguments[2], "binary") == 0;
  unsigned long flags = strcmp(arguments[2], "text-compressed") == 0 ? CLIENT_COMPRESS : 0;
  if (flags) mysql_options(mysql, MYSQL_OPT_COMPRESS, NULL);
  if (!mysql_real_connect(mysql, "127.0.0.1", "root", "", "bench", atoi(arguments[1]), NULL, flags))
    fail(mysql_error(mysql));
  long rows = 0, bytes = 0;
  double started = now();
  if (binary) read_binary(mysql, arguments[3], &rows, &bytes);
  else read_text(mysql, arguments[3], &rows, &bytes);
  printf("%ld %ld %.6f\n", rows, bytes, now() - started);
  mysql_close(mysql);
  return 0;
}
