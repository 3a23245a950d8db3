import { captureStack, creationSite, type CreationSite } from '../creation-site.js';
import { leakText } from '../leak.js';
import type { Method } from '../patch.js';
import type { Resource } from './resource-trackers.js';

/** Finds out whether the code that runs belongs to a scenario that has ended. */
export interface EndedScenarios {
  /** The title of that scenario. */
  endedTitle(): string | undefined;
  /** Reports a problem of a scenario that has ended. */
  report(title: string, problem: string): void;
}

/** Support code also runs when a scenario ends, so only code outside of features/support counts as a step. */
const isStep = ({ isStepCode, place }: CreationSite): boolean =>
  isStepCode && place?.startsWith('features/support/') !== true;

/** Closes what the code of a step opens after its scenario has ended, and reports it with the title of that scenario. */
export class LateResources {
  /** @param root the directory of the project */
  constructor(
    private readonly root: string,
    private readonly ended: EndedScenarios,
  ) {}

  /** Closes a resource if it is late. Returns whether it is. */
  close(resource: Resource): boolean {
    const title = this.ended.endedTitle();
    if (title === undefined) return false;
    const site = creationSite(resource.stack, this.root);
    if (!isStep(site) && resource.isIndependent !== true) return false;
    const close = async (): Promise<void> => {
      if (!resource.isOpen()) return;
      const { cure } = resource;
      this.ended.report(title, leakText({ what: resource.describe(), where: site.place, cure }));
      await resource.close();
    };
    // Some functions open it after this call.
    queueMicrotask(() => void close());
    return true;
  }

  /** Drops setImmediate() callbacks of steps whose scenario has ended. */
  stopLoop(original: Method): Method {
    const stop = (title: string): boolean => {
      const site = creationSite(captureStack(), this.root);
      if (!isStep(site)) return false;
      const what = 'a function that calls itself again and again (setImmediate)';
      this.ended.report(title, leakText({ what, where: site.place, cure: 'It was stopped. End it in the step.' }));
      return true;
    };
    const { ended } = this;
    return function (...args) {
      const title = ended.endedTitle();
      return original.apply(this, title !== undefined && stop(title) ? [() => undefined] : args);
    };
  }
}
