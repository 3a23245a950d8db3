-- Drafts are visible to their authors only.
ALTER TABLE "Post" ENABLE ROW LEVEL SECURITY;

CREATE POLICY "own_drafts" ON "Post"
  USING ("state" = 'PUBLISHED' OR "authorId" = nullif(current_setting('blog.user', true), '')::INTEGER);

-- AlterEnum
ALTER TYPE "PostState" ADD VALUE 'ARCHIVED';
