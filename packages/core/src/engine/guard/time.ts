import { isWindowOpen, nextOpening } from '../../domain/window.js';
import { blocked, check, deferred, yes } from './check.js';

/* Whether now is a time to act. */

/** The lease is still ours, with the store's clock. */
export const lease = check('lease', async ({ leaseUntilMs }, { storage }) => {
  const nowMs = await storage.now();
  return nowMs < leaseUntilMs
    ? yes('The lease holds.', { untilMs: leaseUntilMs })
    : blocked('The lease of this run is over; another worker may have it.', { untilMs: leaseUntilMs, nowMs });
});

/** A maintenance window is open, where the policy has some. */
export const maintenanceWindow = check('maintenance_window', ({ policy, nowMs }) => {
  const { maintenanceWindows } = policy;
  if (maintenanceWindows.length === 0) return yes('The policy has no maintenance windows.');
  if (maintenanceWindows.some((window) => isWindowOpen(window, nowMs))) return yes('A maintenance window is open.');
  const opensMs = nextOpening(maintenanceWindows, nowMs);
  if (opensMs === null) return blocked('No maintenance window opens within the next eight days.');
  return deferred(opensMs, `The next maintenance window opens at ${new Date(opensMs).toISOString()}.`);
});

/** No freeze is on. */
export const freezePeriod = check('freeze_period', ({ policy, nowMs }) => {
  const freeze = policy.freezePeriods.find(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
  return freeze
    ? deferred(freeze.toMs, `Frozen until ${new Date(freeze.toMs).toISOString()}: ${freeze.reason}`)
    : yes('No freeze is on.');
});
