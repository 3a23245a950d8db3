-- Accounts of two tenants. The account numbers and the seed rows come from the migrations.
CREATE TYPE account_kind AS ENUM ('asset', 'liability', 'income', 'expense');

CREATE DOMAIN amount AS numeric(14, 2) CHECK (VALUE <> 0);

CREATE SEQUENCE account_numbers START 10000 INCREMENT 10;

CREATE TABLE tenants (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

CREATE TABLE accounts (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id int NOT NULL REFERENCES tenants,
  number int NOT NULL UNIQUE DEFAULT nextval('account_numbers'),
  kind account_kind NOT NULL,
  name text NOT NULL,
  search text GENERATED ALWAYS AS (lower(name)) STORED
);

INSERT INTO tenants (name) VALUES ('North'), ('South');
INSERT INTO accounts (tenant_id, kind, name) VALUES (1, 'asset', 'Cash'), (1, 'income', 'Sales'), (2, 'asset', 'Cash');
