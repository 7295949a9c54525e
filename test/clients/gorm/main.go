// GORM: migration with inspection of what is there, rows, associations, transactions. Argument: port.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

type User struct {
	ID        uint       `gorm:"primaryKey"`
	Name      string     `gorm:"size:40;not null;index:by_name"`
	Spent     float64    `gorm:"type:decimal(10,2);default:0"`
	Active    bool       `gorm:"default:true"`
	Born      *time.Time `gorm:"type:date"`
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt gorm.DeletedAt
	Orders    []Order
}

type Order struct {
	ID     uint64 `gorm:"primaryKey"`
	UserID uint
	Total  float64
	Note   string `gorm:"type:text"`
}

// The same table with a column more.
type townUser struct {
	User
	Town string `gorm:"size:20;default:Bern;comment:where they live"`
}

func (townUser) TableName() string { return "users" }

func check(condition bool, what string, values ...any) {
	if !condition {
		log.Fatalf("%s: %v", what, values)
	}
}

func must(err error) {
	if err != nil {
		log.Fatalf("%v", err)
	}
}

func main() {
	dsn := fmt.Sprintf("root@tcp(127.0.0.1:%s)/orm?charset=utf8mb4&parseTime=True&loc=UTC", os.Args[1])
	level := logger.Silent
	if os.Getenv("LOG") == "1" {
		level = logger.Info
	}
	db, err := gorm.Open(mysql.New(mysql.Config{DSN: dsn}), &gorm.Config{
		DisableForeignKeyConstraintWhenMigrating: true,
		Logger:                                   logger.New(log.New(os.Stderr, "\n", 0), logger.Config{LogLevel: level}),
	})
	must(err)
	must(db.AutoMigrate(&User{}, &Order{}))
	must(db.AutoMigrate(&User{}, &Order{}))
	migrator := db.Migrator()
	check(migrator.CurrentDatabase() == "orm", "database", migrator.CurrentDatabase())
	check(migrator.HasTable(&User{}) && migrator.HasColumn(&User{}, "spent"), "has")
	check(migrator.HasIndex(&User{}, "by_name"), "index")
	tables, err := migrator.GetTables()
	must(err)
	check(len(tables) == 2, "tables", tables)
	columns, err := migrator.ColumnTypes(&User{})
	must(err)
	check(len(columns) == 8 && columns[0].Name() == "id", "columns", len(columns))
	primary, _ := columns[0].PrimaryKey()
	increment, _ := columns[0].AutoIncrement()
	check(primary && increment, "key of id")
	indexes, err := migrator.GetIndexes(&User{})
	must(err)
	check(len(indexes) == 2, "indexes", len(indexes))

	born := time.Date(1990, 5, 17, 0, 0, 0, 0, time.UTC)
	ada := User{Name: "Ada", Spent: 10.5, Born: &born, Orders: []Order{{Total: 99.5}, {Total: 0.5, Note: "späť"}}}
	must(db.Create(&ada).Error)
	check(ada.ID == 1 && ada.Orders[1].ID == 2, "ids", ada)
	others := []User{{Name: "Bo"}, {Name: "Élise", Spent: 7.25}}
	must(db.CreateInBatches(&others, 100).Error)
	check(others[1].ID == 3, "batch", others)

	var found User
	must(db.Preload("Orders").First(&found, "name = ?", "Ada").Error)
	check(found.Spent == 10.5 && found.Active && found.Born.Equal(born) && len(found.Orders) == 2, "first", found)
	check(time.Since(found.CreatedAt) < 10*time.Minute, "created", found.CreatedAt)
	var none User
	check(errors.Is(db.First(&none, 99).Error, gorm.ErrRecordNotFound), "not found")
	var sums []struct {
		Name string
		Sum  float64
		N    int64
	}
	must(db.Model(&User{}).Select("users.name, SUM(orders.total) AS sum, COUNT(*) AS n").
		Joins("JOIN orders ON orders.user_id = users.id").Group("users.name").Having("n > ?", 1).Scan(&sums).Error)
	check(len(sums) == 1 && sums[0].Sum == 100 && sums[0].N == 2, "sums", sums)
	var count int64
	must(db.Model(&User{}).Where(map[string]any{"active": true}).Where("spent BETWEEN ? AND ?", 0, 20).Count(&count).Error)
	check(count == 3, "count", count)
	var page []User
	must(db.Order("name DESC").Limit(2).Offset(1).Find(&page).Error)
	check(page[0].Name == "Bo" && page[1].Name == "Ada", "page", page)

	result := db.Model(&User{}).Where("id = ?", 1).Update("spent", gorm.Expr("spent + ?", 1))
	check(result.Error == nil && result.RowsAffected == 1, "update", result.Error, result.RowsAffected)
	must(db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&User{ID: 2, Name: "Bob"}).Error)
	others[1].Name = "Lise"
	must(db.Save(&others[1]).Error)
	var duplicate = db.Create(&User{ID: 1, Name: "again"}).Error
	check(duplicate != nil, "duplicate")

	failed := db.Transaction(func(tx *gorm.DB) error {
		must(tx.Delete(&User{}, 1).Error)
		must(tx.Transaction(func(inner *gorm.DB) error { return inner.Create(&User{Name: "inner"}).Error }))
		return errors.New("undo")
	})
	check(failed != nil && failed.Error() == "undo", "transaction", failed)
	must(db.Transaction(func(tx *gorm.DB) error {
		var locked User
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(&locked, 3).Error; err != nil {
			return err
		}
		return tx.Unscoped().Delete(&locked).Error
	}))
	must(db.Model(&User{}).Count(&count).Error)
	check(count == 2, "after", count)

	must(db.AutoMigrate(&townUser{}))
	check(migrator.HasColumn(&townUser{}, "town"), "town")
	var town string
	must(db.Raw("SELECT town FROM users WHERE id = ?", 1).Scan(&town).Error)
	check(town == "Bern", "default", town)
	must(migrator.RenameColumn(&townUser{}, "town", "city"))
	must(migrator.DropColumn(&townUser{}, "city"))
	rows, err := db.Model(&User{}).Order("id").Rows()
	must(err)
	names := ""
	for rows.Next() {
		var user User
		must(db.ScanRows(rows, &user))
		names += user.Name + ";"
	}
	check(names == "Ada;Bob;", "rows", names)
	must(migrator.DropTable(&Order{}, &User{}))
}
