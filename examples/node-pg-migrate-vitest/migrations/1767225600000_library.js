/** Books, members and loans: a native enum, identity columns, a sequence, and seed rows in a table with GENERATED ALWAYS. */
export const up = (pgm) => {
  pgm.createType('loan_state', ['lent', 'returned', 'lost']);
  pgm.createSequence('card_numbers', { start: 5000 });
  pgm.createTable('shelves', {
    id: { type: 'int', primaryKey: true, sequenceGenerated: { precedence: 'ALWAYS' } },
    label: { type: 'text', notNull: true, unique: true },
  });
  pgm.createTable('books', {
    id: 'id',
    title: { type: 'text', notNull: true },
    shelf_id: { type: 'int', notNull: true, references: 'shelves', onDelete: 'RESTRICT' },
    copies: { type: 'int', notNull: true, default: 1, check: 'copies >= 0' },
  });
  pgm.createTable('members', {
    id: 'id',
    name: { type: 'text', notNull: true },
    card: { type: 'bigint', notNull: true, unique: true, default: pgm.func(`nextval('card_numbers')`) },
    // Two members can be each other's guarantor, since the reference is checked at the end of the transaction.
    guarantor_id: { type: 'int', references: 'members', deferrable: true, deferred: true },
  });
  pgm.createTable('loans', {
    id: 'id',
    book_id: { type: 'int', notNull: true, references: 'books' },
    member_id: { type: 'int', notNull: true, references: 'members' },
    state: { type: 'loan_state', notNull: true, default: 'lent' },
  });
  pgm.createIndex('loans', ['book_id', 'member_id'], { unique: true, where: `state = 'lent'`, name: 'one_loan' });
  pgm.sql(`INSERT INTO shelves (label) VALUES ('Poetry'), ('Travel')`);
  pgm.sql(`INSERT INTO books (title, shelf_id, copies) VALUES ('Odes', 1, 2), ('The Road', 2, 1)`);
};

export const down = (pgm) => {
  pgm.dropTable('loans');
  pgm.dropTable('members');
  pgm.dropTable('books');
  pgm.dropTable('shelves');
  pgm.dropSequence('card_numbers');
  pgm.dropType('loan_state');
};
