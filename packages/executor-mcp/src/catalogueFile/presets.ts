import type { ActionClass, Family } from '@remit/core';
import type { ActionInFile, PRESET_NAMES } from './schema.js';

/** What a preset fills in, and what it asks for. */
export interface Preset {
  readonly class: ActionClass;
  readonly family: Family;
  readonly idempotent: boolean;
  readonly counterReset?: boolean;
  /** Where nothing is to be undone: why. An action with an undo of its own needs none. */
  readonly irreversible?: string;
  /** Fields that such an action is not safe without. */
  readonly needs: readonly (keyof ActionInFile)[];
}

/** The seed's actions. A class may be raised in the file, and lowered by nobody. */
export const PRESETS: Readonly<Record<(typeof PRESET_NAMES)[number], Preset>> = {
  restart: {
    class: 'safe_write',
    family: 'restart',
    idempotent: true,
    irreversible: 'A restart cannot be taken back; starting again is its own remedy.',
    needs: ['symptom', 'validation'],
  },
  clear_cache: {
    class: 'safe_write',
    family: 'cache',
    idempotent: true,
    irreversible: 'A cache fills itself again.',
    needs: ['symptom', 'validation'],
  },
  scale_deployment: {
    class: 'safe_write',
    family: 'scale',
    idempotent: true,
    needs: ['symptom', 'snapshot', 'validation', 'undo'],
  },
  enable_port: {
    class: 'safe_write',
    family: 'network',
    idempotent: true,
    needs: ['symptom', 'snapshot', 'validation', 'undo'],
  },
  clear_interface_errors: {
    class: 'safe_write',
    family: 'network',
    idempotent: true,
    counterReset: true,
    irreversible: 'A counter that was set back to zero stays at zero.',
    needs: ['symptom', 'validation'],
  },
  bounce_port: {
    class: 'critical_write',
    family: 'network',
    idempotent: false,
    irreversible: 'A port that went down and up again cannot be taken back.',
    needs: ['symptom', 'prechecks', 'validation'],
  },
  expand_volume: {
    class: 'critical_write',
    family: 'storage',
    idempotent: false,
    irreversible: 'A volume does not shrink.',
    needs: ['symptom', 'snapshot', 'backup', 'validation', 'reconcile'],
  },
  roll_back_deployment: {
    class: 'critical_write',
    family: 'deploy',
    idempotent: false,
    needs: ['symptom', 'snapshot', 'validation', 'undo'],
  },
};
