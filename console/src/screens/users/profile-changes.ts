/** The fields of a user that the form changes. */
interface Profile {
  readonly email: string | null;
  readonly description: string | null;
  readonly current_goal: string | null;
  readonly metadata: Record<string, unknown>;
}

/** What is entered in the form of a profile; the names are those of the API. */
export type ProfileTexts = Readonly<Record<keyof Profile, string>>;

/** The profile of a user as texts. */
export const profileTexts = (user: Profile): ProfileTexts => ({
  email: user.email ?? '',
  description: user.description ?? '',
  current_goal: user.current_goal ?? '',
  metadata: JSON.stringify(user.metadata, null, 2),
});

/** Rejects a number that is too large, which would be sent as null. */
const keepNumber = (_key: string, value: unknown): unknown => {
  if (value === Infinity || value === -Infinity) throw new RangeError('the number is too large');
  return value;
};

/** The metadata that a text contains; an empty text is an empty object. Undefined if the text is not JSON. */
export const parseMetadata = (text: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text, keepNumber) as unknown;
  } catch {
    return undefined;
  }
};

/** The fields that differ between two states of the form, as the body of the request. An empty text removes the value. */
export const profileChanges = (before: ProfileTexts, after: ProfileTexts): Partial<Profile> => {
  const texts = (['email', 'description', 'current_goal'] as const).flatMap((name) => {
    const value = name === 'email' ? after[name].trim() : after[name];
    return value === before[name] ? [] : [[name, value === '' ? null : value] as const];
  });
  const metadata = parseMetadata(after.metadata);
  const isSame = JSON.stringify(metadata) === JSON.stringify(parseMetadata(before.metadata));
  return {
    ...(Object.fromEntries(texts) as Partial<Profile>),
    // The service rejects anything but an object, and says so.
    ...(!isSame && { metadata: metadata as Record<string, unknown> }),
  };
};
