-- Views, a materialized view, functions, and a policy that shows a tenant its own accounts.
CREATE VIEW balances AS
  SELECT a.number, a.kind, coalesce(sum(e.amount), 0) AS balance
  FROM accounts a LEFT JOIN entries e ON e.account_id = a.id GROUP BY a.id;

CREATE MATERIALIZED VIEW accounts_per_tenant AS
  SELECT t.name, count(*)::int AS accounts FROM tenants t JOIN accounts a ON a.tenant_id = t.id GROUP BY t.name;
CREATE UNIQUE INDEX ON accounts_per_tenant (name);

CREATE FUNCTION transfer(debit int, credit int, value numeric) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  new_id bigint;
BEGIN
  INSERT INTO transfers (text) VALUES (format('%s to %s', credit, debit)) RETURNING id INTO new_id;
  INSERT INTO entries (transfer_id, account_id, amount)
    SELECT new_id, a.id, CASE a.number WHEN debit THEN value ELSE -value END FROM accounts a WHERE a.number IN (debit, credit);
  RETURN new_id;
END $$;

CREATE PROCEDURE close_month(month date) LANGUAGE sql AS $$
  INSERT INTO transfers (text) VALUES ('closed ' || to_char(month, 'YYYY-MM'));
$$;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON accounts USING (tenant_id = nullif(current_setting('ledger.tenant', true), '')::int);

COMMENT ON TABLE entries IS 'one row per account and transfer; ''never'' changed';
