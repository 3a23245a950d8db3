/** The open dialog, or the content of the page. */
const focusable = (): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>('[role="dialog"][aria-modal="true"]')].at(-1) ??
  document.querySelector<HTMLElement>('#content') ??
  undefined;

/**
 * Moves the focus when the element that has it is removed, such as a button of a row that is gone: otherwise screen readers would
 * start again at the top of the page. Returns a function that ends this.
 */
export const keepFocus = (): (() => void) => {
  let last: HTMLElement | null = null;
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  const remember = ({ target }: FocusEvent): void => {
    last = target instanceof HTMLElement ? target : null;
  };
  const forget = (): void => {
    last = null;
  };
  addEventListener('focusin', remember, options);
  // A click on something that cannot have the focus removes the focus on purpose.
  addEventListener('pointerdown', forget, options);
  const observer = new MutationObserver((records) => {
    if (last === null || document.activeElement !== document.body) return;
    if (!last.isConnected) focusable()?.focus({ preventScroll: true });
    // A button is disabled while its request runs.
    else if (records.some(({ type, target }) => type === 'attributes' && target === last)) last.focus();
  });
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    listening.abort();
    observer.disconnect();
  };
};
