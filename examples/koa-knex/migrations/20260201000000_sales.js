/** A view of what was sold, and a history that a trigger writes. */
export const up = async (knex) => {
  await knex.raw(`
    CREATE VIEW sales AS
      SELECT p.name, sum(o.quantity)::int AS quantity, sum(o.quantity * p.price)::int AS amount
      FROM orders o JOIN products p ON p.id = o.product_id WHERE o.state = 'open' GROUP BY p.name;
    CREATE TABLE stock_changes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product text NOT NULL, change int NOT NULL);
    CREATE FUNCTION record_stock_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO stock_changes (product, change) VALUES (NEW.name, NEW.stock - OLD.stock);
        RETURN NEW;
      END $$;
    CREATE TRIGGER stock_change AFTER UPDATE OF stock ON products FOR EACH ROW EXECUTE FUNCTION record_stock_change();
  `);
};

/** Removes both. */
export const down = async (knex) => {
  await knex.raw(
    'DROP VIEW sales; DROP TRIGGER stock_change ON products; DROP FUNCTION record_stock_change(); DROP TABLE stock_changes',
  );
};
