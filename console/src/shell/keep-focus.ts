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
  let last: Element | null = null;
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  const remember = ({ target }: FocusEvent): void => {
    last = target instanceof Element ? target : null;
  };
  const forget = (): void => {
    last = null;
  };
  addEventListener('focusin', remember, options);
  // A click on something that cannot have the focus takes it away on purpose.
  addEventListener('pointerdown', forget, options);
  const observer = new MutationObserver(() => {
    if (last === null || last.isConnected || document.activeElement !== document.body) return;
    focusable()?.focus({ preventScroll: true });
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    listening.abort();
    observer.disconnect();
  };
};
