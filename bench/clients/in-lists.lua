-- sysbench: the rows of ten keys by an IN list, over the table that oltp_point_select has prepared.
sysbench.cmdline.options = {
  table_size = {"Rows of the table", 10000},
  db_ps_mode = {"Not used: a list is text", "disable"},
  skip_trx = {"Not used: there is no transaction", true},
}

function thread_init()
  drv = sysbench.sql.driver()
  con = drv:connect()
end

function event()
  local keys = {}
  for index = 1, 10 do keys[index] = sysbench.rand.uniform(1, sysbench.opt.table_size) end
  con:query("SELECT c FROM sbtest1 WHERE id IN (" .. table.concat(keys, ",") .. ")")
end

function thread_done()
  con:disconnect()
end
