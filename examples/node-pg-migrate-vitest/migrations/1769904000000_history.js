/** A partitioned history that a trigger writes, a view, a materialized view, a function, and row-level security. */
export const up = (pgm) => {
  pgm.createTable(
    'events',
    {
      id: { type: 'bigint', notNull: true, sequenceGenerated: { precedence: 'BY DEFAULT' } },
      loan_id: { type: 'int', notNull: true },
      state: { type: 'loan_state', notNull: true },
      day: { type: 'date', notNull: true, default: pgm.func('current_date') },
    },
    { partition: { strategy: 'RANGE', columns: 'day' } },
  );
  pgm.sql(`CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01')`);
  pgm.sql(`CREATE TABLE events_rest PARTITION OF events DEFAULT`);
  pgm.createFunction(
    'record_loan',
    [],
    { returns: 'trigger', language: 'plpgsql' },
    `BEGIN
       INSERT INTO events (loan_id, state) VALUES (NEW.id, NEW.state);
       UPDATE books SET copies = copies + CASE NEW.state WHEN 'lent' THEN -1 WHEN 'returned' THEN 1 ELSE 0 END WHERE id = NEW.book_id;
       RETURN NEW;
     END`,
  );
  pgm.createTrigger('loans', 'loan_history', {
    when: 'AFTER',
    operation: ['INSERT', 'UPDATE'],
    function: 'record_loan',
    level: 'ROW',
  });
  pgm.createFunction(
    'forbid_change',
    [],
    { returns: 'trigger', language: 'plpgsql' },
    `BEGIN RAISE EXCEPTION 'events are never changed'; END`,
  );
  pgm.createTrigger('events', 'append_only', {
    when: 'BEFORE',
    operation: ['UPDATE', 'DELETE'],
    function: 'forbid_change',
    level: 'ROW',
  });
  pgm.createView(
    'lent_books',
    {},
    `SELECT b.title, m.name FROM loans l JOIN books b ON b.id = l.book_id
    JOIN members m ON m.id = l.member_id WHERE l.state = 'lent'`,
  );
  pgm.createMaterializedView(
    'books_per_shelf',
    {},
    `SELECT s.label, sum(b.copies)::int AS copies
    FROM shelves s JOIN books b ON b.shelf_id = s.id GROUP BY s.label`,
  );
  pgm.createIndex('books_per_shelf', 'label', { unique: true });
  pgm.alterTable('loans', { levelSecurity: 'ENABLE' });
  pgm.createPolicy('loans', 'own_loans', {
    using: `member_id = nullif(current_setting('library.member', true), '')::int`,
  });
};

export const down = (pgm) => {
  pgm.dropPolicy('loans', 'own_loans');
  pgm.dropMaterializedView('books_per_shelf');
  pgm.dropView('lent_books');
  pgm.dropTrigger('loans', 'loan_history');
  pgm.dropTable('events');
  pgm.dropFunction('forbid_change', []);
  pgm.dropFunction('record_loan', []);
};
