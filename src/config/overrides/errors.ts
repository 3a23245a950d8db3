/** A change is waiting for confirmation, so no other change of the overrides is possible. */
export class ConfirmationPendingError extends Error {
  override readonly name = 'ConfirmationPendingError';

  /** @param revision the revision of the change that waits */
  constructor(readonly revision: number) {
    super(`revision ${String(revision)} is waiting for confirmation`);
  }
}

/** The change does not wait for a confirmation: it was confirmed or reverted, or never existed. */
export class NothingToConfirmError extends Error {
  override readonly name = 'NothingToConfirmError';
}

/** The key has no override. */
export class UnknownOverrideError extends Error {
  override readonly name = 'UnknownOverrideError';

  constructor(readonly key: string) {
    super(`no override of ${key} exists`);
  }
}

/** No such change is scheduled. */
export class UnknownScheduledChangeError extends Error {
  override readonly name = 'UnknownScheduledChangeError';

  constructor(readonly id: string) {
    super(`no change ${id} is scheduled`);
  }
}

/** A revision that was never recorded, or that is no longer kept. */
export class UnknownRevisionError extends Error {
  override readonly name = 'UnknownRevisionError';

  constructor(readonly revision: number) {
    super(`no revision ${String(revision)} exists`);
  }
}
