// go-sql-driver/mysql against a gateway: go run . PORT
package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/go-sql-driver/mysql"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func equal(actual, expected any) {
	if !reflect.DeepEqual(actual, expected) {
		panic(fmt.Sprintf("got %#v instead of %#v", actual, expected))
	}
}

func open(port, user, options string) *sql.DB {
	db, err := sql.Open("mysql", user+"@tcp(127.0.0.1:"+port+")/clients?"+options)
	must(err)
	return db
}

func number(err error) uint16 {
	var failure *mysql.MySQLError
	if !errors.As(err, &failure) {
		panic(fmt.Sprintf("not an error of the server: %v", err))
	}
	return failure.Number
}

func main() {
	port := os.Args[1]
	must(mysql.RegisterTLSConfig("any", &tls.Config{InsecureSkipVerify: true}))
	for _, transport := range []string{"tls=false", "tls=any", "tls=any&maxAllowedPacket=0", "charset=utf8mb4&collation=utf8mb4_general_ci&sql_mode=%27ANSI_QUOTES%27&time_zone=%27%2B00%3A00%27"} {
		db := open(port, "ann:sécret", transport)
		var user string
		must(db.QueryRow("SELECT CURRENT_USER()").Scan(&user))
		equal(user, "ann@%")
		must(db.Ping())
		must(db.Close())
		wrong := open(port, "ann:wrong", transport)
		equal(number(wrong.Ping()), uint16(1045))
		must(wrong.Close())
	}
	for _, mode := range []string{"interpolateParams=false", "interpolateParams=true", "interpolateParams=false&compress=true"} {
		db := open(port, "root", "parseTime=true&loc=UTC&multiStatements=true&"+mode)
		types(db)
		transactions(db)
		failures(db)
		cancel(db)
		must(db.Close())
		fmt.Println("ok", mode)
	}
}

func types(db *sql.DB) {
	rows, err := db.Query("SELECT * FROM every_type WHERE id <= ? ORDER BY id", 4)
	must(err)
	columns, err := rows.ColumnTypes()
	must(err)
	equal(len(columns), 38)
	equal(columns[11].DatabaseTypeName(), "UNSIGNED BIGINT")
	equal(columns[14].DatabaseTypeName(), "DECIMAL")
	count := 0
	for rows.Next() {
		values := make([]any, 38)
		for index := range values {
			values[index] = new(any)
		}
		must(rows.Scan(values...))
		count++
		if count == 1 {
			equal((*(values[33].(*any))).(time.Time), time.Date(2021, 6, 23, 1, 2, 3, 0, time.UTC))
			equal((*(values[36].(*any))).(time.Time), time.Date(2021, 6, 23, 1, 2, 3, 7000, time.UTC))
			equal(string((*(values[17].(*any))).([]byte)), "grün €😀")
			equal((*(values[27].(*any))).([]byte), []byte("lb"))
		}
		if count == 4 {
			for index := 1; index < 38; index++ {
				equal(*(values[index].(*any)), any(nil))
			}
		}
	}
	must(rows.Err())
	equal(count, 4)
	must(exec(db, "DROP TABLE IF EXISTS go_params"))
	must(exec(db, "CREATE TABLE go_params (a BIGINT PRIMARY KEY, b BIGINT UNSIGNED, c DOUBLE, d TEXT, e LONGBLOB, f BOOL, g DATETIME(6), h DATE)"))
	at := time.Date(2021, 6, 23, 1, 2, 3, 7000, time.UTC)
	blob := make([]byte, 3<<20)
	for index := range blob {
		blob[index] = byte(index)
	}
	insert, err := db.Prepare("INSERT INTO go_params VALUES (?,?,?,?,?,?,?,?)")
	must(err)
	_, err = insert.Exec(int64(-1), uint64(1<<64-1), 0.1, "o'\\\"ü", blob, true, at, at)
	must(err)
	_, err = insert.Exec(2, nil, nil, nil, nil, nil, nil, nil)
	must(err)
	must(insert.Close())
	var b uint64
	var c float64
	var d string
	var e []byte
	var f bool
	var g, h time.Time
	must(db.QueryRow("SELECT b, c, d, e, f, g, h FROM go_params WHERE g = ? AND b = ?", at, uint64(1<<64-1)).Scan(&b, &c, &d, &e, &f, &g, &h))
	equal([]any{b, c, d, f, g, h}, []any{uint64(1<<64 - 1), 0.1, "o'\\\"ü", true, at, time.Date(2021, 6, 23, 0, 0, 0, 0, time.UTC)})
	equal(e, blob)
	sum := 0
	all, err := db.Query("SELECT n FROM series")
	must(err)
	for all.Next() {
		var n int
		must(all.Scan(&n))
		sum += n
	}
	must(all.Err())
	equal(sum, 120000*119999/2)
	several, err := db.Query("SELECT 1; SELECT 2")
	must(err)
	equal(several.Next(), true)
	equal(several.NextResultSet(), true)
	equal(several.Next(), true)
	must(several.Close())
}

func exec(db *sql.DB, text string) error {
	_, err := db.Exec(text)
	return err
}

func transactions(db *sql.DB) {
	must(exec(db, "DROP TABLE IF EXISTS go_txn"))
	must(exec(db, "CREATE TABLE go_txn (id INT PRIMARY KEY AUTO_INCREMENT, v INT)"))
	result, err := db.Exec("INSERT INTO go_txn (v) VALUES (?), (?)", 1, 2)
	must(err)
	id, _ := result.LastInsertId()
	affected, _ := result.RowsAffected()
	equal([]int64{id, affected}, []int64{1, 2})
	transaction, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	must(err)
	_, err = transaction.Exec("UPDATE go_txn SET v = ? WHERE id = ?", 10, 1)
	must(err)
	must(transaction.Rollback())
	var v int
	must(db.QueryRow("SELECT v FROM go_txn WHERE id = 1").Scan(&v))
	equal(v, 1)
	reading, err := db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	must(err)
	_, err = reading.Exec("DELETE FROM go_txn")
	equal(number(err), uint16(1792))
	must(reading.Rollback())
}

func failures(db *sql.DB) {
	for text, expected := range map[string]uint16{"SELEC 1": 1064, "SELECT * FROM nope": 1146, "SELECT nope FROM series": 1054,
		"INSERT INTO series VALUES (1, 'a', 1)": 1062, "INSERT INTO series VALUES (-1, NULL, 1)": 1048} {
		equal(number(exec(db, text)), expected)
	}
}

func cancel(db *sql.DB) {
	ending, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer stop()
	var count int
	err := db.QueryRowContext(ending, "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()").Scan(&count)
	equal(errors.Is(err, context.DeadlineExceeded), true)
	// The driver closes the connection; the gateway ends the query with it.
	for {
		must(db.QueryRow("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half <%' AND ID <> CONNECTION_ID()").Scan(&count))
		if count == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
