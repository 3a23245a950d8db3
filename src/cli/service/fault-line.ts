import { describeFault, type ConfigFault } from '../../config/fault.js';

/** One line about a fault of a configuration in an answer of the service. */
export const faultLine = (fault: object): string => {
  const { key = null, file = null, code, message, ...rest } = fault as Partial<ConfigFault>;
  return code === undefined ? (message ?? '') : describeFault({ ...rest, key, file, code, message: message ?? '' });
};
