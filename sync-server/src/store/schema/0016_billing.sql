-- What work is billed, frozen when it was ruled or cancelled; append-only. work: the assignment's id, or the detail's where it was
-- cancelled. number: 1, then one more for each time it was billed anew. seq: the agency's number of the moment, by which a run cuts off.
-- bears: this bill bears what the detail is billed once. total: null where nothing is owed or nobody knows. body is JSON.
CREATE TABLE bills (
  agency BYTEA NOT NULL,
  work BYTEA NOT NULL,
  number BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  customer BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  ruling BYTEA,
  worked_on BIGINT NOT NULL,
  bears BIGINT NOT NULL,
  total BIGINT,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, work, number)
);
CREATE INDEX bills_by_detail ON bills (agency, detail);
CREATE INDEX bills_by_day ON bills (agency, worked_on);
-- Work whose bill in force is not what its customer was invoiced.
CREATE TABLE unbilled (
  agency BYTEA NOT NULL,
  customer BYTEA NOT NULL,
  work BYTEA NOT NULL,
  worked_on BIGINT NOT NULL,
  PRIMARY KEY (agency, customer, work)
);
-- How a customer is invoiced; a customer that is not here is invoiced as usual. version: what a form was made from.
CREATE TABLE billing_terms (
  agency BYTEA NOT NULL,
  customer BYTEA NOT NULL,
  version BIGINT NOT NULL,
  cycle TEXT NOT NULL,
  net_days BIGINT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (agency, customer)
);
-- What stands at the head and the foot of an agency's invoices. automatic: the calendar begins runs.
CREATE TABLE letterheads (
  agency BYTEA NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  pay_to TEXT NOT NULL,
  automatic BIGINT NOT NULL,
  PRIMARY KEY (agency)
);
-- Runs. cut_off: bills with a later number are for the next run. through: the last day of work. ended_at: null while it is under way.
CREATE TABLE invoice_runs (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  cut_off BIGINT NOT NULL,
  through BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  began_by TEXT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (agency, number)
);
-- What a run had to do, a row a customer, and what became of it. left_out is JSON: work without a price, with its reason.
CREATE TABLE invoice_run_customers (
  agency BYTEA NOT NULL,
  run BIGINT NOT NULL,
  customer BYTEA NOT NULL,
  done_at BIGINT,
  invoices BIGINT NOT NULL,
  left_out TEXT NOT NULL,
  PRIMARY KEY (agency, run, customer)
);
-- Invoices and credit memos, in one line of numbers without gaps; a row never changes. body is JSON: all that is printed but the lines.
CREATE TABLE invoices (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  run BIGINT NOT NULL,
  cycle TEXT NOT NULL,
  customer BYTEA NOT NULL,
  issued_on BIGINT NOT NULL,
  due_on BIGINT NOT NULL,
  total BIGINT NOT NULL,
  body TEXT NOT NULL,
  digest BYTEA NOT NULL,
  PRIMARY KEY (agency, number),
  CHECK ((kind = 'invoice' AND total >= 0) OR (kind = 'credit_memo' AND total <= 0))
);
CREATE UNIQUE INDEX invoices_once ON invoices (agency, run, customer, cycle, kind);
CREATE INDEX invoices_by_customer ON invoices (agency, customer, number);
CREATE TABLE invoice_lines (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  line BIGINT NOT NULL,
  work BYTEA NOT NULL,
  bill BIGINT NOT NULL,
  ruling BYTEA,
  detail BYTEA NOT NULL,
  worked_on BIGINT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  rules TEXT NOT NULL,
  tariff TEXT NOT NULL,
  amount BIGINT NOT NULL,
  sentence TEXT NOT NULL,
  PRIMARY KEY (agency, number, line)
);
CREATE INDEX invoice_lines_by_work ON invoice_lines (agency, work, number);
-- Each bill that was invoiced, once; and the memo that took it back, once. No work stands invoiced twice.
CREATE TABLE billed (
  agency BYTEA NOT NULL,
  work BYTEA NOT NULL,
  bill BIGINT NOT NULL,
  customer BYTEA NOT NULL,
  invoice BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  credited_by BIGINT,
  PRIMARY KEY (agency, work, bill)
);
CREATE UNIQUE INDEX billed_once ON billed (agency, work) WHERE credited_by IS NULL;
CREATE INDEX billed_by_invoice ON billed (agency, invoice);
-- The books. A posting's entries sum to zero: what is debited is positive, what is credited negative. Append-only.
CREATE TABLE book_postings (
  agency BYTEA NOT NULL,
  posting BIGINT NOT NULL,
  at BIGINT NOT NULL,
  day BIGINT NOT NULL,
  cause TEXT NOT NULL,
  invoice BIGINT,
  debits BIGINT NOT NULL,
  credits BIGINT NOT NULL,
  PRIMARY KEY (agency, posting),
  CHECK (debits + credits = 0)
);
CREATE UNIQUE INDEX book_postings_by_cause ON book_postings (agency, cause);
CREATE TABLE book_entries (
  agency BYTEA NOT NULL,
  posting BIGINT NOT NULL,
  line BIGINT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (agency, posting, line)
);
CREATE INDEX book_entries_by_account ON book_entries (agency, account, posting);
-- What stands on each account, kept with every posting.
CREATE TABLE book_accounts (
  agency BYTEA NOT NULL,
  account TEXT NOT NULL,
  debits BIGINT NOT NULL,
  credits BIGINT NOT NULL,
  PRIMARY KEY (agency, account)
);
