//! The checklist for sqlx: client PORT ITEMS
use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPoolOptions, MySqlRow, MySqlSslMode};
use sqlx::{Column, Connection, Executor, Row, TypeInfo, ValueRef};
use std::time::Duration;

type Done = Result<(), Box<dyn std::error::Error>>;

const ENDLESS: &str = "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()";

fn options() -> MySqlConnectOptions {
    let port: u16 = std::env::args().nth(1).expect("a port").parse().expect("a number");
    MySqlConnectOptions::new().host("127.0.0.1").port(port).username("root").database("clients").ssl_mode(MySqlSslMode::Disabled)
}

async fn connect() -> Result<MySqlConnection, sqlx::Error> {
    MySqlConnection::connect_with(&options()).await
}

fn failure(error: sqlx::Error) -> (u16, String) {
    let text = error.to_string();
    let Some(failure) = error.as_database_error() else { panic!("not an error of the server: {text}") };
    let state = failure.code().map(|code| code.to_string()).unwrap_or_default();
    (failure.downcast_ref::<sqlx::mysql::MySqlDatabaseError>().number(), state)
}

fn print_row(row: &MySqlRow) {
    for index in 0..row.len() {
        let kind = row.column(index).type_info().name().to_string();
        let raw = row.try_get_raw(index).expect("a value");
        let text = if raw.is_null() {
            "NULL".to_string()
        } else if let Ok(value) = row.try_get::<String, _>(index) {
            format!("{value:?}")
        } else if let Ok(value) = row.try_get::<Vec<u8>, _>(index) {
            format!("{value:?}")
        } else if let Ok(value) = row.try_get::<i64, _>(index) {
            value.to_string()
        } else if let Ok(value) = row.try_get::<u64, _>(index) {
            value.to_string()
        } else if let Ok(value) = row.try_get::<f64, _>(index) {
            value.to_string()
        } else if let Ok(value) = row.try_get::<f32, _>(index) {
            value.to_string()
        } else {
            // Dates and times are their bytes here: a length, which may or may not count the zeros of midnight, comes first.
            let bytes = row.try_get_unchecked::<Vec<u8>, _>(index).unwrap_or_default();
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            format!("{:?}", bytes.get(1..end).unwrap_or_default())
        };
        println!("{} {} {kind} {text}", row.column(index).name(), index);
    }
}

async fn logins() -> Done {
    for mode in [MySqlSslMode::Disabled, MySqlSslMode::Required] {
        for user in ["nat", "sha"] {
            let given = options().ssl_mode(mode).username(user);
            let mut one = MySqlConnection::connect_with(&given.clone().password("sécret")).await?;
            let found: String = sqlx::query_scalar("SELECT CURRENT_USER()").fetch_one(&mut one).await?;
            assert_eq!(found, format!("{user}@%"));
            let cipher: (String, String) = sqlx::query_as("SHOW STATUS LIKE 'Ssl_cipher'").fetch_one(&mut one).await?;
            assert_eq!(cipher.1.is_empty(), matches!(mode, MySqlSslMode::Disabled));
            one.ping().await?;
            one.close().await?;
            let wrong = MySqlConnection::connect_with(&given.password("wrong")).await;
            assert_eq!(failure(wrong.err().expect("no error")).0, 1045);
        }
    }
    Ok(())
}

async fn text() -> Done {
    let mut db = connect().await?;
    let mut rows = db.fetch(sqlx::raw_sql("SELECT * FROM every_type ORDER BY id"));
    while let Some(row) = rows.try_next().await? {
        print_row(&row);
    }
    Ok(())
}

async fn binary() -> Done {
    let mut db = connect().await?;
    let rows = sqlx::query("SELECT * FROM every_type WHERE id < ? ORDER BY id").bind(9).fetch_all(&mut db).await?;
    rows.iter().for_each(print_row);
    let first = &rows[0];
    assert!(first.try_get::<bool, _>("flag")?);
    assert_eq!(first.try_get::<i8, _>("ti")?, -5);
    assert_eq!(first.try_get::<u16, _>("su")?, 500);
    assert_eq!(rows[2].try_get::<u64, _>("bu")?, u64::MAX);
    assert_eq!(first.try_get::<f32, _>("f")?, 1.5);
    assert_eq!(first.try_get::<Vec<u8>, _>("bl")?, vec![0, 255, 10]);
    assert_eq!(rows[3].try_get::<Option<String>, _>("vc")?, None);
    Ok(())
}

