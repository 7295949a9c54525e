import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.util.*;

/** The checklist for a JDBC driver: java -cp DRIVER.jar JdbcClient.java PREFIX PORT ITEMS, PREFIX "mysql" or "mariadb". */
public class JdbcClient {
  static String prefix;
  static int port;
  static boolean isMysql;

  static Connection connect(String database, String... options) throws SQLException {
    String url = "jdbc:" + prefix + "://127.0.0.1:" + port + "/" + database + "?user=root";
    for (String option : options) url += "&" + option;
    return DriverManager.getConnection(url);
  }

  static void check(boolean condition, Object message) {
    if (!condition) throw new AssertionError(String.valueOf(message));
  }

  static void equal(Object actual, Object expected) {
    check(Objects.deepEquals(actual, expected), "got " + actual + " instead of " + expected);
  }

  static List<List<Object>> rows(ResultSet result) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<Object> row = new ArrayList<>();
      for (int index = 1; index <= columns; index++) row.add(result.getObject(index));
      rows.add(row);
    }
    result.close();
    return rows;
  }

  static List<List<Object>> query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) { return rows(statement.executeQuery(sql)); }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) { statement.execute(sql); }
  }

  static void fails(int code, String state, Connection connection, String sql) throws SQLException {
    try {
      run(connection, sql);
    } catch (SQLException error) {
      // Connector/J has a class, and a state, of its own for values that do not fit.
      String expected = isMysql && error instanceof DataTruncation ? "22001" : state;
      check(error.getErrorCode() == code && error.getSQLState().equals(expected), sql + ": " + error.getErrorCode() + " " + error.getSQLState() + " " + error.getMessage());
      return;
    }
    throw new AssertionError(sql + " did not fail");
  }

  static void logins() throws Exception {
    String[] plain = {"sslMode=" + (isMysql ? "DISABLED" : "disable"), "allowPublicKeyRetrieval=true"};
    String[] tls = {"sslMode=" + (isMysql ? "REQUIRED" : "trust")};
    for (String[] transport : List.of(plain, tls)) {
      for (String user : List.of("nat", "sha")) {
        Properties properties = new Properties();
        properties.put("user", user);
        properties.put("password", "sécret");
        String url = "jdbc:" + prefix + "://127.0.0.1:" + port + "/clients?" + String.join("&", transport);
        try (Connection connection = DriverManager.getConnection(url, properties)) {
          equal(query(connection, "SELECT CURRENT_USER()").get(0).get(0), user + "@%");
          String cipher = (String) query(connection, "SHOW STATUS LIKE 'Ssl_cipher'").get(0).get(1);
          check(cipher.isEmpty() == (transport == plain), "cipher " + cipher);
          check(connection.isValid(5), "not valid");
        }
        properties.put("password", "wrong");
        try {
          DriverManager.getConnection(url, properties);
          throw new AssertionError("a wrong password was accepted");
        } catch (SQLException error) {
          equal(error.getErrorCode(), 1045);
        }
      }
    }
  }

  /** A value as the driver gives it: its class and its text. */
  static String shown(Object value) {
    if (value == null) return "null";
    String text = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    return value.getClass().getName() + " " + text.replace("\0", "\\0").replace("\n", "\\n");
  }

  static void printRows(String label, ResultSet result, String... without) throws SQLException {
    ResultSetMetaData meta = result.getMetaData();
    List<String> hidden = List.of(without);
    for (int row = 1; result.next(); row++) {
      for (int index = 1; index <= meta.getColumnCount(); index++) {
        if (!hidden.contains(meta.getColumnLabel(index))) System.out.println(label + " " + row + " " + meta.getColumnLabel(index) + " " + result.getString(index));
      }
    }
    result.close();
  }

  static void printTypes(String mode) throws Exception {
    try (Connection connection = connect("clients", "useServerPrepStmts=" + mode);
        PreparedStatement statement = connection.prepareStatement("SELECT * FROM every_type WHERE id <> ? ORDER BY id")) {
      statement.setInt(1, 99);
      ResultSet result = statement.executeQuery();
      ResultSetMetaData meta = result.getMetaData();
      while (result.next()) {
        for (int index = 1; index <= 38; index++) {
          Object value;
          try {
            value = result.getObject(index);
          } catch (SQLException error) {
            // A TIME that is no time of the day.
            value = error.getClass();
          }
          System.out.println(result.getInt(1) + "." + meta.getColumnName(index) + " " + shown(value) + " " + shown(result.getString(index)));
        }
      }
    }
  }

  static void types() throws Exception {
    List<List<Object>> seen = new ArrayList<>();
    for (String mode : List.of("useServerPrepStmts=false", "useServerPrepStmts=true")) {
      try (Connection connection = connect("clients", mode);
          PreparedStatement statement = connection.prepareStatement("SELECT * FROM every_type WHERE id <> ? ORDER BY id")) {
        statement.setInt(1, 99);
        ResultSet result = statement.executeQuery();
        check(result.next(), "no row");
        equal(result.getBoolean("flag"), true);
        equal(result.getInt("ti"), -5);
        equal(result.getLong("bi"), -5000000000L);
        equal(result.getBigDecimal("bu"), new BigDecimal("5000000000"));
        equal(result.getFloat("f"), 1.5f);
        equal(result.getDouble("d"), 0.1);
        equal(result.getBigDecimal("money"), new BigDecimal("12.500000"));
        equal(result.getString("vc"), "grün €😀");
        equal(result.getString("lt"), "long");
        equal(result.getBytes("bits"), new byte[] {2, 1});
        equal(result.getBytes("vb"), new byte[] {0, (byte) 0xff, 0x27});
        equal(result.getBytes("bl"), new byte[] {0, (byte) 0xff, 10});
        equal(result.getString("en"), "large");
        equal(result.getString("st"), "x,z");
        equal(result.getString("js"), "{\"a\": [1, \"b\"]}");
        equal(result.getDate("da").toLocalDate(), java.time.LocalDate.of(2021, 6, 23));
        equal(result.getObject("dt6", java.time.LocalDateTime.class), java.time.LocalDateTime.of(2021, 6, 23, 1, 2, 3, 7000));
        equal(result.getTimestamp("ts6").toLocalDateTime(), java.time.LocalDateTime.of(2021, 6, 23, 1, 2, 3, 7000));
        String time = result.getString("tm");
        // Connector/J loses the sign of a binary TIME.
        boolean loses = isMysql && mode.endsWith("true");
        check(time.matches((loses ? "" : "-") + "0?1:02:03\\.50*"), time);
        equal(result.getInt("yr") % 100, 21);
        check(result.next() && result.getLong("bi") == Long.MIN_VALUE && result.getDouble("d") == -Double.MAX_VALUE, "least");
        check(result.next() && result.getBigDecimal("bu").equals(new BigDecimal("18446744073709551615")), "most");
        equal(result.getObject("dt", java.time.LocalDateTime.class), java.time.LocalDateTime.of(9999, 12, 31, 23, 59, 59));
        check(result.next(), "no nulls");
        for (int index = 2; index <= 38; index++) check(result.getObject(index) == null && result.wasNull(), index);
        check(!result.next(), "too many rows");
        ResultSetMetaData meta = result.getMetaData();
        List<Object> names = new ArrayList<>();
        for (int index = 1; index <= 38; index++) {
          names.add(meta.getColumnLabel(index) + " " + meta.getColumnTypeName(index) + " " + meta.getColumnClassName(index)
              + " " + meta.getPrecision(index) + " " + meta.getScale(index) + " " + meta.isNullable(index) + " " + meta.isSigned(index));
        }
        seen.add(names);
        equal(meta.getTableName(1), "every_type");
        equal(meta.getCatalogName(1), "clients");
      }
    }
    equal(seen.get(0), seen.get(1));
  }

  static void parameters() throws Exception {
    for (String mode : List.of("useServerPrepStmts=false", "useServerPrepStmts=true")) {
      try (Connection connection = connect("clients", mode)) {
        run(connection, "DROP TABLE IF EXISTS jdbc_params");
        run(connection, "CREATE TABLE jdbc_params (id BIGINT PRIMARY KEY, i INT, s VARCHAR(100), t LONGTEXT, b LONGBLOB, n DECIMAL(12,3),"
            + " d DATE, tm TIME, dt DATETIME(6), ts TIMESTAMP(6) NULL, flag BOOL, x DOUBLE, j JSON)");
        Timestamp at = Timestamp.valueOf("2021-06-23 01:02:03.000007");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc_params VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
          insert.setLong(1, 1);
          insert.setInt(2, -7);
          insert.setString(3, "o'\"\\ü€😀");
          insert.setCharacterStream(4, new StringReader("long ü".repeat(50000)), 300000);
          insert.setBinaryStream(5, new java.io.ByteArrayInputStream(new byte[1000000]), 1000000);
          insert.setBigDecimal(6, new BigDecimal("-12.125"));
          insert.setDate(7, java.sql.Date.valueOf("2021-06-23"));
          insert.setTime(8, Time.valueOf("01:02:03"));
          insert.setTimestamp(9, at);
          insert.setObject(10, java.time.LocalDateTime.of(2021, 6, 23, 1, 2, 3, 7000));
          insert.setBoolean(11, true);
          insert.setDouble(12, 0.1);
          insert.setString(13, "{\"a\":1}");
          equal(insert.executeUpdate(), 1);
          insert.clearParameters();
          insert.setLong(1, 2);
          for (int index = 2; index <= 13; index++) insert.setNull(index, Types.VARCHAR);
          equal(insert.executeUpdate(), 1);
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT * FROM jdbc_params WHERE id = ? AND d = ? AND n < ? AND s LIKE ? LIMIT ?")) {
          select.setShort(1, (short) 1);
          select.setDate(2, java.sql.Date.valueOf("2021-06-23"));
          select.setBigDecimal(3, BigDecimal.ZERO);
          select.setString(4, "o'%");
          select.setInt(5, 10);
          ResultSet result = select.executeQuery();
          check(result.next(), "the row was not found");
          equal(result.getString("s"), "o'\"\\ü€😀");
          equal(result.getString("t").length(), 300000);
          equal(result.getBytes("b").length, 1000000);
          equal(result.getBigDecimal("n"), new BigDecimal("-12.125"));
          equal(result.getTime("tm").toString(), "01:02:03");
          if (!againstMariaDb) equal(result.getTimestamp("dt"), at);
          // Connector/J sends no fractions to a server that calls itself 5.5.5, as MariaDB does.
          if (!againstMariaDb) equal(result.getTimestamp("ts"), at);
          if (!againstMariaDb) equal(result.getString("j"), "{\"a\": 1}");
          check(!result.next(), "too many rows");
        }
        try (PreparedStatement keys = connection.prepareStatement("SELECT COUNT(*) FROM jdbc_params WHERE i IS NULL AND id IN (?, ?)")) {
          keys.setInt(1, 1);
          keys.setString(2, "2");
          ResultSet result = keys.executeQuery();
          check(result.next() && result.getInt(1) == 1, "IN with a number and a text");
          if (mode.endsWith("true")) equal(keys.getParameterMetaData().getParameterCount(), 2);
        }
      }
    }
  }

  static void million() throws Exception {
    for (String mode : List.of("useServerPrepStmts=false", "useServerPrepStmts=true")) {
      try (Connection connection = connect("clients", mode);
          PreparedStatement statement = connection.prepareStatement("SELECT n, name, half, filler FROM million", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
        statement.setFetchSize(isMysql ? Integer.MIN_VALUE : 100);
        ResultSet result = statement.executeQuery();
        long sum = 0;
        int count = 0;
        // The virtual machine has 64 MB: the rows alone are 110.
        for (; result.next(); count++) sum += result.getInt(1);
        equal(List.of(count, sum), List.of(1_000_000, 1_000_000L * 999_999 / 2));
      }
    }
    streaming();
  }

  static void streaming() throws Exception {
    List<String> modes = new ArrayList<>(List.of("useServerPrepStmts=false", "useServerPrepStmts=true"));
    if (isMysql) modes.add("useCursorFetch=true");
    for (String mode : modes) {
      try (Connection connection = connect("clients", mode);
          PreparedStatement statement = connection.prepareStatement("SELECT n, name FROM series ORDER BY n", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
        statement.setFetchSize(mode.startsWith("useCursor") ? 777 : isMysql ? Integer.MIN_VALUE : 100);
        ResultSet result = statement.executeQuery();
        long sum = 0;
        int count = 0;
        while (result.next()) {
          sum += result.getInt(1);
          if (count++ == 119999) equal(result.getString(2), "row 119999");
        }
        equal(count, 120000);
        equal(sum, 120000L * 119999 / 2);
        result.close();
        // To leave a stream early reads the rest of it or closes it; the connection serves on.
        result = statement.executeQuery();
        check(result.next(), "no row");
        result.close();
        equal(query(connection, "SELECT 1").size(), 1);
      }
    }
    if (!isMysql) return;
    try (Connection connection = connect("clients", "useCursorFetch=true", "defaultFetchSize=10");
        Statement statement = connection.createStatement()) {
      ResultSet result = statement.executeQuery("SELECT n FROM series ORDER BY n LIMIT 25");
      int seen = 0;
      // Another statement runs between two fetches.
      while (result.next()) {
        equal(result.getInt(1), seen++);
        if (seen == 5) equal(query(connection, "SELECT COUNT(*) FROM series").get(0).get(0), 120000L);
      }
      equal(seen, 25);
      check(!statement.executeQuery("SELECT n FROM series WHERE n < 0").next(), "no rows were expected");
      try {
        ResultSet broken = statement.executeQuery("SELECT (SELECT n FROM series b WHERE b.n < 2 + a.n * 0) FROM series a WHERE a.n < 100");
        while (broken.next()) {}
        throw new AssertionError("a subquery with two rows was answered");
      } catch (SQLException error) {
        equal(error.getErrorCode(), 1242);
      }
      equal(query(connection, "SHOW TABLES LIKE 'series'").size(), 1);
    }
  }

  static void batches() throws Exception {
    for (String mode : List.of("rewriteBatchedStatements=false", "rewriteBatchedStatements=true", "rewriteBatchedStatements=true&useServerPrepStmts=true", "useServerPrepStmts=true&allowMultiQueries=true")) {
      try (Connection connection = connect("clients", mode)) {
        run(connection, "DROP TABLE IF EXISTS jdbc_batch");
        run(connection, "CREATE TABLE jdbc_batch (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(20))");
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc_batch (s) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
          for (int row = 0; row < 3000; row++) {
            insert.setString(1, "row " + row);
            insert.addBatch();
          }
          equal(insert.executeBatch().length, 3000);
          ResultSet keys = insert.getGeneratedKeys();
          int count = 0;
          while (keys.next()) equal(keys.getLong(1), (long) ++count);
          equal(count, 3000);
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE jdbc_batch SET s = ? WHERE id = ?")) {
          for (int row = 1; row <= 5; row++) {
            update.setString(1, "updated");
            update.setInt(2, row * 1000);
            update.addBatch();
          }
          equal(update.executeBatch(), new int[] {1, 1, 1, 0, 0});
        }
        try (Statement several = connection.createStatement()) {
          several.addBatch("DELETE FROM jdbc_batch WHERE id = 1");
          several.addBatch("INSERT INTO jdbc_batch (s) VALUES ('x')");
          several.addBatch("UPDATE jdbc_batch SET s = 'y' WHERE id = 2");
          several.addBatch("UPDATE jdbc_batch SET s = 'z' WHERE id = 2");
          several.addBatch("UPDATE jdbc_batch SET s = 'u' WHERE id < 4");
          equal(several.executeBatch(), new int[] {1, 1, 1, 1, 2});
        }
        connection.commit();
        equal(query(connection, "SELECT COUNT(*), MAX(id) FROM jdbc_batch").toString(), "[[3000, 3001]]");
      }
    }
    try (Connection connection = connect("clients", "allowMultiQueries=true"); Statement statement = connection.createStatement()) {
      check(statement.execute("SELECT 1; SET @a = 2; SELECT @a, ';'"), "no rows");
      check(!statement.getMoreResults() && statement.getUpdateCount() == 0, "no count");
      check(statement.getMoreResults(), "no second rows");
      ResultSet last = statement.getResultSet();
      check(last.next() && last.getInt(1) == 2, "@a");
    }
  }

  static void transactions() throws Exception {
    try (Connection one = connect("clients"); Connection two = connect("clients")) {
      run(one, "DROP TABLE IF EXISTS jdbc_txn");
      run(one, "CREATE TABLE jdbc_txn (id INT PRIMARY KEY, v INT)");
      run(one, "INSERT INTO jdbc_txn VALUES (1, 10), (2, 20)");
      one.setAutoCommit(false);
      equal(one.createStatement().executeUpdate("UPDATE jdbc_txn SET v = 11 WHERE id = 1"), 1);
      Savepoint savepoint = one.setSavepoint("here");
      run(one, "DELETE FROM jdbc_txn");
      one.rollback(savepoint);
      equal(query(two, "SELECT v FROM jdbc_txn WHERE id = 1").toString(), "[[10]]");
      one.commit();
      equal(query(two, "SELECT v FROM jdbc_txn ORDER BY id").toString(), "[[11], [20]]");
      for (int level : new int[] {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_REPEATABLE_READ}) {
        one.setTransactionIsolation(level);
        equal(one.getTransactionIsolation(), level);
      }
      query(one, "SELECT * FROM jdbc_txn");
      run(two, "UPDATE jdbc_txn SET v = 12 WHERE id = 1");
      try {
        run(one, "UPDATE jdbc_txn SET v = 13 WHERE id = 1");
        one.commit();
        throw new AssertionError("a lost conflict was committed");
      } catch (SQLException error) {
        check(error.getErrorCode() == 1213 && error.getSQLState().equals("40001"), error);
      }
      one.rollback();
      one.setReadOnly(true);
      check(one.isReadOnly(), "not read only");
      // MariaDB's driver keeps it to itself.
      if (isMysql) {
        equal(query(one, "SELECT @@session.transaction_read_only").toString(), "[[1]]");
        try {
          run(one, "UPDATE jdbc_txn SET v = 14");
          throw new AssertionError("a read only connection wrote");
        } catch (SQLException expected) {
          check(expected.getErrorCode() == 1792 || expected.getMessage().contains("read-only"), expected);
        }
      }
      one.rollback();
      one.setReadOnly(false);
      two.setCatalog("information_schema");
      equal(two.getCatalog(), "information_schema");
    }
  }

  static void errors() throws Exception {
    try (Connection connection = connect("clients")) {
      for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of(System.getenv("CHECKLIST"), "errors.tsv"))) {
        String[] parts = line.split("\t");
        fails(Integer.parseInt(parts[0]), parts[1], connection, parts[2]);
      }
      fails(1064, "42000", connection, "SELECT 1; SELECT 2");
      Statement statement = connection.createStatement();
      statement.executeQuery("SELECT 1/0").close();
      SQLWarning warning = statement.getWarnings();
      check(warning != null && warning.getErrorCode() == 1365, warning);
      equal(connection.nativeSQL("SELECT {fn NOW()}").isEmpty(), false);
      statement.setMaxRows(3);
      equal(rows(statement.executeQuery("SELECT n FROM series")).size(), 3);
      statement.setMaxRows(0);
      equal(rows(statement.executeQuery("SELECT n FROM series WHERE n < 9")).size(), 9);
    }
  }

  static void cancel() throws Exception {
    String sql = "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()";
    try (Connection connection = connect("clients"); Connection other = connect("clients"); Statement statement = connection.createStatement()) {
      long id = ((Number) query(connection, "SELECT CONNECTION_ID()").get(0).get(0)).longValue();
      Thread canceller = new Thread(() -> {
        try {
          while (query(other, "SELECT 1 FROM information_schema.PROCESSLIST WHERE COMMAND = 'Query' AND ID = " + id).isEmpty()) Thread.sleep(5);
          statement.cancel();
        } catch (Exception error) {
          error.printStackTrace();
        }
      });
      canceller.start();
      try {
        statement.executeQuery(sql);
        throw new AssertionError("the query was not cancelled");
      } catch (SQLException error) {
        check(error.getErrorCode() == 1317 || error.getClass().getSimpleName().contains("Cancelled"), error);
      }
      canceller.join();
      equal(query(connection, "SELECT 1").size(), 1);
    }
  }

  static final String endless = "SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()";

  static void timeout() throws Exception {
    try (Connection connection = connect("clients"); Statement statement = connection.createStatement()) {
      run(connection, "SET SESSION max_execution_time = 200");
      fails(3024, "HY000", connection, endless);
      run(connection, "SET SESSION max_execution_time = 0");
      fails(3024, "HY000", connection, endless.replace("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(200) */"));
      statement.setQueryTimeout(1);
      try {
        statement.executeQuery(endless);
        throw new AssertionError("the query had no timeout");
      } catch (SQLException error) {
        check(error instanceof SQLTimeoutException || error.getErrorCode() == 1317 || error.getErrorCode() == 3024, error);
      }
      equal(query(connection, "SELECT 1").size(), 1);
      connection.setNetworkTimeout(Runnable::run, 500);
      try {
        run(connection, endless);
        throw new AssertionError("the network had no timeout");
      } catch (SQLException error) {
        check(error.getSQLState().startsWith("08"), error);
      }
    }
    try (Connection connection = connect("clients")) {
      while (!query(connection, "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()").isEmpty()) Thread.sleep(10);
    }
  }

  static void reconnect() throws Exception {
    try (Connection connection = connect("clients"); Connection killer = connect("clients")) {
      run(killer, "KILL " + query(connection, "SELECT CONNECTION_ID()").get(0).get(0));
      try {
        run(connection, "SELECT 1");
        throw new AssertionError("a killed connection answered");
      } catch (SQLException error) {
        check(error.getSQLState().startsWith("08") || error.getErrorCode() == 1053 || error.getErrorCode() == 1927, error.getSQLState() + error);
      }
      check(!connection.isValid(1), "a killed connection is valid");
    }
    try (Connection old = connect("clients")) {
      System.out.println("@restart");
      System.in.read();
      check(!old.isValid(1), "a connection outlived the server");
      // Of several hosts the one that answers is taken.
      String hosts = "jdbc:" + prefix + ":" + (isMysql ? "" : "sequential:") + "//127.0.0.1:1,127.0.0.1:" + port + "/clients?user=root";
      try (Connection again = DriverManager.getConnection(hosts)) {
        equal(query(again, "SELECT COUNT(*) FROM series").get(0).get(0), 120000L);
      }
    }
  }

  static void pool() throws Exception {
    if (isMysql) {
      System.out.println("none the driver leaves pooling to others; its pooled data source is tried with MariaDB's");
      return;
    }
    var type = Class.forName("org.mariadb.jdbc.MariaDbPoolDataSource");
    var source = (javax.sql.DataSource) type.getConstructor(String.class).newInstance("jdbc:mariadb://127.0.0.1:" + port + "/clients?user=root&maxPoolSize=3");
    List<Thread> threads = new ArrayList<>();
    List<Object> answers = Collections.synchronizedList(new ArrayList<>());
    for (int number = 0; number < 20; number++) {
      String sql = "SELECT " + number;
      Thread thread = new Thread(() -> {
        try (Connection connection = source.getConnection()) {
          answers.add(Integer.parseInt(String.valueOf(query(connection, sql).get(0).get(0))));
        } catch (SQLException error) {
          answers.add(error);
        }
      });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) thread.join();
    List<Integer> expected = new ArrayList<>();
    for (int number = 0; number < 20; number++) expected.add(number);
    equal(new HashSet<>(answers), new HashSet<Object>(expected));
    type.getMethod("close").invoke(source);
  }

  /** The first of the columns of each row. */
  static List<String> names(ResultSet result, String column) throws SQLException {
    List<String> names = new ArrayList<>();
    while (result.next()) names.add(result.getString(column));
    result.close();
    return names;
  }

  static void metadata() throws Exception {
    try (Connection connection = connect("clients")) {
      DatabaseMetaData meta = connection.getMetaData();
      check(meta.getDatabaseProductVersion().contains("8.0.40"), meta.getDatabaseProductVersion());
      check(names(meta.getCatalogs(), "TABLE_CAT").containsAll(List.of("clients", "information_schema")), "catalogs");
      names(meta.getSchemas(), "TABLE_SCHEM");
      check(names(meta.getTables("clients", null, "%", null), "TABLE_NAME").containsAll(List.of("every_type", "series", "seen")), "tables");
      equal(names(meta.getTables("clients", null, "ser%", new String[] {"TABLE"}), "TABLE_NAME"), List.of("series"));
      equal(names(meta.getTables("clients", null, "every\\_type", new String[] {"TABLE"}), "TABLE_NAME"), List.of("every_type"));
      equal(names(meta.getTables("clients", null, "s%", new String[] {"VIEW"}), "TABLE_NAME"), List.of("seen"));
      check(!names(meta.getTables("information_schema", null, "%", null), "TABLE_NAME").isEmpty(), "system tables");
      equal(names(meta.getColumns("clients", null, "keyed", "%"), "COLUMN_NAME"), List.of("b", "a", "c", "d", "e"));
      ResultSet columns = meta.getColumns("clients", null, "every_type", "%");
      Map<String, Integer> types = new LinkedHashMap<>();
      while (columns.next()) types.put(columns.getString("COLUMN_NAME"), columns.getInt("DATA_TYPE"));
      equal(types.size(), 38);
      equal(types.get("vc"), Types.VARCHAR);
      equal(types.get("money"), Types.DECIMAL);
      equal(types.get("ts"), Types.TIMESTAMP);
      equal(types.get("flag"), isMysql ? Types.BIT : Types.BOOLEAN);
      equal(types.get("bl"), Types.LONGVARBINARY);
      ResultSet c = meta.getColumns("clients", null, "keyed", "c");
      check(c.next() && c.getString("REMARKS").equals("the c") && c.getString("IS_NULLABLE").equals("YES"), "column c");
      ResultSet keys = meta.getPrimaryKeys("clients", null, "keyed");
      Map<String, Integer> key = new TreeMap<>();
      while (keys.next()) key.put(keys.getString("COLUMN_NAME"), keys.getInt("KEY_SEQ"));
      equal(key, new TreeMap<>(Map.of("a", 1, "b", 2)));
      equal(new TreeSet<>(names(meta.getIndexInfo("clients", null, "keyed", false, true), "INDEX_NAME")), new TreeSet<>(List.of("PRIMARY", "by_c")));
      equal(names(meta.getIndexInfo("clients", null, "keyed", true, false), "COLUMN_NAME"), List.of("a", "b"));
      names(meta.getBestRowIdentifier("clients", null, "keyed", DatabaseMetaData.bestRowSession, true), "COLUMN_NAME");
      equal(names(meta.getImportedKeys("clients", null, "keyed"), "FKTABLE_NAME"), List.of());
      equal(names(meta.getExportedKeys("clients", null, "keyed"), "FKTABLE_NAME"), List.of());
      equal(names(meta.getCrossReference("clients", null, "keyed", "clients", null, "series"), "FKTABLE_NAME"), List.of());
      equal(names(meta.getProcedures("clients", null, "%"), "PROCEDURE_NAME"), List.of());
      equal(names(meta.getProcedureColumns("clients", null, "%", "%"), "COLUMN_NAME"), List.of());
      equal(names(meta.getFunctions("clients", null, "%"), "FUNCTION_NAME"), List.of());
      equal(names(meta.getFunctionColumns("clients", null, "%", "%"), "COLUMN_NAME"), List.of());
      check(names(meta.getTypeInfo(), "TYPE_NAME").contains("VARCHAR"), "types");
      check(!names(meta.getTableTypes(), "TABLE_TYPE").isEmpty(), "table types");
      names(meta.getTablePrivileges("clients", null, "%"), "TABLE_NAME");
      names(meta.getColumnPrivileges("clients", null, "keyed", "%"), "COLUMN_NAME");
      names(meta.getVersionColumns("clients", null, "keyed"), "COLUMN_NAME");
      names(meta.getClientInfoProperties(), "NAME");
      check(!meta.getSQLKeywords().isEmpty(), "keywords");
      check(meta.getUserName().startsWith("root"), meta.getUserName());
      meta.isReadOnly();
      meta.getDefaultTransactionIsolation();
      // An updatable result needs the names of table and key.
      try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
        run(connection, "DROP TABLE IF EXISTS changed");
        run(connection, "CREATE TABLE changed (a VARCHAR(10), b INT, c INT, PRIMARY KEY (a, b))");
        run(connection, "INSERT INTO changed VALUES ('x', 1, 5)");
        ResultSet rows = statement.executeQuery("SELECT a, b, c FROM changed");
        check(rows.next(), "no row");
        rows.updateInt("c", 6);
        rows.updateRow();
      }
      equal(query(connection, "SELECT c FROM changed").toString(), "[[6]]");
    }
  }

  /** Names and versions, which are each server's own, and limits that the drivers ask the server for. */
  static final Set<String> ownAnswers = Set.of("getConnection", "getURL", "getUserName", "getDatabaseProductName", "getDatabaseProductVersion",
      "getDatabaseMajorVersion", "getDatabaseMinorVersion", "getSQLKeywords", "getCatalogs", "getSchemas", "getClass", "hashCode", "toString", "notify", "notifyAll", "wait");

  /** Every method of DatabaseMetaData: those without arguments, those of numbers, and each that gives rows. */
  static void allMetadata() throws Exception {
    try (Connection connection = connect("clients")) {
      DatabaseMetaData meta = connection.getMetaData();
      var methods = new ArrayList<>(List.of(DatabaseMetaData.class.getMethods()));
      methods.sort(Comparator.comparing(method -> method.getName() + method.getParameterCount()));
      for (var method : methods) {
        if (method.getDeclaringClass() != DatabaseMetaData.class || ownAnswers.contains(method.getName())) continue;
        var types = List.of(method.getParameterTypes());
        List<Object[]> calls = new ArrayList<>();
        if (types.isEmpty()) calls.add(new Object[0]);
        else if (types.stream().allMatch(type -> type == int.class)) {
          int[] values = {0, 1, 2, 4, 8, -7, 3, 12, 91, 93, 1003, 1004, 1005, 1007, 1008};
          for (int one : values) {
            if (types.size() == 1) calls.add(new Object[] {one});
            else for (int other : values) calls.add(new Object[] {one, other});
          }
        }
        for (Object[] call : calls) {
          Object answer;
          try {
            answer = method.invoke(meta, call);
          } catch (java.lang.reflect.InvocationTargetException error) {
            answer = error.getCause().getClass().getSimpleName();
          }
          String label = method.getName() + Arrays.toString(call);
          if (answer instanceof ResultSet rows) printRows(label, rows);
          else System.out.println(label + " " + answer);
        }
      }
      for (String table : List.of("plain", "keyed", "counted", "seen")) {
        // The engine's estimates and the texts of MariaDB's defaults differ.
        printRows("getColumns " + table, meta.getColumns("clients", null, table, "%"), "COLUMN_DEF");
        printRows("getPrimaryKeys " + table, meta.getPrimaryKeys("clients", null, table));
        printRows("getIndexInfo " + table, meta.getIndexInfo("clients", null, table, false, false), "CARDINALITY");
        printRows("getBestRowIdentifier " + table, meta.getBestRowIdentifier("clients", null, table, DatabaseMetaData.bestRowSession, true));
        printRows("getVersionColumns " + table, meta.getVersionColumns("clients", null, table));
        printRows("getImportedKeys " + table, meta.getImportedKeys("clients", null, table));
        printRows("getExportedKeys " + table, meta.getExportedKeys("clients", null, table));
      }
      printRows("getColumns like", meta.getColumns("clients", null, "key%", "c"), "COLUMN_DEF");
      printRows("getTables", meta.getTables("clients", null, "%e%", new String[] {"TABLE", "VIEW"}));
      printRows("getTables of no database", meta.getTables("nope", null, "%", null));
      printRows("getCrossReference", meta.getCrossReference("clients", null, "keyed", "clients", null, "series"));
      printRows("getProcedures", meta.getProcedures("clients", null, "%"));
      printRows("getProcedureColumns", meta.getProcedureColumns("clients", null, "%", "%"));
      printRows("getFunctions", meta.getFunctions("clients", null, "%"));
      printRows("getFunctionColumns", meta.getFunctionColumns("clients", null, "%", "%"));
      printRows("getTablePrivileges", meta.getTablePrivileges("clients", null, "%"));
      printRows("getColumnPrivileges", meta.getColumnPrivileges("clients", null, "keyed", "%"));
      printRows("getUDTs", meta.getUDTs("clients", null, "%", null));
      printRows("getSuperTypes", meta.getSuperTypes("clients", null, "%"));
      printRows("getSuperTables", meta.getSuperTables("clients", null, "%"));
      printRows("getAttributes", meta.getAttributes("clients", null, "%", "%"));
      printRows("getPseudoColumns", meta.getPseudoColumns("clients", null, "%", "%"));
      try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM plain WHERE id = ?")) {
        ResultSetMetaData columns = statement.getMetaData();
        for (int index = 1; index <= columns.getColumnCount(); index++) {
          var ofColumns = new ArrayList<>(List.of(ResultSetMetaData.class.getMethods()));
          ofColumns.sort(Comparator.comparing(java.lang.reflect.Method::getName));
          for (var method : ofColumns) {
            if (method.getParameterCount() == 1 && method.getParameterTypes()[0] == int.class) System.out.println("column " + columns.getColumnLabel(index) + " " + method.getName() + " " + method.invoke(columns, index));
          }
        }
        ParameterMetaData parameters = statement.getParameterMetaData();
        System.out.println("parameters " + parameters.getParameterCount());
      }
    }
  }

  static void bothMetadata() throws Exception {
    allMetadata();
    if (!againstMariaDb) metadata();
  }

  static void text() throws Exception {
    printTypes("false");
    if (!againstMariaDb) types();
  }

  static void bothParameters() throws Exception {
    parameters();
    batches();
    for (String mode : List.of("false", "true")) {
      try (Connection connection = connect("clients", "useServerPrepStmts=" + mode)) {
        run(connection, "DROP TABLE IF EXISTS jdbc_copy");
        run(connection, "CREATE TABLE jdbc_copy LIKE every_type");
        // Times beyond a day are no java.sql.Time.
        String columns = "id, flag, ti, tu, si, su, mi, mu, i, iu, bi, bu, f, d, money, bits, ch, vc, tt, tx, mt, lt, bn, vb, tb, bl, mb, lb, en, st, js, da, dt, dt6, ts, ts6";
        List<List<Object>> rows = query(connection, "SELECT " + columns + " FROM every_type ORDER BY id");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc_copy (" + columns + ") VALUES (" + "?,".repeat(35) + "?)")) {
          for (List<Object> row : rows) {
            for (int index = 1; index <= 36; index++) {
              Object value = row.get(index - 1);
              // Connector/J sends the largest BIGINT UNSIGNED as -1 otherwise, to any server.
              insert.setObject(index, value instanceof java.math.BigInteger number ? new BigDecimal(number) : value);
            }
            insert.executeUpdate();
          }
        }
        List<List<Object>> copied = query(connection, "SELECT " + columns + " FROM jdbc_copy ORDER BY id");
        for (int row = 0; row < 4; row++) {
          for (int column = 0; column < 36; column++) System.out.println(columns.split(", ")[column] + " " + mode + " " + row + " " + shown(copied.get(row).get(column)));
        }
        run(connection, "DROP TABLE jdbc_copy");
      }
    }
  }

  static boolean againstMariaDb;

  interface Step { void run() throws Exception; }

  public static void main(String[] arguments) throws Exception {
    prefix = arguments[0];
    port = Integer.parseInt(arguments[1]);
    isMysql = prefix.equals("mysql");
    System.setOut(new java.io.PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8));
    try (Connection connection = connect("clients")) {
      againstMariaDb = query(connection, "SELECT @@version_comment LIKE '%Debian%' OR VERSION() LIKE '%MariaDB%'").get(0).get(0).toString().equals("1");
    }
    Map<String, Step> steps = new HashMap<>();
    steps.put("connect", JdbcClient::logins);
    steps.put("text", JdbcClient::text);
    steps.put("binary", () -> printTypes("true"));
    steps.put("parameters", JdbcClient::bothParameters);
    steps.put("stream", JdbcClient::million);
    steps.put("transactions", JdbcClient::transactions);
    steps.put("errors", JdbcClient::errors);
    steps.put("metadata", JdbcClient::bothMetadata);
    steps.put("cancel", JdbcClient::cancel);
    steps.put("timeout", JdbcClient::timeout);
    steps.put("reconnect", JdbcClient::reconnect);
    steps.put("pool", JdbcClient::pool);
    for (String item : arguments[2].split(",")) {
      System.out.println("## " + item);
      try {
        steps.get(item).run();
        System.out.println("ok");
      } catch (Throwable error) {
        java.io.StringWriter trace = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(trace));
        System.out.println("failed " + trace.toString().replace("\n", " | "));
      }
    }
    System.exit(0);
  }
}
