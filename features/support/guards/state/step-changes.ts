const valueOfGlobal = (name: string): unknown => Object.getOwnPropertyDescriptor(globalThis, name)?.value;

const valuesOfGlobals = (): Map<string, unknown> =>
  new Map(Object.getOwnPropertyNames(globalThis).map((name) => [name, valueOfGlobal(name)]));

const changedGlobals = (before: ReadonlyMap<string, unknown>): string[] =>
  Object.getOwnPropertyNames(globalThis).filter(
    (name) => !before.has(name) || !Object.is(before.get(name), valueOfGlobal(name)),
  );

const changedKeys = (before: NodeJS.ProcessEnv, current: NodeJS.ProcessEnv): string[] => [
  ...Object.keys(current).filter((name) => before[name] !== current[name]),
  ...Object.keys(before).filter((name) => !(name in current)),
];

/** Names the step that has changed an environment variable or a global. To compare more after each step takes too long. */
export class StepChanges {
  readonly #variables = { ...process.env };
  readonly #globals = valuesOfGlobals();
  readonly #steps = new Map<string, string>();
  #step: string | undefined;

  /** Begins a step: what differs now was changed in the one before. */
  beginStep(step: string): void {
    this.#endStep();
    this.#step = step;
  }

  /** Ends the last step. */
  end(): void {
    this.#endStep();
    this.#step = undefined;
  }

  /** Ends the scenario. */
  clear(): void {
    this.#steps.clear();
  }

  /**
   * The step, as the end of a sentence.
   * @param name `process.env.NAME` or `globalThis.NAME`
   */
  textOf(name: string): string {
    const step = this.#steps.get(name);
    return step === undefined ? '' : `, changed in the step "${step}"`;
  }

  #endStep(): void {
    const step = this.#step;
    if (step === undefined) return;
    const note = (name: string): void => {
      if (!this.#steps.has(name)) this.#steps.set(name, step);
    };
    const variables = { ...process.env };
    for (const name of changedKeys(this.#variables, variables)) note(`process.env.${name}`);
    for (const name of changedGlobals(this.#globals)) note(`globalThis.${name}`);
  }
}
