"""SQLAlchemy over PyMySQL, mysqlclient and mysql-connector-python, and pandas: python sqlalchemy_client.py PORT DRIVER."""
import datetime
import decimal
import sys

import pandas
from sqlalchemy import (JSON, BigInteger, Boolean, DateTime, Enum, ForeignKey, Index, Integer, LargeBinary, MetaData,
                        Numeric, String, Table, Text, create_engine, func, inspect, select, text)
from sqlalchemy.exc import IntegrityError, NoSuchTableError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

port, driver = sys.argv[1:3]
engine = create_engine(f'mysql+{driver}://root@127.0.0.1:{port}/clients?charset=utf8mb4')
schema = f'alchemy_{driver}'
with engine.begin() as connection:
    connection.execute(text(f'CREATE DATABASE {schema}'))
engine.dispose()
engine = create_engine(f'mysql+{driver}://root@127.0.0.1:{port}/{schema}?charset=utf8mb4', pool_pre_ping=True)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = 'author'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    born: Mapped[datetime.date | None]
    balance: Mapped[decimal.Decimal] = mapped_column(Numeric(12, 2), server_default='0.00')
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    kind: Mapped[str | None] = mapped_column(Enum('poet', 'other'), comment="the author's kind")
    books: Mapped[list['Book']] = relationship(
        back_populates='author', primaryjoin='Author.id == foreign(Book.author_id)', cascade='all, delete-orphan')
    __table_args__ = (Index('by_name', 'name'), {'comment': 'who wrote'})


class Book(Base):
    __tablename__ = 'book'
    author_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    details: Mapped[dict | None] = mapped_column(JSON)
    cover: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen: Mapped[datetime.datetime | None] = mapped_column(DateTime)
    author: Mapped[Author] = relationship(
        back_populates='books', primaryjoin='Author.id == foreign(Book.author_id)')


def orm():
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ada = Author(name='Ada', born=datetime.date(1815, 12, 10), balance=decimal.Decimal('12.30'), kind='poet')
        bo = Author(name='Bo ☂')
        ada.books = [Book(number=1, title='Notes', details={'a': [1, None]}, cover=b'\0\xff', seen=datetime.datetime(2021, 6, 23, 1, 2, 3)),
                     Book(number=2, title='x' * 5000)]
        session.add_all([ada, bo])
        session.commit()
        assert (ada.id, bo.id) == (1, 2)
    with Session(engine) as session:
        ada = session.scalars(select(Author).where(Author.name == 'Ada')).one()
        assert ada.balance == decimal.Decimal('12.30') and ada.active is True and ada.born.year == 1815
        assert [book.title[:5] for book in ada.books] == ['Notes', 'xxxxx']
        assert ada.books[0].details == {'a': [1, None]} and ada.books[0].cover == b'\0\xff'
        ada.balance += 1
        ada.books.pop()
        session.commit()
        counted = session.execute(
            select(Author.name, func.count(Book.number)).outerjoin(Book, Author.id == Book.author_id)
            .group_by(Author.name).order_by(Author.name)).all()
        assert [tuple(row) for row in counted] == [('Ada', 1), ('Bo ☂', 0)], counted
        session.add(Author(id=1, name='again'))
        try:
            session.commit()
        except IntegrityError as error:
            assert error.orig.args[0] == 1062
            session.rollback()
        else:
            raise AssertionError('a duplicate was accepted')
        with session.begin_nested():
            session.add(Author(name='inner'))
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Author)) == 2


