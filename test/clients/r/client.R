# The checklist for RMariaDB or RMySQL: Rscript client.R PACKAGE PORT ITEMS
suppressPackageStartupMessages(library(DBI))
given <- commandArgs(trailingOnly = TRUE)
package <- given[1]
port <- as.integer(given[2])
is_old <- package == "RMySQL"
driver <- if (is_old) RMySQL::MySQL() else RMariaDB::MariaDB()
endless <- "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()"

connect_to <- function(user = "root", password = "", database = "clients") {
  db <- dbConnect(driver, host = "127.0.0.1", port = port, user = user, password = password, dbname = database)
  if (is_old) dbExecute(db, "SET NAMES utf8mb4")
  db
}
check <- function(condition, what = "wrong") if (!isTRUE(condition)) stop(what)
unavailable <- function(reason) stop(structure(class = c("unavailable", "error", "condition"), list(message = reason, call = NULL)))
fails <- function(expression) tryCatch({ force(expression); stop("it did not fail") }, error = function(error) conditionMessage(error))

every <- "id, flag, ti, tu, si, su, mi, mu, i, iu, bi, f, d, money, ch, vc, tt, tx, mt, lt, en, st, da, dt, dt6, ts, yr"
print_frame <- function(frame) {
  for (name in names(frame)) cat(name, class(frame[[name]])[1], encodeString(format(frame[[name]], digits = 15)), "\n", sep = " | ")
}

