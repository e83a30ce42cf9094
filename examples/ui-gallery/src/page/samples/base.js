/* What all samples are made with. */

export const NOW = Date.now();
export const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
export const day = (back) => new Date(NOW - back * 86_400_000).toISOString().slice(0, 10);

export const factors = (ai_confidence, human_validation, success_history, pattern_recognition) => ({
  ai_confidence,
  human_validation,
  success_history,
  pattern_recognition,
});
