import type { Storage } from '@remit/core';
import { noteLease } from '../world/leases.js';

/** The same store, which notes for the harness what this worker holds. */
export function noteLeases(storage: Storage, folder: string): Storage {
  const { tickets, remediations } = storage;
  const self = () => ({ pid: process.pid, atMs: Date.now() });
  return {
    ...storage,
    tickets: {
      ...tickets,
      async claim(tenant, id, request) {
        const claim = await tickets.claim(tenant, id, request);
        if (claim.kind === 'claimed') noteLease(folder, { what: 'claimed', ...self(), id, ...claim });
        return claim;
      },
      async release(tenant, id, token) {
        await tickets.release(tenant, id, token);
        noteLease(folder, { what: 'over', ...self(), id, token });
      },
    },
    remediations: {
      ...remediations,
      async open(opening) {
        const opened = await remediations.open(opening);
        if (opened.kind === 'opened')
          noteLease(folder, { what: 'over', ...self(), id: opening.ticketId, token: opening.ticketToken });
        return opened;
      },
      async claim(tenant, id, request) {
        const claim = await remediations.claim(tenant, id, request);
        if (claim.kind === 'claimed') noteLease(folder, { what: 'claimed', ...self(), id, ...claim });
        return claim;
      },
      async heartbeat(tenant, id, ask) {
        const kept = await remediations.heartbeat(tenant, id, ask);
        if (kept) noteLease(folder, { what: 'kept', ...self(), id, token: ask.token, ...kept });
        return kept;
      },
      async append(append) {
        const appended = await remediations.append(append);
        const ends = appended.kind === 'appended' && append.projection.ended;
        if (ends) noteLease(folder, { what: 'over', ...self(), id: append.remediationId, token: append.token });
        return appended;
      },
      async release(tenant, id, token) {
        await remediations.release(tenant, id, token);
        noteLease(folder, { what: 'over', ...self(), id, token });
      },
    },
  };
}