async fn parameters() -> Done {
    let mut db = connect().await?;
    db.execute("DROP TABLE IF EXISTS rust_params").await?;
    db.execute("CREATE TABLE rust_params (a BIGINT PRIMARY KEY AUTO_INCREMENT, b TEXT, c BLOB, d DOUBLE, e BOOL, f JSON, g BIGINT UNSIGNED, h FLOAT)").await?;
    let inserted = sqlx::query("INSERT INTO rust_params (b, c, d, e, f, g, h) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind("o'\\\"ü€😀")
        .bind(vec![0u8, 255])
        .bind(0.1)
        .bind(true)
        .bind(sqlx::types::Json(vec![1, 2]))
        .bind(u64::MAX)
        .bind(1.5f32)
        .execute(&mut db)
        .await?;
    assert_eq!((inserted.last_insert_id(), inserted.rows_affected()), (1, 1));
    sqlx::query("INSERT INTO rust_params (b, c, d, e) VALUES (?, ?, ?, ?)")
        .bind(None::<String>)
        .bind(None::<Vec<u8>>)
        .bind(None::<f64>)
        .bind(None::<bool>)
        .execute(&mut db)
        .await?;
    let rows = sqlx::query("SELECT a, b, c, d, e, g, h FROM rust_params WHERE a < ? ORDER BY a LIMIT ?").bind(9i64).bind(5u32).fetch_all(&mut db).await?;
    assert_eq!(rows[0].try_get::<u64, _>("g")?, u64::MAX);
    rows.iter().for_each(print_row);
    for value in [-7i64, i64::MAX, i64::MIN] {
        print_row(&sqlx::query("SELECT ?, HEX(?)").bind(value).bind(value).fetch_one(&mut db).await?);
    }
    db.execute("DROP TABLE rust_params").await?;
    Ok(())
}

fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the status of a process");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("its memory");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

async fn stream() -> Done {
    let mut db = connect().await?;
    let before = resident();
    let (mut sum, mut count) = (0i64, 0i64);
    let mut rows = sqlx::query("SELECT n, name, half, filler FROM million").fetch(&mut db);
    while let Some(row) = rows.try_next().await? {
        sum += i64::from(row.try_get::<i32, _>(0)?);
        count += 1;
    }
    assert_eq!((count, sum), (1_000_000, 1_000_000 * 999_999 / 2));
    assert!(resident() - before < 32 * 1024, "the client grew");
    Ok(())
}

async fn values(db: &mut MySqlConnection) -> Result<Vec<i32>, sqlx::Error> {
    sqlx::query_scalar("SELECT v FROM txn ORDER BY id").fetch_all(db).await
}

async fn transactions() -> Done {
    let (mut one, mut two) = (connect().await?, connect().await?);
    one.execute("DROP TABLE IF EXISTS txn").await?;
    one.execute("CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL)").await?;
    one.execute("INSERT INTO txn VALUES (1, 10), (2, 20)").await?;
    let mut transaction = one.begin().await?;
    transaction.execute("UPDATE txn SET v = 11 WHERE id = 1").await?;
    assert_eq!(values(&mut two).await?, vec![10, 20]);
    transaction.rollback().await?;
    let mut transaction = one.begin().await?;
    transaction.execute("UPDATE txn SET v = 12 WHERE id = 1").await?;
    // A transaction within a transaction is a savepoint.
    let mut inner = transaction.begin().await?;
    inner.execute("DELETE FROM txn").await?;
    inner.rollback().await?;
    transaction.commit().await?;
    assert_eq!(values(&mut two).await?, vec![12, 20]);
    let mut transaction = one.begin().await?;
    values(&mut transaction).await?;
    two.execute("UPDATE txn SET v = 0 WHERE id = 1").await?;
    assert_eq!(values(&mut transaction).await?, vec![12, 20]);
    let updated = transaction.execute("UPDATE txn SET v = 1 WHERE id = 1").await;
    let lost = match updated {
        Err(error) => error,
        Ok(_) => transaction.commit().await.err().expect("a lost conflict was committed"),
    };
    assert_eq!(failure(lost), (1213, "40001".to_string()));
    Ok(())
}

async fn errors() -> Done {
    let mut db = connect().await?;
    let folder = std::env::var("CHECKLIST")?;
    for line in std::fs::read_to_string(format!("{folder}/errors.tsv"))?.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let expected = (parts[0].parse::<u16>()?, parts[1].to_string());
        let text = db.execute(sqlx::raw_sql(parts[2])).await.err().expect(line);
        assert_eq!(failure(text), expected, "{line}");
        let prepared = sqlx::query(parts[2]).execute(&mut db).await.err().expect(line);
        assert_eq!(failure(prepared), expected, "{line}");
    }
    Ok(())
}

