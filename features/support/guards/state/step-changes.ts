const valueOfGlobal = (name: string): unknown => Object.getOwnPropertyDescriptor(globalThis, name)?.value;

const valuesOfGlobals = (): Map<string, unknown> =>
  new Map(Object.getOwnPropertyNames(globalThis).map((name) => [name, valueOfGlobal(name)]));

const changedGlobals = (before: ReadonlyMap<string, unknown>): string[] =>
  Object.getOwnPropertyNames(globalThis).filter(
    (name) => !before.has(name) || !Object.is(before.get(name), valueOfGlobal(name)),
  );

/** The names of environment variables that were added, changed or removed. */
export const changedVariables = (before: NodeJS.ProcessEnv, current: NodeJS.ProcessEnv): string[] => [
  ...Object.keys(current).filter((name) => before[name] !== current[name]),
  ...Object.keys(before).filter((name) => !(name in current)),
];

/** Names the step that has changed an environment variable or a global. Comparing more after each step would take too long. */
export class StepChanges {
  readonly #variables = { ...process.env };
  readonly #globals = valuesOfGlobals();
  readonly #times = new Map<string, string>();
  #when: string | undefined;

  /** Begins a step: what differs now was changed before it. */
  beginStep(step: string): void {
    this.#note(this.#when ?? 'before the first step');
    this.#when = `during or after the step "${step}"`;
  }

  /** Ends the last step and the hooks after it. */
  end(): void {
    if (this.#when !== undefined) this.#note(this.#when);
    this.#when = undefined;
  }

  /** Ends the scenario. */
  clear(): void {
    this.#times.clear();
  }

  /**
   * When it was changed, as the end of a sentence.
   * @param name `process.env.NAME` or `globalThis.NAME`
   */
  textOf(name: string): string {
    const when = this.#times.get(name);
    return when === undefined ? '' : `, changed ${when}`;
  }

  #note(when: string): void {
    const note = (name: string): void => {
      if (!this.#times.has(name)) this.#times.set(name, when);
    };
    const variables = { ...process.env };
    for (const name of changedVariables(this.#variables, variables)) note(`process.env.${name}`);
    for (const name of changedGlobals(this.#globals)) note(`globalThis.${name}`);
  }
}
