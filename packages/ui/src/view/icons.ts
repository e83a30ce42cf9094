/* Icons as paths on a grid of 20 by 20: constants, so that a page gets only those that it shows. */

export const CHECK = 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M6.8 10.2l2.2 2.2 4.3-4.6';
export const DIAMOND = 'M10 2.5 17.5 10 10 17.5 2.5 10ZM10 8v4M8 10h4';
export const WARN = 'M10 3 18 16.5H2ZM10 8v4M10 14.3v.1';
export const STOP = 'M6.8 2.5h6.4l4.3 4.3v6.4l-4.3 4.3H6.8l-4.3-4.3V6.8ZM7.6 7.6l4.8 4.8M12.4 7.6l-4.8 4.8';
export const DOT = 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7';
export const CLOCK = 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 6v4.3l2.8 1.7';
export const PERSON = 'M10 3a3.3 3.3 0 1 0 0 6.6A3.3 3.3 0 0 0 10 3M3.5 17c.5-3.3 3.2-4.8 6.5-4.8s6 1.5 6.5 4.8';
export const BOLT = 'M11 2.5 4.5 11.5H9.5L8.5 17.5 15.5 8.2H10.5Z';
export const UNDO = 'M4 8.5h8a4.5 4.5 0 0 1 0 9H9M7.5 4.5 3.5 8.5l4 4';
export const LOCK = 'M5 9h10v8H5ZM7 9V6.5a3 3 0 0 1 6 0V9';
