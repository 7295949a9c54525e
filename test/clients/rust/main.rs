//! sqlx against a gateway: client PORT
use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{Column, Connection, Executor, Row, TypeInfo};

fn code(error: sqlx::Error) -> u16 {
    let failure = error.as_database_error().expect("an error of the server");
    failure.downcast_ref::<sqlx::mysql::MySqlDatabaseError>().number()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let port: u16 = std::env::args().nth(1).expect("a port").parse().expect("a number");
    let options = MySqlConnectOptions::new()
        .host("127.0.0.1")
        .port(port)
        .username("root")
        .database("clients")
        .ssl_mode(MySqlSslMode::Disabled);
    let mut ann = MySqlConnection::connect_with(&options.clone().username("ann").password("sécret")).await?;
    let user: String = sqlx::query_scalar("SELECT CURRENT_USER()").fetch_one(&mut ann).await?;
    assert_eq!(user, "ann@%");
    ann.ping().await?;
    ann.close().await?;
    let wrong = MySqlConnection::connect_with(&options.clone().username("ann").password("wrong")).await;
    assert_eq!(code(wrong.err().expect("no error")), 1045);

    let mut db = MySqlConnection::connect_with(&options).await?;
    let rows = sqlx::query("SELECT * FROM every_type WHERE id <= ? ORDER BY id").bind(4).fetch_all(&mut db).await?;
    assert_eq!(rows.len(), 4);
    let first = &rows[0];
    assert!(first.try_get::<bool, _>("flag")?);
    assert_eq!(first.try_get::<i8, _>("ti")?, -5);
    assert_eq!(first.try_get::<u16, _>("su")?, 500);
    assert_eq!(first.try_get::<i64, _>("bi")?, -5_000_000_000);
    assert_eq!(rows[2].try_get::<u64, _>("bu")?, u64::MAX);
    assert_eq!(first.try_get::<f32, _>("f")?, 1.5);
    assert_eq!(first.try_get::<f64, _>("d")?, 0.1);
    assert_eq!(first.try_get::<String, _>("vc")?, "grün €😀");
    assert_eq!(first.try_get::<String, _>("lt")?, "long");
    assert_eq!(first.try_get::<Vec<u8>, _>("bl")?, vec![0, 255, 10]);
    assert_eq!(first.try_get::<String, _>("en")?, "large");
    assert_eq!(first.try_get::<sqlx::types::JsonValue, _>("js")?.to_string(), "{\"a\":[1,\"b\"]}");
    for column in first.columns() {
        assert!(!column.type_info().name().is_empty());
    }
    assert_eq!(rows[3].try_get::<Option<String>, _>("vc")?, None);

    db.execute("CREATE TABLE rust_params (a BIGINT PRIMARY KEY AUTO_INCREMENT, b TEXT, c BLOB, d DOUBLE, e BOOL, f JSON)").await?;
    let inserted = sqlx::query("INSERT INTO rust_params (b, c, d, e, f) VALUES (?, ?, ?, ?, ?)")
        .bind("o'ü")
        .bind(vec![0u8, 255])
        .bind(0.5)
        .bind(true)
        .bind(sqlx::types::Json(vec![1, 2]))
        .execute(&mut db)
        .await?;
    assert_eq!((inserted.last_insert_id(), inserted.rows_affected()), (1, 1));
    let row = sqlx::query("SELECT * FROM rust_params WHERE a = ? AND d < ? LIMIT ?").bind(1i64).bind(0.6).bind(5u32).fetch_one(&mut db).await?;
    assert_eq!(row.try_get::<Vec<u8>, _>("c")?, vec![0, 255]);
    let mut sum = 0i64;
    {
        let mut all = sqlx::query("SELECT n FROM series").fetch(&mut db);
        while let Some(row) = all.try_next().await? {
            sum += i64::from(row.try_get::<i32, _>(0)?);
        }
    }
    assert_eq!(sum, 120_000 * 119_999 / 2);
    let mut transaction = db.begin().await?;
    sqlx::query("DELETE FROM rust_params").execute(&mut *transaction).await?;
    transaction.rollback().await?;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rust_params").fetch_one(&mut db).await?;
    assert_eq!(count, 1);
    for (sql, expected) in [("SELEC 1", 1064), ("SELECT * FROM nope", 1146), ("INSERT INTO series VALUES (1, 'a', 1)", 1062)] {
        assert_eq!(code(sqlx::query(sql).execute(&mut db).await.err().expect("no error")), expected);
    }
    let joined: String = sqlx::query_scalar("SELECT 'a' || 'b'").fetch_one(&mut db).await?;
    assert_eq!(joined, "ab");
    println!("ok");
    Ok(())
}