def reflection():
    inspector = inspect(engine)
    assert 'clients' in inspector.get_schema_names()
    assert inspector.get_table_names() == ['author', 'book'], inspector.get_table_names()
    assert inspector.has_table('author') and not inspector.has_table('nope')
    assert 'series' in inspector.get_table_names(schema='clients')
    columns = {column['name']: column for column in inspector.get_columns('author')}
    assert str(columns['name']['type']) == 'VARCHAR(50)' and columns['name']['nullable'] is False
    assert columns['id']['autoincrement'] is True
    assert columns['kind']['comment'] == "the author's kind", columns['kind']
    assert str(columns['balance']['type']) == 'DECIMAL(12, 2)' and columns['balance']['default'] == "'0.00'", columns['balance']
    assert inspector.get_pk_constraint('book')['constrained_columns'] == ['author_id', 'number']
    assert [index['name'] for index in inspector.get_indexes('author')] == ['by_name'], inspector.get_indexes('author')
    assert inspector.get_foreign_keys('book') == []
    assert inspector.get_unique_constraints('book') == []
    assert inspector.get_table_comment('author') == {'text': 'who wrote'}
    with engine.begin() as connection:
        connection.execute(text('CREATE VIEW named AS SELECT id, name FROM author'))
    inspector = inspect(engine)
    assert inspector.get_view_names() == ['named']
    assert inspector.get_view_definition('named').upper().startswith('CREATE ')
    assert [column['name'] for column in inspector.get_columns('named')] == ['id', 'name']
    every = Table('every_type', MetaData(), autoload_with=engine, schema='clients')
    assert len(every.columns) == 38
    for column in every.columns:
        assert str(column.type) != 'NULL', column
    with engine.connect() as connection:
        assert len(connection.execute(select(every).order_by(every.c.id)).all()) == 4
        assert connection.execute(select(every.c.en).where(every.c.id == 1)).scalar() == 'large'
    try:
        Table('nope', MetaData(), autoload_with=engine)
    except NoSuchTableError:
        pass
    else:
        raise AssertionError('a table that is not there was reflected')
    whole = MetaData()
    whole.reflect(engine, views=True)
    assert set(whole.tables) == {'author', 'book', 'named'}


def errors():
    with engine.connect() as connection:
        for sql, number, kinds in (('SELEC 1', 1064, ProgrammingError), ('SELECT * FROM nope', 1146, ProgrammingError),
                                   ('SELECT nope FROM author', 1054, (OperationalError, ProgrammingError))):
            try:
                connection.execute(text(sql))
            except kinds as error:
                code = getattr(error.orig, 'errno', None) or error.orig.args[0]
                assert code == number, error
                connection.rollback()
            else:
                raise AssertionError(sql)
        connection.execution_options(isolation_level='SERIALIZABLE')
        assert connection.get_isolation_level() == 'SERIALIZABLE'


def streaming():
    with engine.connect() as connection:
        result = connection.execution_options(stream_results=True, yield_per=1000).execute(text('SELECT n FROM clients.series'))
        assert sum(row.n for row in result) == 120000 * 119999 // 2


def frames():
    frame = pandas.read_sql('SELECT * FROM clients.series ORDER BY n', engine)
    assert frame.shape == (120000, 3) and frame['half'].iloc[-1] == 59999.5 and frame['n'].dtype == 'int64'
    pieces = list(pandas.read_sql('SELECT n FROM clients.series WHERE n < 2500', engine, chunksize=1000))
    assert [len(piece) for piece in pieces] == [1000, 1000, 500]
    values = pandas.read_sql(text('SELECT * FROM clients.every_type WHERE id <= :most'), engine, params={'most': 1})
    assert values['js'].iloc[0] == '{"a": [1, "b"]}'
    source = pandas.DataFrame({
        'k': range(5000), 'f': [n / 3 for n in range(5000)], 's': [f'text {n} ü' for n in range(5000)],
        'b': [n % 2 == 0 for n in range(5000)], 't': pandas.date_range('2021-01-01', periods=5000, freq='h'),
        'o': [None if n % 3 else 'x' for n in range(5000)]})
    # Every table has a primary key here: the table is made first, and pandas appends to it.
    with engine.begin() as connection:
        connection.execute(text('CREATE TABLE frame (k BIGINT PRIMARY KEY, f DOUBLE, s TEXT, b BOOL, t DATETIME, o TEXT)'))
    written = source.to_sql('frame', engine, if_exists='append', index=False, chunksize=1000)
    assert written == 5000 or driver == 'mysqlconnector', written
    source.assign(k=source['k'] + 5000).to_sql('frame', engine, if_exists='append', index=False, method='multi', chunksize=500)
    back = pandas.read_sql_table('frame', engine).sort_values('k', ignore_index=True)
    assert len(back) == 10000
    first = back.head(5000)
    assert (first['f'] == source['f']).all() and (first['s'] == source['s']).all() and (first['t'] == source['t']).all()
    assert first['o'].isna().sum() == source['o'].isna().sum()
    try:
        source.head(1).to_sql('without_key', engine, index=False)
    except OperationalError as error:
        assert error.orig.args[0] == 3750, error
    except Exception as error:  # mysql-connector-python puts it under another class
        assert '3750' in str(error), error
    else:
        raise AssertionError('a table without a key was made')


for step in (orm, reflection, errors, streaming, frames):
    step()
    print('ok', step.__name__)