steps <- list(
  connect = function() {
    for (user in c("nat", "sha")) {
      password <- "s\u00e9cret"
      # caching_sha2_password in the clear needs the server's RSA key, for which the C library asks by itself.
      db <- connect_to(user, password)
      check(dbGetQuery(db, "SELECT CURRENT_USER() AS u")$u == paste0(user, "@%"))
      dbDisconnect(db)
      check(grepl("Access denied", fails(connect_to(user, "wrong"))))
    }
    check(grepl("Unknown database", fails(connect_to(database = "nope"))))
  },
  text = function() {
    if (!is_old) unavailable("the package prepares every statement")
    db <- connect_to()
    print_frame(dbGetQuery(db, paste("SELECT", every, "FROM every_type ORDER BY id")))
    dbDisconnect(db)
  },
  binary = function() {
    if (is_old) unavailable("the package prepares nothing")
    db <- connect_to()
    print_frame(dbGetQuery(db, paste("SELECT", every, "FROM every_type ORDER BY id")))
    dbDisconnect(db)
  },
  parameters = function() {
    db <- connect_to()
    on.exit(dbDisconnect(db))
    frame <- data.frame(a = c(1L, 2L, NA), b = c(0.5, NA, -7.25), c = c("o'\"\u00fc", NA, "x"), stringsAsFactors = FALSE)
    # The packages make tables without a key, which are refused: the table is made first.
    dbExecute(db, "DROP TABLE IF EXISTS r_rows")
    dbExecute(db, "CREATE TABLE r_rows (k INT AUTO_INCREMENT PRIMARY KEY, a INT, b DOUBLE, c VARCHAR(20))")
    if (is_old) {
      for (row in seq_len(nrow(frame))) {
        values <- c(frame$a[row], frame$b[row], if (is.na(frame$c[row])) NA else dbQuoteString(db, frame$c[row]))
        values[is.na(values)] <- "NULL"
        dbExecute(db, paste0("INSERT INTO r_rows (a, b, c) VALUES (", paste(values, collapse = ", "), ")"))
      }
    } else {
      dbAppendTable(db, "r_rows", frame)
      print_frame(dbGetQuery(db, "SELECT n, name FROM series WHERE n IN (?, ?) ORDER BY n", params = list(3L, "5")))
    }
    print_frame(dbGetQuery(db, "SELECT a, b, c FROM r_rows ORDER BY k"))
    dbExecute(db, "DROP TABLE r_rows")
  },
  stream = function() {
    db <- connect_to()
    result <- dbSendQuery(db, "SELECT n, name, half, filler FROM million")
    sum <- count <- 0
    while (nrow(part <- dbFetch(result, 10000)) > 0) {
      sum <- sum + sum(as.numeric(part$n))
      count <- count + nrow(part)
    }
    dbClearResult(result)
    check(count == 1e6 && sum == 1e6 * 999999 / 2, paste(count, sum))
    dbDisconnect(db)
  },
  transactions = function() {
    one <- connect_to()
    two <- connect_to()
    dbExecute(one, "DROP TABLE IF EXISTS txn")
    dbExecute(one, "CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)")
    dbExecute(one, "INSERT INTO txn VALUES (1, 10), (2, 20)")
    values <- function(db) dbGetQuery(db, "SELECT v FROM txn ORDER BY id")$v
    dbBegin(one)
    dbExecute(one, "UPDATE txn SET v = 11 WHERE id = 1")
    check(identical(values(one), c(11L, 20L)) && identical(values(two), c(10L, 20L)))
    dbRollback(one)
    dbBegin(one)
    dbExecute(one, "UPDATE txn SET v = 12 WHERE id = 1")
    dbExecute(one, "SAVEPOINT here")
    dbExecute(one, "DELETE FROM txn")
    dbExecute(one, "ROLLBACK TO here")
    dbCommit(one)
    check(identical(values(two), c(12L, 20L)))
    dbDisconnect(one)
    dbDisconnect(two)
  },
  errors = function() {
    db <- connect_to()
    for (line in readLines(file.path(Sys.getenv("CHECKLIST"), "errors.tsv"))) {
      parts <- strsplit(line, "\t")[[1]]
      fails(dbExecute(db, parts[3]))
      # The package keeps the number to itself, or writes it into the message.
      if (is_old) check(dbGetException(db)$errorNum == as.integer(parts[1]), line)
    }
    check(dbGetQuery(db, "SELECT 1 AS a")$a == 1)
    dbDisconnect(db)
  },
  metadata = function() {
    db <- connect_to()
    check(all(c("plain", "keyed", "seen", "series") %in% dbListTables(db)))
    cat(dbListFields(db, "plain"), "\n")
    check(dbExistsTable(db, "keyed") && !dbExistsTable(db, "nope"))
    result <- dbSendQuery(db, "SELECT * FROM plain")
    print(dbColumnInfo(result)[, c("name", "type")])
    dbClearResult(result)
    dbDisconnect(db)
  },
  cancel = function() unavailable("R runs one statement at a time"),
  timeout = function() {
    db <- connect_to()
    dbExecute(db, "SET SESSION max_execution_time = 200")
    check(grepl("maximum statement execution time", fails(dbGetQuery(db, endless))))
    dbExecute(db, "SET SESSION max_execution_time = 0")
    hinted <- sub("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(200) */", endless)
    check(grepl("maximum statement execution time", fails(dbGetQuery(db, hinted))))
    dbDisconnect(db)
  },
  reconnect = function() {
    db <- connect_to()
    killer <- connect_to()
    dbExecute(killer, paste("KILL", dbGetQuery(db, "SELECT CONNECTION_ID() AS i")$i))
    fails(dbGetQuery(db, "SELECT 1"))
    cat("@restart\n")
    flush(stdout())
    readLines(file("stdin"), n = 1)
    fails(dbGetQuery(killer, "SELECT 1"))
    again <- connect_to()
    check(dbGetQuery(again, "SELECT COUNT(*) AS c FROM series")$c == 120000)
  },
  pool = function() unavailable("the package pool is CRAN's")
)
for (item in strsplit(given[3], ",")[[1]]) {
  cat("## ", item, "\n", sep = "")
  ended <- tryCatch({ suppressWarnings(steps[[item]]()); "ok" },
    unavailable = function(reason) paste("none", conditionMessage(reason)),
    error = function(error) paste("failed", gsub("\n", " | ", conditionMessage(error))))
  cat(ended, "\n", sep = "")
  flush(stdout())
}
