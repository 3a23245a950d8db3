import { z } from 'zod';

/** The path of a script or style of the pages that mailed links lead to. */
export const PageAssetPath = z.strictObject({ asset: z.string() });

export type PageAssetPath = z.infer<typeof PageAssetPath>;

/** The pages that links in mails lead to; their script takes the token out of the fragment. */
export const linkPagePaths = ['/reset-password', '/verify-email', '/magic-link'] as const;
