import { define } from './element.js';
import { RemitConsole } from './elements/console.js';

/* Imported for its effect: every element is registered under its name, for the console is made of all of them. */

define(RemitConsole);
