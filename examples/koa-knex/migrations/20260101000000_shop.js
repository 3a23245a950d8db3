/** Products with their stock, customers, and orders. */
export const up = async (knex) => {
  await knex.schema.createTable('products', (table) => {
    table.increments('id');
    table.text('name').notNullable().unique();
    table.integer('price').notNullable();
    table.integer('stock').notNullable();
    table.check('stock >= 0', [], 'stock_is_not_negative');
  });
  await knex.schema.createTable('customers', (table) => {
    table.increments('id');
    table.text('email').notNullable().unique();
  });
  await knex.schema.createTable('orders', (table) => {
    table.increments('id');
    table.integer('product_id').notNullable().references('products.id');
    table.integer('customer_id').references('customers.id');
    table.integer('quantity').notNullable();
    table
      .enu('state', ['open', 'cancelled'], { useNative: true, enumName: 'order_state' })
      .notNullable()
      .defaultTo('open');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
  });
  await knex('products').insert([
    { name: 'apple', price: 30, stock: 10 },
    { name: 'pear', price: 50, stock: 1 },
    { name: 'plum', price: 20, stock: 0 },
  ]);
};

/** Removes them. */
export const down = async (knex) => {
  await knex.schema.dropTable('orders');
  await knex.schema.dropTable('customers');
  await knex.schema.dropTable('products');
  await knex.raw('DROP TYPE order_state');
};