async fn metadata() -> Done {
    let mut db = connect().await?;
    for sql in ["SELECT * FROM plain", "SELECT n AS label, s.name, 1.5, NULL FROM series s"] {
        let described = db.describe(sql).await?;
        for (index, column) in described.columns().iter().enumerate() {
            println!("{} {} {:?}", column.name(), column.type_info().name(), described.nullable(index));
        }
        println!("{:?}", described.parameters().map(|parameters| parameters.left().map_or(0, |list| list.len())));
    }
    Ok(())
}

async fn cancel() -> Done {
    let mut killer = connect().await?;
    let busy = "SELECT CAST(COALESCE(MAX(ID), 0) AS SIGNED) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()";
    let running = tokio::task::spawn_local(async {
        let mut db = connect().await.expect("a connection");
        let error = db.execute(sqlx::raw_sql(ENDLESS)).await.err().expect("it was not cancelled");
        db.ping().await.expect("the connection goes on");
        failure(error)
    });
    let mut id: i64 = 0;
    while id == 0 {
        id = sqlx::query_scalar(busy).fetch_one(&mut killer).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    killer.execute(sqlx::raw_sql(&format!("KILL QUERY {id}"))).await?;
    assert_eq!(running.await?, (1317, "70100".to_string()));
    Ok(())
}

async fn timeout() -> Done {
    let mut db = connect().await?;
    db.execute("SET SESSION max_execution_time = 200").await?;
    assert_eq!(failure(sqlx::query(ENDLESS).execute(&mut db).await.err().expect("no error")).0, 3024);
    db.execute("SET SESSION max_execution_time = 0").await?;
    let hinted = ENDLESS.replace("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(200) */");
    assert_eq!(failure(sqlx::query(&hinted).execute(&mut db).await.err().expect("no error")).0, 3024);
    // A future that is dropped leaves its connection; closing it ends the query.
    let dropped = tokio::time::timeout(Duration::from_millis(200), sqlx::query(ENDLESS).execute(&mut db)).await;
    assert!(dropped.is_err());
    drop(db);
    let mut watcher = connect().await?;
    loop {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()").fetch_one(&mut watcher).await?;
        if count == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn reconnect() -> Done {
    let pool = MySqlPoolOptions::new().max_connections(1).connect_with(options()).await?;
    let mut killer = connect().await?;
    let id: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&pool).await?;
    killer.execute(sqlx::raw_sql(&format!("KILL {id}"))).await?;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM series").fetch_one(&pool).await?;
    assert_eq!(count, 120_000);
    println!("@restart");
    std::io::stdin().read_line(&mut String::new())?;
    let again: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM series").fetch_one(&pool).await?;
    assert_eq!(again, 120_000);
    assert!(killer.ping().await.is_err());
    Ok(())
}

async fn pooled() -> Done {
    let pool = MySqlPoolOptions::new().max_connections(3).connect_with(options()).await?;
    let asked = (0..20i64).map(|number| {
        let pool = pool.clone();
        async move { sqlx::query_scalar::<_, i64>("SELECT ? + 0").bind(number).fetch_one(&pool).await }
    });
    let answers = futures_util::future::try_join_all(asked).await?;
    assert_eq!(answers, (0..20).collect::<Vec<i64>>());
    assert!(pool.size() <= 3);
    pool.close().await;
    Ok(())
}

async fn step(item: &str) -> Done {
    match item {
        "connect" => logins().await,
        "text" => text().await,
        "binary" => binary().await,
        "parameters" => parameters().await,
        "stream" => stream().await,
        "transactions" => transactions().await,
        "errors" => errors().await,
        "metadata" => metadata().await,
        "cancel" => cancel().await,
        "timeout" => timeout().await,
        "reconnect" => reconnect().await,
        _ => pooled().await,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let items = std::env::args().nth(2).expect("items");
    let local = tokio::task::LocalSet::new();
    for item in items.split(',') {
        println!("## {item}");
        let name = item.to_string();
        // A failed assertion ends its task and no more.
        let ended = local.run_until(async { tokio::task::spawn_local(async move { step(&name).await.map_err(|error| error.to_string()) }).await }).await;
        match ended {
            Ok(Ok(())) => println!("ok"),
            Ok(Err(error)) => println!("failed {}", error.replace('\n', " | ")),
            Err(error) => println!("failed {}", error.to_string().replace('\n', " | ")),
        }
    }
}
