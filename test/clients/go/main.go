// The checklist for go-sql-driver/mysql: go run . PORT ITEMS
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
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

var port string

func shown(value any) string {
	text := fmt.Sprintf("%T %q", value, fmt.Sprintf("%v", value))
	if bytes, is := value.([]byte); is {
		text = fmt.Sprintf("bytes %q", bytes)
	}
	return text[:min(len(text), 120)]
}

func printRows(label string, rows *sql.Rows, err error) {
	must(err)
	columns, err := rows.Columns()
	must(err)
	for rows.Next() {
		values := make([]any, len(columns))
		for index := range values {
			values[index] = new(any)
		}
		must(rows.Scan(values...))
		for index, value := range values {
			fmt.Println(label, shown(*(values[0].(*any))), columns[index], shown(*(value.(*any))))
		}
	}
	must(rows.Err())
}

func logins() {
	must(mysql.RegisterTLSConfig("any", &tls.Config{InsecureSkipVerify: true}))
	for _, transport := range []string{"tls=false", "tls=any", "tls=any&compress=true", "charset=utf8mb4&collation=utf8mb4_general_ci&sql_mode=%27ANSI_QUOTES%27&time_zone=%27%2B00%3A00%27"} {
		for _, user := range []string{"nat", "sha"} {
			db := open(port, user+":sécret", "allowNativePasswords=true&"+transport)
			var found, name, cipher string
			must(db.QueryRow("SELECT CURRENT_USER()").Scan(&found))
			equal(found, user+"@%")
			must(db.QueryRow("SHOW STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher))
			equal(cipher != "", strings.HasPrefix(transport, "tls=any"))
			must(db.Ping())
			must(db.Close())
			wrong := open(port, user+":wrong", transport)
			equal(number(wrong.Ping()), uint16(1045))
			must(wrong.Close())
		}
	}
}

func metadata(db *sql.DB) {
	for _, text := range []string{"SELECT * FROM plain", "SELECT n AS label, s.name, 1.5, NULL FROM series s LIMIT 0"} {
		for _, mode := range []bool{false, true} {
			var rows *sql.Rows
			var err error
			if mode {
				statement, failure := db.Prepare(text)
				must(failure)
				rows, err = statement.Query()
			} else {
				rows, err = db.Query(text)
			}
			must(err)
			columns, err := rows.ColumnTypes()
			must(err)
			for _, column := range columns {
				nullable, known := column.Nullable()
				length, sized := column.Length()
				precision, scale, decimal := column.DecimalSize()
				fmt.Println(mode, column.Name(), column.DatabaseTypeName(), column.ScanType(), nullable, known, length, sized, precision, scale, decimal)
			}
			must(rows.Close())
		}
	}
}

func stream(db *sql.DB) {
	for _, filter := range []string{"", " WHERE n > ?"} {
		arguments := []any{}
		if filter != "" {
			arguments = append(arguments, -1)
		}
		rows, err := db.Query("SELECT n, name, half, filler FROM million"+filter, arguments...)
		must(err)
		var sum, count, n int
		var name, filler sql.RawBytes
		var half float64
		var most uint64
		for rows.Next() {
			must(rows.Scan(&n, &name, &half, &filler))
			sum += n
			count++
			if count%50_000 == 0 {
				var memory runtime.MemStats
				runtime.ReadMemStats(&memory)
				most = max(most, memory.HeapSys)
			}
		}
		must(rows.Err())
		equal([]int{count, sum}, []int{1_000_000, 1_000_000 * 999_999 / 2})
		equal(most < 64<<20, true)
	}
}

func reconnect() {
	db, killer := open(port, "root", ""), open(port, "root", "")
	db.SetMaxOpenConns(1)
	killer.SetMaxOpenConns(1)
	var id, count int
	must(db.QueryRow("SELECT CONNECTION_ID()").Scan(&id))
	must(exec(killer, "KILL "+strconv.Itoa(id)))
	counted := func() {
		// The first answer may be that the connection is gone: the end of it arrives when it arrives.
		if err := db.QueryRow("SELECT COUNT(*) FROM series").Scan(&count); err != nil {
			must(db.QueryRow("SELECT COUNT(*) FROM series").Scan(&count))
		}
		equal(count, 120_000)
	}
	counted()
	fmt.Println("@restart")
	_, err := bufio.NewReader(os.Stdin).ReadString('\n')
	must(err)
	counted()
}

func pool() {
	db := open(port, "root", "")
	db.SetMaxOpenConns(3)
	var group sync.WaitGroup
	answers := make([]int, 20)
	for index := range answers {
		group.Add(1)
		go func() {
			defer group.Done()
			must(db.QueryRow("SELECT ? + 0", index).Scan(&answers[index]))
		}()
	}
	group.Wait()
	for index, answer := range answers {
		equal(answer, index)
	}
	equal(db.Stats().OpenConnections <= 3, true)
	must(db.Close())
}

func parameters(db *sql.DB) {
	must(exec(db, "DROP TABLE IF EXISTS bound"))
	must(exec(db, "CREATE TABLE bound LIKE every_type"))
	rows, err := db.Query("SELECT * FROM every_type ORDER BY id")
	must(err)
	all := [][]any{}
	for rows.Next() {
		row, targets := make([]any, 38), make([]any, 38)
		for index := range row {
			targets[index] = &row[index]
		}
		must(rows.Scan(targets...))
		all = append(all, row)
	}
	must(rows.Err())
	for _, row := range all {
		_, err := db.Exec("INSERT INTO bound VALUES (?"+strings.Repeat(",?", 37)+")", row...)
		must(err)
	}
	copied, err := db.Query("SELECT * FROM bound ORDER BY id")
	printRows("bound", copied, err)
	at := time.Date(2021, 6, 23, 1, 2, 3, 7000, time.UTC)
	for _, value := range []any{7, int64(-7), uint64(1<<64 - 1), 0.5, float32(1.5), "o'\\\"ü€😀", []byte("\x00\xff'\\"), true, at, nil, strings.Repeat("x", 100_000)} {
		found, err := db.Query("SELECT CONCAT(?) AS a, HEX(?) AS b", value, value)
		printRows(shown(value), found, err)
	}
	filtered, err := db.Query("SELECT n FROM series WHERE n IN (?, ?) AND name LIKE ? ORDER BY n LIMIT ?", 3, "5", "row%", 9)
	printRows("filtered", filtered, err)
	must(exec(db, "DROP TABLE bound"))
}

func timeout(db *sql.DB) {
	text := "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()"
	one, err := db.Conn(context.Background())
	must(err)
	_, err = one.ExecContext(context.Background(), "SET SESSION max_execution_time = 200")
	must(err)
	_, err = one.ExecContext(context.Background(), text)
	equal(number(err), uint16(3024))
	must(one.Close())
	equal(number(exec(db, strings.Replace(text, "SELECT", "SELECT /*+ MAX_EXECUTION_TIME(200) */", 1))), uint16(3024))
	impatient := open(port, "root", "readTimeout=300ms")
	err = exec(impatient, text)
	equal(err != nil, true)
	quiet(db)
}

func quiet(db *sql.DB) {
	for count := 1; count > 0; time.Sleep(10 * time.Millisecond) {
		must(db.QueryRow("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half <%' AND ID <> CONNECTION_ID()").Scan(&count))
	}
}

func main() {
	port = os.Args[1]
	modes := []string{"interpolateParams=false", "interpolateParams=true", "interpolateParams=false&compress=true"}
	with := func(modes []string, run func(db *sql.DB)) func() {
		return func() {
			for _, mode := range modes {
				db := open(port, "root", "parseTime=true&loc=UTC&multiStatements=true&"+mode)
				run(db)
				must(db.Close())
			}
		}
	}
	every := func(db *sql.DB) {
		rows, err := db.Query("SELECT * FROM every_type WHERE id < ? ORDER BY id", 9)
		printRows("", rows, err)
	}
	steps := map[string]func(){
		"connect":      logins,
		"text":         with(modes[1:2], every),
		"binary":       with([]string{modes[0], modes[2]}, every),
		"parameters":   with(modes, func(db *sql.DB) { parameters(db); types(db) }),
		"stream":       with(modes[:2], stream),
		"transactions": with(modes, transactions),
		"errors":       with(modes, failures),
		"metadata":     with(modes[:1], metadata),
		"cancel":       with(modes, cancel),
		"timeout":      with(modes[:1], timeout),
		"reconnect":    reconnect,
		"pool":         pool,
	}
	for _, item := range strings.Split(os.Args[2], ",") {
		fmt.Println("## " + item)
		func() {
			defer func() {
				if failure := recover(); failure != nil {
					trace := make([]byte, 4000)
					trace = trace[:runtime.Stack(trace, false)]
					fmt.Println("failed", strings.ReplaceAll(fmt.Sprint(failure, "\n", string(trace)), "\n", " | "))
				}
			}()
			steps[item]()
			fmt.Println("ok")
		}()
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
	one, err := db.BeginTx(context.Background(), nil)
	must(err)
	must(one.QueryRow("SELECT v FROM go_txn WHERE id = 1").Scan(&v))
	_, err = one.Exec("SAVEPOINT here")
	must(err)
	_, err = one.Exec("DELETE FROM go_txn")
	must(err)
	_, err = one.Exec("ROLLBACK TO here")
	must(err)
	must(exec(db, "UPDATE go_txn SET v = 7 WHERE id = 1"))
	must(one.QueryRow("SELECT v FROM go_txn WHERE id = 1").Scan(&v))
	equal(v, 1)
	_, err = one.Exec("UPDATE go_txn SET v = 8 WHERE id = 1")
	if err == nil {
		err = one.Commit()
	}
	equal(number(err), uint16(1213))
}

func failures(db *sql.DB) {
	content, err := os.ReadFile(os.Getenv("CHECKLIST") + "/errors.tsv")
	must(err)
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		parts := strings.Split(line, "\t")
		var failure *mysql.MySQLError
		equal(errors.As(exec(db, parts[2]), &failure), true)
		equal(fmt.Sprint(failure.Number, " ", string(failure.SQLState[:])), parts[0]+" "+parts[1])
	}
}

func cancel(db *sql.DB) {
	ending, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer stop()
	var count int
	err := db.QueryRowContext(ending, "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()").Scan(&count)
	equal(errors.Is(err, context.DeadlineExceeded), true)
	// The driver closes the connection; the gateway ends the query with it.
	quiet(db)
}
