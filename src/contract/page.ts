import { z } from 'zod';

/** The path of a script or style sheet of the pages of emailed links. */
export const PageAssetPath = z.strictObject({ asset: z.string().meta({ description: 'Name of the file.' }) });

export type PageAssetPath = z.infer<typeof PageAssetPath>;

/** The pages of emailed links. Their script reads the token from the fragment of the URL. */
export const linkPagePaths = ['/reset-password', '/verify-email', '/magic-link'] as const;
