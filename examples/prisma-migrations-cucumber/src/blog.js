/** Adds an author, and returns the id. */
export const addAuthor = async (client, email) => {
  const { rows } = await client.query('INSERT INTO "User" ("email") VALUES ($1) RETURNING "id"', [email]);
  return rows[0].id;
};

/** Writes a draft in a category. The entry in the category comes first: its reference to the post is deferred. */
export const writeDraft = async (client, email, title, category) => {
  const { rows } = await client.query(`SELECT nextval('"Post_id_seq"')::int AS id`);
  const [{ id }] = rows;
  await client.query('BEGIN');
  await client.query(`INSERT INTO "_CategoryToPost" SELECT "id", $1 FROM "Category" WHERE "name" = $2`, [id, category]);
  await client.query(
    `INSERT INTO "Post" ("id", "title", "authorId") SELECT $1, $2, "id" FROM "User" WHERE "email" = $3`,
    [id, title, email],
  );
  await client.query('COMMIT');
};

/** Changes the state of a post. */
export const setState = (client, title, state) =>
  client.query('UPDATE "Post" SET "state" = $1 WHERE "title" = $2', [state, title]);

/** The titles of the posts that an author sees. */
export const visiblePosts = async (client, email) => {
  const { rows: users } = await client.query('SELECT "id" FROM "User" WHERE "email" = $1', [email]);
  // A superuser sees all rows; this role of PostgreSQL may read all tables, but is subject to policies.
  await client.query('BEGIN; SET LOCAL ROLE pg_read_all_data');
  await client.query(`SELECT set_config('blog.user', $1, true)`, [String(users[0].id)]);
  const { rows } = await client.query('SELECT "title" FROM "Post" ORDER BY "title"');
  await client.query('ROLLBACK');
  return rows.map(({ title }) => title);
};
