import { define } from './element.js';
import { RemitFeedback } from './elements/feedback.js';
import { RemitLog } from './elements/log.js';
import { RemitScore } from './elements/score.js';
import { RemitToggle } from './elements/toggle.js';

/* Imported for its effect: every element is registered under its name. */

define(RemitScore, RemitToggle, RemitFeedback, RemitLog);
