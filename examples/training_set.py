"""A training set that can be built again, byte for byte, after its sources have changed."""
import os

import pymysql

connection = pymysql.connect(
    host="127.0.0.1",
    port=int(os.environ.get("TIDEGATE_PORT", "7306")),
    user="root",
    password=os.environ.get("TIDEGATE_ROOT_PASSWORD", ""),
    autocommit=True,
)

TRAINING_SET = """
SELECT l.id, l.late, f.day, f.mean_delay
FROM training.labels l ASOF LEFT JOIN training.delays f ON l.route = f.route AND l.at >= f.day
ORDER BY l.id
"""

with connection.cursor() as cursor:
    cursor.execute("DROP DATABASE IF EXISTS training")
    cursor.execute("CREATE DATABASE training")
    cursor.execute(
        "CREATE TABLE training.delays (route CHAR(7) NOT NULL, day DATE NOT NULL, mean_delay DOUBLE,"
        " PRIMARY KEY (route, day)) EVENT_TIME = day"
    )
    cursor.execute("CREATE TABLE training.labels (id INT NOT NULL PRIMARY KEY, route CHAR(7), at DATETIME, late TINYINT(1))")
    cursor.executemany(
        "INSERT INTO training.delays VALUES (%s, %s, %s)",
        [("JFK-LAX", "2001-06-01", 4.5), ("JFK-LAX", "2001-06-02", 9.0), ("JFK-SFO", "2001-06-01", -1.25)],
    )
    cursor.executemany(
        "INSERT INTO training.labels VALUES (%s, %s, %s, %s)",
        [(1, "JFK-LAX", "2001-06-01 09:30:00", 0), (2, "JFK-LAX", "2001-06-02 09:30:00", 1), (3, "JFK-SFO", "2001-05-31 23:59:59", 0)],
    )

    cursor.execute("SELECT MAX(version) FROM tidegate.commits")
    (version,) = cursor.fetchone()
    cursor.execute(TRAINING_SET)
    first = cursor.fetchall()

    # A correction arrives later …
    cursor.execute("UPDATE training.delays SET mean_delay = 0 WHERE route = 'JFK-LAX'")
    cursor.execute(TRAINING_SET)
    assert cursor.fetchall() != first

    # … and the model's training set is still there, as the model saw it.
    cursor.execute("SET SESSION as_of = %s", (version,))
    cursor.execute(TRAINING_SET)
    assert cursor.fetchall() == first
    cursor.execute("SET SESSION as_of = NULL")

for row in first:
    print(row)
print(f"reproducible at version {version}")
connection.close()
