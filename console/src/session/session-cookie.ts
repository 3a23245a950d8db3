/** Value of the cookie that the server sets with each token pair: not secret, and undefined without a session. */
export const sessionMark = (): string | undefined => {
  const prefix = 'rollcall_console_session=';
  return document.cookie
    .split('; ')
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length);
};

/** Whether there is a session to continue. */
export const hasSession = (): boolean => sessionMark() !== undefined;
