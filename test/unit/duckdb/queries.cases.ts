/** Queries over three small tables; each must give on DuckDB the rows that a real MariaDB gives. */

export interface CaseTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly string[];
}

export const tables: readonly CaseTable[] = [
  {
    name: 'customers',
    columns: [
      ['id', 'int'],
      ['name', 'varchar(20)'],
      ['city', 'varchar(20)'],
      ['size', "enum('small','medium','large')"],
    ],
    rows: [
      "1, 'Ann', 'Berlin', 'large'",
      "2, 'Bob', NULL, 'small'",
      "3, 'Cid', 'Oslo', 'medium'",
      "4, 'Dan', 'Berlin', NULL",
      "5, 'Eve', '', 'small'",
    ],
  },
  {
    name: 'orders',
    columns: [
      ['id', 'int'],
      ['customer', 'int'],
      ['amount', 'decimal(10,2)'],
      ['qty', 'bigint'],
      ['weight', 'double'],
      ['at', 'datetime'],
    ],
    rows: [
      "1, 1, 10.50, 3, 0.5, '2024-01-01 10:00:00'",
      "2, 1, 20.25, 1, 1.5, '2024-01-02 11:00:00'",
      "3, 2, NULL, 2, NULL, '2024-01-02 12:00:00'",
      "4, 3, 99.99, 10, 2.25, '2024-02-01 00:00:00'",
      "5, 3, 0.01, -4, -1.0, '2024-02-15 23:59:59'",
      '6, NULL, 5.00, 7, 3.5, NULL',
      "7, 9, 1.00, NULL, 4.0, '2024-03-01 00:00:00'",
      "8, 1, 10.50, 3, 0.5, '2024-01-01 10:00:00'",
    ],
  },
  {
    name: 'nothing',
    columns: [
      ['id', 'int'],
      ['v', 'int'],
    ],
    rows: [],
  },
];

