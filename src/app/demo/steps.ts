/** The tour's statements, in order: what a newcomer would type into any MySQL client. */

export interface DemoStep {
  /** One sentence on what the statement shows. */
  readonly title: string;
  readonly sql: string;
  /** Whether EXPLAIN is asked first, for the route and its reason. */
  readonly explain: boolean;
}

export interface DemoChapter {
  readonly title: string;
  readonly steps: readonly DemoStep[];
}

const statement = (title: string, sql: string): DemoStep => ({ title, sql: sql.trim(), explain: false });
const query = (title: string, sql: string): DemoStep => ({ title, sql: sql.trim(), explain: true });
const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** @param filesDirectory the folder with flights-3m.parquet and airports.csv */
export function setupChapters(filesDirectory: string): readonly DemoChapter[] {
  return [
    {
      title: 'Mount three million real flights where they lie',
      steps: [
        statement('A fresh feature store', 'DROP DATABASE IF EXISTS flights'),
        statement('', 'DROP SERVER IF EXISTS flight_files'),
        statement('', 'CREATE DATABASE flights'),
        statement('', 'USE flights'),
        statement(
          'A connector to a folder of files',
          `CREATE SERVER flight_files FOREIGN DATA WRAPPER file OPTIONS (ROOT ${literal(filesDirectory)})`,
        ),
        statement(
          'The flights of 2001, read on demand',
          `CREATE EXTERNAL TABLE raw_flights SERVER flight_files LOCATION 'flights-3m.parquet' FORMAT parquet`,
        ),
        statement(
          '',
          `CREATE EXTERNAL TABLE raw_airports SERVER flight_files LOCATION 'airports.csv' FORMAT csv`,
        ),
        query(
          'Where do flights start late? DuckDB reads the Parquet file in place',
          `
SELECT origin, COUNT(*) AS flights, ROUND(AVG(delay), 2) AS mean_delay
FROM raw_flights GROUP BY origin HAVING flights > 50000 ORDER BY mean_delay DESC LIMIT 5`,
        ),
      ],
    },
    {
      title: 'Build feature groups',
      steps: [
        statement(
          'Airports: one row a key, on both tiers',
          `
CREATE TABLE airports (
  iata VARCHAR(4) NOT NULL, name VARCHAR(80), city VARCHAR(60), state VARCHAR(4), country VARCHAR(40),
  latitude DOUBLE, longitude DOUBLE, PRIMARY KEY (iata))`,
        ),
        query(
          '',
          `
INSERT INTO airports SELECT iata, name, city, state, country, latitude, longitude FROM raw_airports`,
        ),
        statement(
          'Delay statistics of every route and day; a day is known when it has ended: that is the event time',
          `
CREATE TABLE route_delays (
  origin VARCHAR(4) NOT NULL, destination VARCHAR(4) NOT NULL, known_at DATETIME NOT NULL,
  flights INT NOT NULL, mean_delay DOUBLE, late_flights INT NOT NULL,
  PRIMARY KEY (origin, destination, known_at)) EVENT_TIME = known_at`,
        ),
        query(
          'Half a million feature rows in one version',
          `
INSERT INTO route_delays
SELECT origin, destination, DATE_ADD(DATE(date), INTERVAL 1 DAY), COUNT(*), AVG(delay), SUM(delay > 15)
FROM raw_flights GROUP BY origin, destination, DATE_ADD(DATE(date), INTERVAL 1 DAY)`,
        ),
        statement('Every transaction is a version', 'SHOW COMMITS'),
      ],
    },
    {
      title: 'Serve features online',
      steps: [
        query('One airport by its key', `SELECT * FROM airports WHERE iata = 'JFK'`),
        query(
          'The newest statistics of one route, from the key-value tier',
          `
SELECT * FROM route_delays FOR EVENT_TIME LATEST WHERE origin = 'JFK' AND destination = 'LAX'`,
        ),
        statement(
          'A feature view over both groups',
          `
CREATE VIEW route_features AS
SELECT r.origin, r.destination, r.known_at, r.mean_delay, r.flights, o.city AS origin_city, d.city AS destination_city
FROM route_delays FOR EVENT_TIME LATEST r
JOIN airports o ON o.iata = r.origin
JOIN airports d ON d.iata = r.destination`,
        ),
        query(
          'Served by key: three lookups, no scan',
          `
SELECT * FROM route_features WHERE origin = 'JFK' AND destination = 'LAX'`,
        ),
      ],
    },
    {
      title: 'Correct the past, and still read it as it was',
      steps: [
        query(
          'Before the correction',
          `
SELECT * FROM route_delays WHERE origin = 'JFK' AND destination = 'LAX' AND known_at >= '2001-06-29' ORDER BY known_at`,
        ),
        statement('Remember the version', 'SET @before = (SELECT MAX(version) FROM tidegate.commits)'),
        query(
          'The sensor was wrong on the last two days',
          `
UPDATE route_delays SET mean_delay = mean_delay - 1.5
WHERE origin = 'JFK' AND destination = 'LAX' AND known_at >= '2001-06-30'`,
        ),
        query(
          'Now',
          `
SELECT known_at, mean_delay FROM route_delays
WHERE origin = 'JFK' AND destination = 'LAX' AND known_at >= '2001-06-29' ORDER BY known_at`,
        ),
        query(
          'As it was',
          `
SELECT known_at, mean_delay FROM route_delays AS OF VERSION @before
WHERE origin = 'JFK' AND destination = 'LAX' AND known_at >= '2001-06-29' ORDER BY known_at`,
        ),
        query(
          'What happened since',
          `
SELECT known_at, mean_delay, _change_type, _commit_version FROM route_delays CHANGES SINCE VERSION @before
ORDER BY known_at, _change_type DESC`,
        ),
      ],
    },
    {
      title: 'Build a training set without leaking the future',
      steps: [
        statement(
          'Labels: flights and whether they were late',
          `
CREATE TABLE labels (
  id INT NOT NULL PRIMARY KEY, origin VARCHAR(4), destination VARCHAR(4), departs_at DATETIME, late TINYINT(1))`,
        ),
        query(
          '',
          `
INSERT INTO labels
SELECT ROW_NUMBER() OVER (ORDER BY date, origin, destination, delay, distance), origin, destination, date, delay > 15
FROM raw_flights WHERE date >= '2001-06-28' AND origin = 'JFK'`,
        ),
        query(
          'Each label with the newest statistics known at its departure',
          `
SELECT l.id, l.origin, l.destination, l.departs_at, l.late, f.known_at, f.mean_delay
FROM labels l ASOF LEFT JOIN route_delays f
  ON l.origin = f.origin AND l.destination = f.destination AND l.departs_at >= f.known_at
ORDER BY l.id LIMIT 8`,
        ),
        query(
          'The same training set, reproducible after any later correction',
          `
SELECT COUNT(*) AS examples, ROUND(AVG(f.mean_delay), 4) AS mean_feature
FROM labels l ASOF LEFT JOIN route_delays AS OF VERSION @before f
  ON l.origin = f.origin AND l.destination = f.destination AND l.departs_at >= f.known_at`,
        ),
      ],
    },
  ];
}
