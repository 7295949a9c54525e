import jakarta.persistence.*;
import java.math.BigDecimal;
import java.time.*;
import java.util.*;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Hibernate over Connector/J: schema made, validated and updated, rows, queries, transactions. Argument: port. */
public class HibernateClient {
  @Entity(name = "User")
  @Table(name = "users", indexes = @Index(name = "by_name", columnList = "name"))
  public static class User {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(length = 40, nullable = false)
    String name;

    @Column(precision = 10, scale = 2)
    BigDecimal spent = BigDecimal.ZERO;

    boolean active = true;
    LocalDate born;
    Instant seen;

    @Version
    int edits;

    @OneToMany(mappedBy = "user", cascade = CascadeType.ALL)
    List<Order> orders = new ArrayList<>();

    User() {}

    User(String name, String spent) {
      this.name = name;
      this.spent = new BigDecimal(spent);
    }
  }

  @Entity(name = "Order")
  @Table(name = "orders")
  public static class Order {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "user_id", foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
    User user;

    double total;

    @Lob
    String note;

    Order() {}

    Order(User user, double total) {
      this.user = user;
      this.total = total;
    }
  }

  @Entity(name = "TownUser")
  @Table(name = "users")
  public static class TownUser {
    @Id Long id;

    @Column(length = 20)
    String town;
  }

  static SessionFactory open(String port, String schema, Class<?>... entities) {
    Configuration configuration = new Configuration();
    for (Class<?> entity : entities) configuration.addAnnotatedClass(entity);
    return configuration
        .setProperty("hibernate.connection.url", "jdbc:mysql://127.0.0.1:" + port + "/orm?sslMode=DISABLED&allowPublicKeyRetrieval=true")
        .setProperty("hibernate.connection.username", "root")
        .setProperty("hibernate.connection.password", "")
        .setProperty("hibernate.hbm2ddl.auto", schema)
        .setProperty("hibernate.jdbc.time_zone", "UTC")
        .setProperty("hibernate.jdbc.batch_size", "20")
        .setProperty("hibernate.show_sql", System.getenv("LOG") == null ? "false" : "true")
        .setProperty("jakarta.persistence.schema-generation.create-database-schemas", "false")
        .buildSessionFactory();
  }

  static void check(boolean condition, String what, Object... values) {
    if (!condition) throw new AssertionError(what + ": " + Arrays.toString(values));
  }

  public static void main(String[] arguments) {
    String port = arguments[0];
    java.util.logging.Logger.getLogger("org.hibernate").setLevel(java.util.logging.Level.SEVERE);
    open(port, "create", User.class, Order.class).close();
    open(port, "validate", User.class, Order.class).close();
    try (SessionFactory factory = open(port, "update", User.class, Order.class)) {
      rows(factory);
    }
    try (SessionFactory factory = open(port, "update", TownUser.class)) {
      factory.inTransaction(session -> session.find(TownUser.class, 1L).town = "Bern");
      String town = factory.fromSession(
          session -> (String) session.createNativeQuery("SELECT town FROM users WHERE id = ?", String.class).setParameter(1, 1).getSingleResult());
      check(town.equals("Bern"), "town", town);
    }
    open(port, "create-drop", User.class, Order.class).close();
  }

  static void rows(SessionFactory factory) {
    User ada = new User("Ada", "10.50");
    ada.born = LocalDate.of(1990, 5, 17);
    ada.seen = Instant.parse("2026-01-02T03:04:05.678901Z");
    ada.orders.add(new Order(ada, 99.5));
    ada.orders.add(new Order(ada, 0.5));
    User elise = new User("Élise", "7.25");
    elise.orders.add(new Order(elise, 12));
    factory.inTransaction(session -> {
      session.persist(ada);
      session.persist(new User("Bo", "0"));
      session.persist(elise);
    });
    check(ada.id == 1 && elise.id == 3, "ids", ada.id, elise.id);

    try (Session session = factory.openSession()) {
      User found = session.createQuery("from User u where u.name = :name", User.class).setParameter("name", "Ada").getSingleResult();
      check(found.spent.equals(new BigDecimal("10.50")) && found.active, "row", found.spent);
      check(found.born.equals(ada.born) && found.seen.equals(ada.seen), "times", found.born, found.seen);
      check(found.orders.size() == 2, "lazy", found.orders.size());
      List<Object[]> sums = session.createQuery(
          "select u.name, sum(o.total), count(o) from User u join u.orders o group by u.name having count(o) > 0 order by sum(o.total) desc",
          Object[].class).getResultList();
      check(sums.size() == 2 && sums.get(0)[1].equals(100.0) && sums.get(0)[2].equals(2L), "sums", sums.get(0));
      List<String> page = session.createQuery("select u.name from User u order by u.name desc", String.class)
          .setFirstResult(1).setMaxResults(1).getResultList();
      check(page.equals(List.of("Bo")), "page", page);
      List<User> fetched = session.createQuery("select distinct u from User u left join fetch u.orders order by u.id", User.class).getResultList();
      check(fetched.size() == 3 && fetched.get(1).orders.isEmpty(), "fetch join", fetched.size());
      Long some = session.createQuery(
          "select count(u) from User u where exists (select 1 from Order o where o.user = u) and year(u.born) = 1990 and u.spent between 1 and 20",
          Long.class).getSingleResult();
      check(some == 1, "exists", some);
      var builder = session.getCriteriaBuilder();
      var query = builder.createQuery(User.class);
      var root = query.from(User.class);
      query.where(builder.and(builder.like(builder.lower(root.get("name")), "%a%"), builder.isTrue(root.get("active"))));
      check(session.createQuery(query).getResultList().size() == 1, "criteria");
    }

    factory.inTransaction(session -> session.find(User.class, 1L).name = "Ada L.");
    check(factory.fromSession(session -> session.find(User.class, 1L)).edits == 1, "version");
    factory.inTransaction(session -> check(
        session.createMutationQuery("update User u set u.spent = u.spent + 1 where u.id in (1, 2)").executeUpdate() == 2, "bulk update"));
    try {
      factory.inTransaction(session -> {
        session.remove(session.find(User.class, 1L));
        session.flush();
        throw new IllegalStateException("undo");
      });
      check(false, "rollback");
    } catch (IllegalStateException expected) {
      check(expected.getMessage().equals("undo"), "undo");
    }
    factory.inTransaction(session -> {
      User locked = session.find(User.class, 3L, LockModeType.PESSIMISTIC_WRITE);
      session.remove(locked);
    });
    try {
      factory.inTransaction(session -> session.createNativeMutationQuery("insert into users (id, name, active, edits) values (1, 'again', true, 0)").executeUpdate());
      check(false, "duplicate");
    } catch (org.hibernate.exception.ConstraintViolationException expected) {
      check(expected.getErrorCode() == 1062, "code", expected.getErrorCode());
    }
    long left = factory.fromSession(session -> session.createQuery("select count(u) from User u", Long.class).getSingleResult());
    check(left == 2, "left", left);
  }
}