/** One query a line. With ORDER BY the order counts too. */
export const queries = `
SELECT * FROM orders ORDER BY id
SELECT id, amount * qty FROM orders WHERE amount > 5 ORDER BY 2 DESC, 1
SELECT id FROM orders ORDER BY customer, amount DESC, id
SELECT id, customer FROM orders ORDER BY customer DESC, id LIMIT 3
SELECT id FROM orders ORDER BY id LIMIT 2 OFFSET 3
SELECT id FROM orders ORDER BY id LIMIT 3, 100
SELECT id FROM orders ORDER BY id LIMIT 0
SELECT DISTINCT customer FROM orders
SELECT DISTINCT customer, amount FROM orders ORDER BY amount, customer
SELECT name, size FROM customers ORDER BY size, id
SELECT name FROM customers ORDER BY size DESC, name DESC
SELECT name, size + 0 FROM customers ORDER BY id
SELECT size, COUNT(*) FROM customers GROUP BY size ORDER BY size
SELECT MIN(size), MAX(size) FROM customers
SELECT name FROM customers WHERE size = 'small' ORDER BY id
SELECT COUNT(*), COUNT(amount), COUNT(DISTINCT customer), COUNT(DISTINCT customer, amount) FROM orders
SELECT SUM(amount), AVG(amount), MIN(amount), MAX(amount) FROM orders
SELECT SUM(qty), AVG(qty), SUM(weight), AVG(weight), SUM(DISTINCT qty), AVG(DISTINCT amount) FROM orders
SELECT SUM(v), AVG(v), COUNT(v), MIN(v), GROUP_CONCAT(v), BIT_OR(v), BIT_AND(v), STD(v) FROM nothing
SELECT customer, COUNT(*), SUM(amount) FROM orders GROUP BY customer ORDER BY customer
SELECT customer + 1, COUNT(*) FROM orders GROUP BY customer + 1 ORDER BY 1
SELECT YEAR(at), MONTH(at), COUNT(*) FROM orders GROUP BY YEAR(at), MONTH(at) ORDER BY 1, 2
SELECT DATE_FORMAT(at, '%Y-%m') AS m, SUM(qty) FROM orders GROUP BY m ORDER BY m
SELECT customer, SUM(qty) AS s FROM orders GROUP BY customer HAVING s > 2 ORDER BY s, customer
SELECT customer FROM orders GROUP BY customer HAVING COUNT(*) > 1 AND customer IS NOT NULL ORDER BY COUNT(*) DESC, customer
SELECT customer, COUNT(*) FROM orders GROUP BY customer ORDER BY COUNT(*) DESC, MAX(id)
SELECT id, qty AS q FROM orders HAVING q > 2 ORDER BY id
SELECT COUNT(*) FROM orders HAVING COUNT(*) > 100
SELECT MAX(id) FROM orders WHERE id > 100
SELECT customer, amount, COUNT(*) FROM orders GROUP BY customer, amount WITH ROLLUP
SELECT GROUP_CONCAT(id ORDER BY id DESC), GROUP_CONCAT(DISTINCT customer ORDER BY customer SEPARATOR '|') FROM orders
SELECT customer, GROUP_CONCAT(amount ORDER BY amount SEPARATOR ';') FROM orders GROUP BY customer ORDER BY customer
SELECT GROUP_CONCAT(name, ':', city ORDER BY name) FROM customers
SELECT BIT_AND(qty), BIT_OR(qty), BIT_XOR(qty) FROM orders
SELECT STDDEV_POP(qty), STDDEV_SAMP(weight), VAR_POP(amount), VAR_SAMP(qty) FROM orders
SELECT SUM(amount) / COUNT(*), SUM(qty) / 3, AVG(amount) * 2 FROM orders
SELECT SUM(IF(qty > 2, 1, 0)), SUM(qty > 2), AVG(qty > 2) FROM orders
SELECT c.name, o.id FROM customers c JOIN orders o ON o.customer = c.id ORDER BY c.name, o.id
SELECT c.name, o.id FROM customers c LEFT JOIN orders o ON o.customer = c.id ORDER BY c.id, o.id
SELECT c.name, o.id FROM customers c RIGHT JOIN orders o ON o.customer = c.id ORDER BY o.id
SELECT c.name, o.id FROM customers c LEFT JOIN orders o ON o.customer = c.id AND o.amount > 15 ORDER BY c.id, o.id
SELECT a.id, b.id FROM orders a JOIN orders b ON a.amount = b.amount AND a.id < b.id
SELECT a.id, b.name FROM orders a, customers b WHERE a.customer = b.id AND b.city = 'Berlin' ORDER BY 1
SELECT COUNT(*) FROM orders CROSS JOIN customers
SELECT id, c.name FROM orders JOIN customers c USING (id) ORDER BY id
SELECT * FROM customers NATURAL JOIN nothing
SELECT c.city, COUNT(o.id), SUM(o.amount) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.city ORDER BY c.city
SELECT c.id, c.name, COUNT(o.id) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.id, c.name ORDER BY c.id
SELECT name FROM customers WHERE id IN (SELECT customer FROM orders) ORDER BY name
SELECT name FROM customers WHERE id NOT IN (SELECT customer FROM orders) ORDER BY name
SELECT name FROM customers WHERE id NOT IN (SELECT customer FROM orders WHERE customer IS NOT NULL) ORDER BY name
SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id AND o.amount > 15) ORDER BY name
SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id) ORDER BY name
SELECT name, (SELECT SUM(amount) FROM orders o WHERE o.customer = c.id) AS total FROM customers c ORDER BY total DESC, name
SELECT id FROM orders WHERE amount = (SELECT MAX(amount) FROM orders)
SELECT id FROM orders WHERE amount > ALL (SELECT amount FROM orders WHERE customer = 1) ORDER BY id
SELECT id FROM orders WHERE amount > ANY (SELECT amount FROM orders WHERE customer = 3) ORDER BY id
SELECT id FROM orders WHERE (customer, amount) IN (SELECT customer, amount FROM orders WHERE id = 1) ORDER BY id
SELECT id, (customer, qty) IN (SELECT customer, qty FROM orders WHERE id IN (1, 6)) FROM orders ORDER BY id
SELECT id, customer IN (SELECT id FROM customers) FROM orders ORDER BY id
SELECT (SELECT COUNT(*) FROM nothing), (SELECT v FROM nothing), EXISTS (SELECT 1 FROM nothing)
SELECT customer, (SELECT name FROM customers c WHERE c.id = o.customer), COUNT(*) FROM orders o GROUP BY customer ORDER BY customer
SELECT t.s FROM (SELECT customer, SUM(amount) AS s FROM orders GROUP BY customer) t WHERE t.s > 5 ORDER BY t.s
SELECT id FROM customers UNION SELECT customer FROM orders ORDER BY id
SELECT id FROM customers UNION ALL SELECT customer FROM orders ORDER BY 1 DESC LIMIT 4
SELECT id FROM customers EXCEPT SELECT customer FROM orders
SELECT id FROM customers INTERSECT SELECT customer FROM orders
SELECT 1 AS a UNION SELECT 2.5 ORDER BY a
SELECT 1 AS a UNION SELECT 'x' ORDER BY a
SELECT id, name FROM customers UNION ALL SELECT amount, NULL FROM orders ORDER BY 1, 2
(SELECT id FROM orders ORDER BY id DESC LIMIT 2) UNION ALL (SELECT id FROM customers ORDER BY id LIMIT 1) ORDER BY id
WITH big AS (SELECT * FROM orders WHERE amount > 10) SELECT a.id, b.id FROM big a JOIN big b ON a.customer = b.customer ORDER BY 1, 2
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT SUM(i), COUNT(*) FROM n
WITH RECURSIVE n (i, f) AS (SELECT 1, 1 UNION ALL SELECT i + 1, f * (i + 1) FROM n WHERE i < 12) SELECT * FROM n ORDER BY i
SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC), RANK() OVER (ORDER BY amount), DENSE_RANK() OVER (ORDER BY amount) FROM orders ORDER BY id
SELECT id, SUM(qty) OVER (PARTITION BY customer ORDER BY id), AVG(amount) OVER (PARTITION BY customer), COUNT(*) OVER () FROM orders ORDER BY id
SELECT id, LAG(amount) OVER (ORDER BY id), LEAD(amount, 2) OVER (ORDER BY id), FIRST_VALUE(id) OVER (PARTITION BY customer ORDER BY id) FROM orders ORDER BY id
SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), MAX(qty) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM orders ORDER BY id
SELECT id, NTILE(3) OVER (ORDER BY id), PERCENT_RANK() OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY id), NTH_VALUE(id, 2) OVER (ORDER BY id), LAST_VALUE(id) OVER (ORDER BY id) FROM orders ORDER BY id
SELECT customer, SUM(SUM(qty)) OVER (ORDER BY customer) FROM orders GROUP BY customer ORDER BY customer
SELECT CASE WHEN amount > 10 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS k, COUNT(*) FROM orders GROUP BY k ORDER BY k
SELECT COALESCE(city, 'none'), COUNT(*) FROM customers GROUP BY 1 ORDER BY 1
SELECT id FROM orders WHERE at BETWEEN '2024-01-02' AND '2024-02-28' ORDER BY at, id
SELECT id FROM orders WHERE at >= '2024-01-01' + INTERVAL 1 MONTH ORDER BY id
SELECT DATE(at), SUM(amount) FROM orders GROUP BY DATE(at) ORDER BY DATE(at)
SELECT id, at + INTERVAL qty DAY FROM orders ORDER BY id
SELECT NULL, 1, 'a', 1.5, 1e3, TRUE, DATE '2020-01-01' FROM nothing
SELECT NULL, 1, 'a', 1.5, 1e3, TRUE, DATE '2020-01-01' FROM customers WHERE id = 1
SELECT id FROM customers WHERE name LIKE 'A%' OR name LIKE '%e' ORDER BY id
SELECT NOT (amount > 10), amount > 10 AND qty > 2, amount > 10 OR NULL FROM orders ORDER BY id
SELECT id, weight FROM orders ORDER BY weight DESC, id
SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE qty > 2 LIMIT 2) x
SELECT o.id FROM orders o WHERE o.qty = (SELECT MAX(i.qty) FROM orders i WHERE i.customer <=> o.customer) ORDER BY o.id
SELECT c.name, x.m FROM customers c JOIN (SELECT customer, MAX(amount) AS m FROM orders GROUP BY customer) x ON x.customer = c.id ORDER BY c.name
SELECT IFNULL(SUM(v), 0) FROM nothing
SELECT c.id, (SELECT COUNT(*) FROM orders o WHERE o.customer = c.id AND c.name > 'B') FROM customers c GROUP BY c.id ORDER BY c.id
SELECT c.id, c.name, (SELECT MAX(o.id) FROM orders o WHERE o.customer = c.id) AS m FROM customers c GROUP BY c.id, c.name HAVING m > 1 ORDER BY m
SELECT customer + 1 AS k, SUM(qty) + customer + 1 FROM orders GROUP BY customer + 1, customer ORDER BY k
SELECT SUM(amount) / SUM(qty) * 100, SUM(amount / 3), AVG(amount / 3), AVG(amount) / 3 * 3, 100 * COUNT(*) / 7 FROM orders
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.endsWith('_SKIP'));
