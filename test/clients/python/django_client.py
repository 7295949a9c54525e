"""Django over PyMySQL: migrations, inspection, the ORM, transactions, and a change of the schema. Argument: port."""
import datetime
import decimal
import sys

import pymysql

pymysql.version_info = (2, 2, 4, 'final', 0)
pymysql.install_as_MySQLdb()

import django
from django.conf import settings

settings.configure(
    DATABASES={
        'default': {
            'ENGINE': 'django.db.backends.mysql',
            'HOST': '127.0.0.1',
            'PORT': sys.argv[1],
            'USER': 'root',
            'NAME': 'orm',
        }
    },
    INSTALLED_APPS=['__main__'],
    USE_TZ=True,
    TIME_ZONE='UTC',
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
)
django.setup()

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import ExtractYear, Lower, TruncMonth


class User(models.Model):
    name = models.CharField(max_length=40, db_index=True)
    spent = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    active = models.BooleanField(default=True)
    born = models.DateField(null=True)
    detail = models.JSONField(null=True)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = '__main__'
        db_table = 'users'


class Order(models.Model):
    user = models.ForeignKey(User, models.CASCADE, db_constraint=False, related_name='orders')
    at = models.DateTimeField()
    total = models.FloatField(null=True)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        app_label = '__main__'
        db_table = 'orders'


connection.ensure_connection()
assert connection.mysql_version >= (8, 0, 40), connection.mysql_version
assert not connection.mysql_is_mariadb
assert connection.features.supports_transactions

with connection.schema_editor() as editor:
    editor.create_model(User)
    editor.create_model(Order)
assert set(connection.introspection.table_names()) == {'orders', 'users'}
with connection.cursor() as cursor:
    described = {c.name: c for c in connection.introspection.get_table_description(cursor, 'users')}
    assert described['name'].display_size == 40 or described['name'].internal_size == 160, described['name']
    assert described['born'].null_ok and not described['name'].null_ok
    assert connection.introspection.get_primary_key_column(cursor, 'users') == 'id'
    constraints = connection.introspection.get_constraints(cursor, 'users')
    assert any(c['primary_key'] and c['columns'] == ['id'] for c in constraints.values()), constraints
    assert connection.introspection.get_sequences(cursor, 'users')[0]['column'] == 'id'
    assert connection.introspection.get_relations(cursor, 'orders') == {}

ada = User.objects.create(name='Ada', spent=decimal.Decimal('10.50'), born=datetime.date(1990, 5, 17), detail={'a': [1]})
assert ada.pk == 1
User.objects.bulk_create([User(name='Bo'), User(name='Élise', spent=decimal.Decimal('7.25'), active=False)])
utc = datetime.timezone.utc
Order.objects.bulk_create([
    Order(user_id=1, at=datetime.datetime(2026, 1, 5, 10, tzinfo=utc), total=99.5),
    Order(user_id=1, at=datetime.datetime(2026, 1, 6, 10, 0, 0, 250000, tzinfo=utc), total=0.5),
    Order(user_id=3, at=datetime.datetime(2026, 2, 7, tzinfo=utc), total=12),
])

found = User.objects.get(name='Ada')
assert (found.spent, found.active, found.born, found.detail) == (
    decimal.Decimal('10.50'), True, datetime.date(1990, 5, 17), {'a': [1]}), found.__dict__
assert abs((datetime.datetime.now(utc) - found.made).total_seconds()) < 600
assert list(User.objects.order_by('-name').values_list('name', flat=True)[1:]) == ['Bo', 'Ada']
assert User.objects.filter(Q(spent__gt=5) & ~Q(active=False)).count() == 1
assert User.objects.filter(name__startswith='B').exists()
assert User.objects.filter(name__contains='da').count() == 1
assert User.objects.filter(born__year=1990).get() == ada
assert User.objects.filter(detail__a__0=1).count() == 1
totals = User.objects.annotate(n=Count('orders'), total=Sum('orders__total')).order_by('id').values_list('name', 'n', 'total')
assert list(totals) == [('Ada', 2, 100.0), ('Bo', 0, None), ('Élise', 1, 12.0)], list(totals)
months = Order.objects.annotate(month=TruncMonth('at')).values('month').annotate(n=Count('id')).order_by('month')
assert [(m['month'].month, m['n']) for m in months] == [(1, 2), (2, 1)], list(months)
assert Order.objects.annotate(y=ExtractYear('at')).filter(y=2026).count() == 3
assert Order.objects.aggregate(Avg('total'))['total__avg'] == 112 / 3
assert list(User.objects.filter(orders__total__gt=1).distinct().order_by('id').annotate(low=Lower('name')).values_list('low', flat=True)) == ['ada', 'élise']
assert [u.orders.count() for u in User.objects.prefetch_related('orders').order_by('id')] == [2, 0, 1]
assert [o.user.name for o in Order.objects.select_related('user').order_by('id')] == ['Ada', 'Ada', 'Élise']
assert User.objects.filter(id__in=Order.objects.values('user_id')).count() == 2
assert User.objects.exclude(orders__total__gt=1).get().name == 'Bo'

assert User.objects.filter(pk=1).update(spent=F('spent') + 1) == 1
found.refresh_from_db()
assert found.spent == decimal.Decimal('11.50')
found.name = 'Ada L.'
found.save()
_, created = User.objects.update_or_create(name='Dee', defaults={'active': False})
assert created
User.objects.bulk_update([User(pk=2, name='Bob')], ['name'])
assert User.objects.get(pk=2).name == 'Bob'
User.objects.bulk_create([User(id=2, name='Bobby')], update_conflicts=True, update_fields=['name'])
assert User.objects.get(pk=2).name == 'Bobby'

try:
    with transaction.atomic():
        User.objects.filter(pk=1).delete()
        assert User.objects.count() == 3
        with transaction.atomic():
            User.objects.create(name='inner')
        raise RuntimeError('undo')
except RuntimeError:
    pass
assert User.objects.count() == 4
try:
    User.objects.create(id=1, name='again')
    raise AssertionError('a second row of one key')
except IntegrityError as error:
    assert error.args[0] == 1062
with transaction.atomic():
    locked = User.objects.select_for_update().get(pk=3)
    locked.spent = 1
    locked.save()

with connection.schema_editor() as editor:
    town = models.CharField(max_length=20, default='Bern')
    town.set_attributes_from_name('town')
    editor.add_field(User, town)
    renamed = models.CharField(max_length=20, default='Bern')
    renamed.set_attributes_from_name('city')
    editor.alter_field(User, town, renamed)
with connection.cursor() as cursor:
    cursor.execute('SELECT city FROM users WHERE id = %s', [1])
    assert cursor.fetchone() == ('Bern',)
with connection.schema_editor() as editor:
    editor.remove_field(User, renamed)
    editor.delete_model(Order)
    editor.delete_model(User)

assert connection.introspection.table_names() == []
