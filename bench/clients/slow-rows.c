/*
 * CONNECTIONS readers of one query, each taking a row every MICROSECONDS, until SECONDS have passed; prints the
 * rows that each has read, the fewest first and the most last.
 *
 *   slow-rows PORT CONNECTIONS MICROSECONDS SECONDS SQL
 */
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *sql;
static unsigned port, pause_us;
static double until;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void *reader(void *result) {
  long *rows = result;
  mysql_thread_init();
  MYSQL *mysql = mysql_init(NULL);
  if (!mysql_real_connect(mysql, "127.0.0.1", "root", "", "bench", port, NULL, 0) || mysql_query(mysql, sql)) {
    fprintf(stderr, "%s\n", mysql_error(mysql));
    exit(1);
  }
  MYSQL_RES *found = mysql_use_result(mysql);
  while (now() < until && mysql_fetch_row(found)) {
    ++*rows;
    usleep(pause_us);
  }
  /* The rest stays unread: the process ends, and with it the connection. */
  mysql_thread_end();
  return NULL;
}

static int ascending(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  if (count != 6) return 2;
  port = atoi(arguments[1]);
  int connections = atoi(arguments[2]);
  pause_us = atoi(arguments[3]);
  until = now() + atof(arguments[4]);
  sql = arguments[5];
  mysql_library_init(0, NULL, NULL);
  pthread_t *threads = calloc(connections, sizeof *threads);
  long *rows = calloc(connections, sizeof *rows);
  for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, reader, &rows[i]);
  for (int i = 0; i < connections; i++) pthread_join(threads[i], NULL);
  qsort(rows, connections, sizeof *rows, ascending);
  for (int i = 0; i < connections; i++) printf(i == 0 ? "%ld" : " %ld", rows[i]);
  printf("\n");
  return 0;
}
