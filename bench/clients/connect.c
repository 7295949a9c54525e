/* Connects, runs a first query and leaves, COUNT times; prints the seconds taken. connect PORT COUNT tls|plain */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(int argc, char **arguments) {
  if (argc != 4) return 2;
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (int i = 0; i < atoi(arguments[2]); i++) {
    MYSQL *mysql = mysql_init(NULL);
    my_bool tls = strcmp(arguments[3], "tls") == 0, verify = 0;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &tls);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    if (!mysql_real_connect(mysql, "127.0.0.1", "root", "", NULL, atoi(arguments[1]), NULL, 0) ||
        (mysql_get_ssl_cipher(mysql) != NULL) != tls || mysql_query(mysql, "SELECT 1")) {
      fprintf(stderr, "%s\n", mysql_error(mysql));
      return 1;
    }
    mysql_free_result(mysql_store_result(mysql));
    mysql_close(mysql);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9);
  return 0;
}
