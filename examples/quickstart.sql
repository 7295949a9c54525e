-- Feature groups, time travel and a point-in-time join, in plain SQL.
CREATE DATABASE IF NOT EXISTS quickstart;
USE quickstart;
DROP TABLE IF EXISTS customers, spend_daily, labels;

CREATE TABLE customers (
  id INT NOT NULL PRIMARY KEY,
  name VARCHAR(40) NOT NULL,
  country CHAR(2)
);
INSERT INTO customers VALUES (1, 'Ada', 'GB'), (2, 'Bo', 'SE'), (3, 'Chi', 'JP');

-- With EVENT_TIME every (customer, day) is kept offline, and online the newest day of each customer.
CREATE TABLE spend_daily (
  customer_id INT NOT NULL,
  day DATE NOT NULL,
  total DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (customer_id, day)
) EVENT_TIME = day;
INSERT INTO spend_daily VALUES (1, '2026-01-01', 10.00), (1, '2026-01-02', 12.50), (2, '2026-01-01', 3.00);

-- Remember where we are, then correct the past.
SET @before = (SELECT MAX(version) FROM tidegate.commits);
UPDATE spend_daily SET total = 11.00 WHERE customer_id = 1 AND day = '2026-01-01';

SELECT * FROM spend_daily ORDER BY customer_id, day;
SELECT * FROM spend_daily AS OF VERSION @before ORDER BY customer_id, day;
SELECT * FROM spend_daily CHANGES SINCE VERSION @before;

-- Served by key from the online tier.
SELECT c.name, s.total, s.day
FROM customers c JOIN spend_daily FOR EVENT_TIME LATEST s ON s.customer_id = c.id
WHERE c.id = 1;

-- What was known when each label happened.
CREATE TABLE labels (id INT NOT NULL PRIMARY KEY, customer_id INT, at DATETIME, churned TINYINT(1));
INSERT INTO labels VALUES (1, 1, '2026-01-01 12:00:00', 0), (2, 1, '2026-01-05 00:00:00', 1), (3, 3, '2026-01-05 00:00:00', 0);
SELECT l.id, l.churned, s.day, s.total
FROM labels l ASOF LEFT JOIN spend_daily s ON l.customer_id = s.customer_id AND l.at >= s.day
ORDER BY l.id;

SHOW COMMITS LIMIT 3;
