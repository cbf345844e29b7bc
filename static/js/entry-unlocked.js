// The entry grid, chapter 7a: what the account keeps on this device, where its key lies here still; without asking the portal.

import { isPossible, reopen } from "./offline-store.js";

/**
 * @param {string} user
 * @returns {Promise<OfflineStore | null>}
 */
export function keptBy(user) {
  if (!isPossible()) return Promise.resolve(null);
  return reopen().then(function (store) { return store && store.account === user ? store : null; }).catch(function () { return null; });
}
