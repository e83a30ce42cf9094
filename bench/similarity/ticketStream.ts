import { seededRandom } from './chance.js';
import type { Row } from './corpus.js';

/*
 * Tickets as they come in to a service desk, as many as are wanted, made of real texts. What real collections have and
 * varied copies of a few texts do not:
 *
 * - words: of n words drawn about K * n^b are distinct (Heaps), and the frequent ones stay frequent (Zipf). A new word is
 *   met with the chance that this law gives; otherwise one that was drawn before is drawn again (Simon's process).
 * - problems: the same law. A ticket tells a new problem, or the one of an earlier ticket, so that a few come every day
 *   and most came once or twice.
 * - hosts, people and sites come back by the same law, too.
 *
 * A problem is a text of a corpus in which some words are others. What a program prints stays the same but for its values;
 * people leave words out, take others, and say who and where they are.
 */

/** Distinct things among n drawn: about `scale * n ** exponent`. */
interface Growth {
  readonly scale: number;
  readonly exponent: number;
}

// Heaps' law of English texts: exponents of .5 to .6. Problems and hosts: by guess, so that a million tickets have about
// 32,000 problems and 13,000 hosts.
const WORDS: Growth = { scale: 20, exponent: 0.5 };
const PROBLEMS: Growth = { scale: 2, exponent: 0.7 };
const HOSTS: Growth = { scale: 5, exponent: 0.6 };
const PEOPLE: Growth = { scale: 5, exponent: 0.6 };

const LONGEST_WORDS = 60;
/** Shares (0..1) of a problem's words that are others than in the text it is made of. */
const OTHER_IN_PROBLEM = 0.4;
/** Shares of a telling's words that a person leaves out, or says otherwise. */
const LEFT_OUT = 0.12;
const SAID_OTHERWISE = 0.12;

const SYLLABLES =
  'ba be bo ca co da de do fa fe ga go la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va vi'.split(' ');

/** Things that come back the more often the more often they came. */
class Recurring<T> {
  readonly #things: T[] = [];
  /** Which thing was drawn each time. */
  #drawn = new Uint32Array(1 << 12);
  #draws = 0;

  constructor(
    readonly random: () => number,
    readonly growth: Growth,
    readonly make: (number: number) => T,
  ) {}

  draw(): T {
    const { scale, exponent } = this.growth;
    const chance = scale * exponent * (this.#draws + 1) ** (exponent - 1);
    let number = this.#things.length;
    if (number === 0 || this.random() < chance) this.#things.push(this.make(number));
    else number = this.#drawn[Math.floor(this.random() * this.#draws)] ?? 0;
    if (this.#draws === this.#drawn.length) {
      const larger = new Uint32Array(2 * this.#drawn.length);
      larger.set(this.#drawn);
      this.#drawn = larger;
    }
    this.#drawn[this.#draws] = number;
    this.#draws += 1;
    return this.#things[number] as T;
  }
}

interface Problem {
  readonly words: readonly string[];
  readonly isPrinted: boolean;
}

/** The words of a text as they stand, the first of them. */
function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean).slice(0, LONGEST_WORDS);
}

/** An endless stream of tickets made of these texts; the same for the same seed. */
export function ticketStream(rows: readonly Row[], seed: number): () => string {
  const random = seededRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const coined = (length: number): string =>
    Array.from({ length }, () => SYLLABLES[whole(SYLLABLES.length)] ?? '').join('');
  // Words that are met: first those of the texts, in a random order, then coined ones such as names of products are.
  const real = [...new Set(rows.flatMap(({ text }) => text.toLowerCase().match(/\b[a-z]{3,20}\b/g) ?? []))].sort();
  for (let at = real.length - 1; at > 0; at -= 1) {
    const other = whole(at + 1);
    [real[at], real[other]] = [real[other] ?? '', real[at] ?? ''];
  }
  const words = new Recurring(random, WORDS, (number) => real[number] ?? coined(3 + whole(3)));
  const people = new Recurring(random, PEOPLE, () => coined(2 + whole(2)));
  const hosts = new Recurring(random, HOSTS, () => `${coined(2)}-${people.draw()}-${whole(40)}.corp`);
  const problems = new Recurring(random, PROBLEMS, (): Problem => {
    const row = rows[whole(rows.length)];
    const own = wordsOf(row?.text ?? '').map((word) => (random() < OTHER_IN_PROBLEM ? words.draw() : word));
    return { words: own, isPrinted: row?.source !== null };
  });
  const value = (word: string): string =>
    word.replace(/\d+/g, (digits) => String(whole(10 ** Math.min(digits.length, 6))));
  const told = (word: string): string => {
    const how = random();
    if (how < LEFT_OUT) return '';
    return how < LEFT_OUT + SAID_OTHERWISE ? words.draw() : word;
  };
  return () => {
    const problem = problems.draw();
    if (problem.isPrinted) return `${problem.words.map(value).join(' ')} on ${hosts.draw()}`;
    const said = problem.words.map(told).filter(Boolean).join(' ');
    const where = random() < 0.5 ? ` on ${hosts.draw()} 10.${whole(250)}.${whole(250)}.${whole(250)}` : '';
    const who = random() < 0.5 ? `, I am ${people.draw()} from ${people.draw()}` : '';
    return `${said}${where}${who}`;
  };
}
