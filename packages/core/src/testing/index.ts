export { NotExecuted } from '../engine/functionExecutor.js';
export { given, type Then, type Told } from './givenWhenThen.js';
export { memoryStorage } from './memoryStorage.js';
export { fixedClock, type MovableClock, movableClock, type ShiftedClock, shiftedClock } from './movableClock.js';
export {
  type RecordingExecutor,
  recordingExecutor,
  type ScriptedTool,
  type SentCall,
} from './recordingExecutor.js';
export { type ScriptedAnswer, scriptedAnalyst } from './scriptedAnalyst.js';
