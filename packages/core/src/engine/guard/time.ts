import { sayDuration, VALIDATION_WITHIN_MS } from '../../domain/policy.js';
import { isWindowOpen, longestOpening, nextClosing, nextOpening } from '../../domain/window.js';
import type { CataloguedStep } from '../reads.js';
import { Waiting } from '../waiting.js';
import { blocked, type ClearRequest, check, deferred, type Finding, writesOf, yes } from './check.js';

/* Whether now is a time to act. */

function leaseAt(untilMs: number, nowMs: number): Finding {
  return nowMs < untilMs
    ? yes('The lease holds.', { untilMs })
    : blocked('The lease of this run is over; another worker may have it.', { untilMs, nowMs });
}

/** The lease was still ours when the questions began, by the store's clock. */
export const leaseAtFirst = check('lease', ({ leaseUntilMs, nowMs }) => leaseAt(leaseUntilMs, nowMs));

/** The lease is still ours now that all is answered. */
export const lease = check('lease', ({ leaseUntilMs }, { storage }) =>
  Waiting.for(storage.now(), (nowMs) => leaseAt(leaseUntilMs, nowMs)),
);

/** How long the whole plan and its rollback may take, ms: every call and every validation at its longest, twice. */
function roomFor(request: ClearRequest): number {
  const longest = ({ entry }: CataloguedStep): number =>
    entry.timeoutMs + (entry.validationWithinMs ?? VALIDATION_WITHIN_MS);
  return 2 * writesOf(request).reduce((total, step) => total + longest(step), 0);
}

function lookForWindow(request: ClearRequest): Finding {
  const { maintenanceWindows: windows } = request.policy;
  if (windows.length === 0) return NO_WINDOWS;
  const { nowMs } = request;
  const isOpen = windows.some((window) => isWindowOpen(window, nowMs));
  const closesMs = isOpen ? nextClosing(windows, nowMs) : null;
  const room = roomFor(request);
  if (closesMs !== null && closesMs - nowMs >= room) return yes('A maintenance window is open.', { closesMs, room });
  const opensMs = nextOpening(windows, closesMs ?? nowMs);
  if (opensMs === null) return blocked('No maintenance window opens within the next eight days.');
  const longestMs = longestOpening(windows, nowMs);
  if (longestMs < room) {
    const needs = `The plan and its rollback may take ${sayDuration(room)}`;
    return blocked(`${needs}; the longest maintenance window is open for ${sayDuration(longestMs)}.`, {
      room,
      longestMs,
    });
  }
  const why = isOpen ? 'The window closes before the plan and its rollback would be done.' : 'No window is open.';
  return deferred(opensMs, `${why} The next one opens at ${new Date(opensMs).toISOString()}.`, { closesMs, room });
}

/** A maintenance window is open, and stays open long enough, where the policy has some. */
export const maintenanceWindow = check('maintenance_window', lookForWindow);

const NO_FREEZE = yes('No freeze is on.');
const NO_WINDOWS = yes('The policy has no maintenance windows.');

function lookForFreeze(request: ClearRequest): Finding {
  const { policy, nowMs } = request;
  if (policy.freezePeriods.length === 0) return NO_FREEZE;
  const doneMs = nowMs + roomFor(request);
  const freeze = policy.freezePeriods.find(({ fromMs, toMs }) => doneMs > fromMs && nowMs < toMs);
  return freeze
    ? deferred(freeze.toMs, `Frozen until ${new Date(freeze.toMs).toISOString()}: ${freeze.reason}`)
    : NO_FREEZE;
}

/** No freeze is on, and none begins before the plan and its rollback would be done. */
export const freezePeriod = check('freeze_period', lookForFreeze);

/**
 * A later write counts on the window and the room that the first one found; once that room is used up, or after the run
 * was parked, both are asked again.
 */
function askedAgain(look: (request: ClearRequest) => Finding): (request: ClearRequest) => Finding {
  return (request) => {
    const sinceMs = request.remediation.windowSinceMs;
    if (sinceMs === null || request.nowMs >= sinceMs + roomFor(request)) return look(request);
    return yes('The first write of the plan found room for all of it.', { sinceMs });
  };
}

/** The window that the first write found is still good, or another one is open. */
export const maintenanceWindowAgain = check('maintenance_window', askedAgain(lookForWindow));
/** And no freeze is on. */
export const freezePeriodAgain = check('freeze_period', askedAgain(lookForFreeze));
