# ActiveRecord over mysql2: migrations, reflection, rows, associations, transactions. Argument: port.
require 'active_record'

ActiveRecord::Base.establish_connection(
  adapter: 'mysql2', host: '127.0.0.1', port: Integer(ARGV[0]), username: 'root', database: 'orm', encoding: 'utf8mb4'
)
ActiveRecord::Base.logger = Logger.new($stderr) if ENV['LOG'] == '1'
ActiveRecord.respond_to?(:default_timezone=) ? ActiveRecord.default_timezone = :utc : ActiveRecord::Base.default_timezone = :utc

def check(condition, what, *values)
  raise "#{what}: #{values.inspect}" unless condition
end

class First < ActiveRecord::Migration[6.1]
  def change
    create_table :users do |t|
      t.string :name, limit: 40, null: false
      t.decimal :spent, precision: 10, scale: 2, default: 0
      t.boolean :active, default: true, null: false
      t.date :born
      t.json :detail
      t.timestamps
    end
    add_index :users, :name
    create_table :orders do |t|
      t.references :user, null: false
      t.float :total
    end
  end
end

class Town < ActiveRecord::Migration[6.1]
  def change
    add_column :users, :town, :string, limit: 20, default: 'Bern'
    rename_column :users, :town, :city
  end
end

class User < ActiveRecord::Base
  has_many :orders
  validates :name, presence: true
end

class Order < ActiveRecord::Base
  belongs_to :user
end

ActiveRecord::Migration.verbose = false
connection = ActiveRecord::Base.connection
ActiveRecord::SchemaMigration.create_table
First.migrate(:up)
ActiveRecord::SchemaMigration.create!(version: '1')

check(connection.tables.sort == %w[orders schema_migrations users], 'tables', connection.tables)
check(connection.primary_key('users') == 'id', 'primary key', connection.primary_key('users'))
columns = connection.columns('users').to_h { |column| [column.name, column] }
check(columns['name'].limit == 40 && !columns['name'].null, 'name', columns['name'])
check(columns['active'].type == :boolean && columns['spent'].scale == 2, 'types', columns['active'])
check(connection.indexes('users').map(&:name) == ['index_users_on_name'], 'indexes', connection.indexes('users'))
check(connection.foreign_keys('orders') == [], 'foreign keys')

ada = User.create!(name: 'Ada', spent: '10.50', born: Date.new(1990, 5, 17), detail: { a: [1] })
check(ada.id == 1, 'id', ada.id)
User.insert_all([{ name: 'Bo', created_at: Time.now.utc, updated_at: Time.now.utc }])
elise = User.create!(name: 'Élise', spent: 7.25, active: false)
ada.orders.create!([{ total: 99.5 }, { total: 0.5 }])
elise.orders.create!(total: 12)

found = User.find_by!(name: 'Ada')
check(found.spent == BigDecimal('10.5') && found.active && found.born == Date.new(1990, 5, 17), 'row', found)
check(found.detail == { 'a' => [1] }, 'json', found.detail)
check((Time.now - found.created_at).abs < 600, 'time', found.created_at)
check(User.order(name: :desc).limit(2).offset(1).pluck(:name) == %w[Bo Ada], 'page')
check(User.where('spent > ?', 5).where.not(active: false).count == 1, 'count')
check(User.joins(:orders).group(:name).sum(:total) == { 'Ada' => 100.0, 'Élise' => 12.0 }, 'sums')
check(User.includes(:orders).order(:id).map { |user| user.orders.size } == [2, 0, 1], 'preload')
check(User.left_joins(:orders).where(orders: { id: nil }).pluck(:name) == ['Bo'], 'anti join')
check(User.exists?(name: 'Bo') && !User.exists?(99), 'exists')
check(User.average(:spent).round(2) == BigDecimal('5.92'), 'average', User.average(:spent))

found.update!(name: 'Ada L.')
check(User.where(id: 1).update_all('spent = spent + 1') == 1, 'update_all')
check(User.find(1).spent == BigDecimal('11.5'), 'spent')
User.upsert({ id: 2, name: 'Bob', created_at: Time.now.utc, updated_at: Time.now.utc })
check(User.find(2).name == 'Bob', 'upsert')

begin
  User.transaction do
    User.find(1).destroy!
    User.transaction(requires_new: true) { User.create!(name: 'inner') }
    raise 'undo'
  end
rescue RuntimeError => e
  raise unless e.message == 'undo'
end
check(User.count == 3, 'rollback', User.count)
begin
  User.create!(id: 1, name: 'again')
  raise 'a second row of one key'
rescue ActiveRecord::RecordNotUnique
  nil
end
User.transaction(isolation: :repeatable_read) do
  User.lock.find(3).update!(spent: 1)
end
check(User.find_each(batch_size: 2).map(&:name) == ['Ada L.', 'Bob', 'Élise'], 'batches')

Town.migrate(:up)
User.reset_column_information
check(User.find(1).city == 'Bern', 'default')
Town.migrate(:down)
check(ActiveRecord::SchemaDumper.dump(connection, out = StringIO.new) && out.string.include?('create_table "users"'), 'dump')
First.migrate(:down)
check(connection.tables == ['schema_migrations'], 'dropped', connection.tables)
