import Koa from 'koa';

/** Places an order, if there is enough in stock. */
const placeOrder = (db) => async (ctx, name) => {
  const quantity = Number(ctx.query.quantity ?? 1);
  if (!Number.isInteger(quantity) || quantity < 1) {
    ctx.status = 422;
    return;
  }
  await db.transaction(async (trx) => {
    const product = await trx('products').where({ name }).forUpdate().first();
    const customer = ctx.query.customer && (await trx('customers').where({ email: ctx.query.customer }).first());
    if (!product || (ctx.query.customer && !customer)) return;
    if (product.stock < quantity) {
      ctx.status = 409;
      return;
    }
    await trx('products').where({ name }).decrement('stock', quantity);
    const row = { product_id: product.id, customer_id: customer?.id ?? null, quantity };
    [ctx.body] = await trx('orders').insert(row).returning('id');
    ctx.status = 201;
  });
};

/** Cancels an order and puts its products back into stock. */
const cancelOrder = (db) => async (ctx, id) => {
  await db.transaction(async (trx) => {
    const [order] = await trx('orders').where({ id, state: 'open' }).update({ state: 'cancelled' }).returning('*');
    if (!order) return;
    await trx('products').where({ id: order.product_id }).increment('stock', order.quantity);
    ctx.status = 204;
  });
};

const addCustomer = (db) => async (ctx, email) => {
  const added = await db('customers').insert({ email }).onConflict('email').ignore().returning(['id', 'email']);
  ctx.status = added.length === 0 ? 409 : 201;
  if (added.length > 0) [ctx.body] = added;
};

/** Lists rows of a table or a view. */
const list = (db, columns, from) => async (ctx) => {
  ctx.body = await db.select(columns).from(from).orderBy(columns[0]);
};

/** A shop: products, customers, orders, sales and changes of the stock. */
export const createApp = (db) => {
  const routes = [
    ['GET', /^\/products$/, list(db, ['name', 'price', 'stock'], 'products')],
    ['GET', /^\/customers$/, list(db, ['id', 'email'], 'customers')],
    ['GET', /^\/orders$/, list(db, ['id', 'quantity', 'state'], 'orders')],
    ['GET', /^\/sales$/, list(db, ['name', 'quantity', 'amount'], 'sales')],
    ['GET', /^\/stock-changes$/, list(db, ['id', 'product', 'change'], 'stock_changes')],
    ['POST', /^\/customers\/(.+)$/, addCustomer(db)],
    ['POST', /^\/orders\/(\w+)$/, placeOrder(db)],
    ['DELETE', /^\/orders\/(\d+)$/, cancelOrder(db)],
  ];
  const app = new Koa();
  app.use(async (ctx) => {
    for (const [method, path, handle] of routes) {
      const match = path.exec(ctx.path);
      if (ctx.method === method && match) return handle(ctx, match[1]);
    }
  });
  return app;
};
