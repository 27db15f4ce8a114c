import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { type DeclaredEvent, NO_EVENTS } from './declared-event.ts';
import { UsualResponse } from './usual-response.ts';

/** How long a response is followed, and how finely. */
const FOLLOWED_MS = HOUR_MS;
const BIN_MS = 300_000;
/** How long a value inside its band may still look odd for what came before: the longest window of a detector. */
const AFTERMATH_SAMPLES = 30;
/** Kinds a series knows, responses it follows at a time: the oldest give way. */
const MOST_KINDS = 8;
const MOST_COURSES = 4;
const LONGEST_KIND = 64;

/** One response under way. */
interface Course {
  readonly kind: string;
  readonly startMs: number;
  /** Median before the event: what deviations are taken from. */
  readonly level: number;
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  /** Another event came in between: what follows is not the response to this one. */
  mixed: boolean;
  /** A sample was anomalous and not what usually follows. */
  odd: boolean;
}

/**
 * What usually follows a declared event on one series. The first five responses to a kind are only learned; from then on
 * a deviation that stays inside their envelope within an hour of such an event is normal.
 *
 * Life: `declare` what is known, whenever more is; then, for every sample in order of time, `advance`, `explains` as often
 * as wanted, `learn`. A series that was never told of an event keeps nothing and pays one comparison a sample; a kind
 * takes about 3.2 KB once 30 responses are known.
 */
export class EventResponse {
  readonly #binMs: number;
  readonly #bins: number;
  readonly #followedMs: number;
  readonly #excusedMs: number;
  #events = NO_EVENTS;
  /** Place in `#events` of the next one to begin, and when it does. */
  #next = 0;
  #nextMs = Number.POSITIVE_INFINITY;
  #timeMs = Number.NEGATIVE_INFINITY;
  #courses: Course[] = [];
  #usual: Map<string, UsualResponse> | undefined;

  constructor(stepMs: number) {
    this.#binMs = Math.max(BIN_MS, stepMs);
    this.#bins = Math.ceil(FOLLOWED_MS / this.#binMs);
    this.#followedMs = this.#bins * this.#binMs;
    this.#excusedMs = this.#followedMs + AFTERMATH_SAMPLES * stepMs;
  }

  /** All events that concern the series, oldest first; replaces those told before. Past ones may be left out. */
  declare(events: readonly DeclaredEvent[]): void {
    if (events === this.#events) return;
    this.#events = events;
    // One that is told late is still followed, within its hour.
    const sinceMs = this.#timeMs - this.#followedMs;
    let next = events.length;
    while (next > 0 && events[next - 1].startMs > sinceMs) next--;
    this.#next = next;
    this.#nextMs = events[next]?.startMs ?? Number.POSITIVE_INFINITY;
  }

  /** Moves on to the next sample; `level` is asked for what was usual just before it when an event has begun. */
  advance(timeMs: number, level: (lateMs: number) => number): void {
    this.#timeMs = timeMs;
    if (this.#courses.length > 0) this.#finish(timeMs);
    while (timeMs >= this.#nextMs) {
      const event = this.#events[this.#next];
      this.#nextMs = this.#events[++this.#next]?.startMs ?? Number.POSITIVE_INFINITY;
      const lateMs = timeMs - event.startMs;
      if (lateMs < this.#followedMs) this.#begin(event, level(lateMs));
    }
  }

  /** Whether the sample of `advance` comes within an hour of a declared event. */
  get following(): boolean {
    return this.#courses.length > 0;
  }

  /**
   * Kind of the event after which `value` is normal at the time of `advance`; undefined when there is none. A value
   * `inBand` looks odd for its course only, and that is the aftermath of a response that was usual so far.
   */
  explains(value: number, inBand: boolean): string | undefined {
    for (const { kind, startMs, level, odd } of this.#courses) {
      const usual = this.#usual?.get(kind);
      if (usual?.known !== true) continue;
      const bin = Math.floor((this.#timeMs - startMs) / this.#binMs);
      if (usual.contains(bin, value - level) || (inBand && !odd)) return kind;
    }
    return undefined;
  }

  /** Learns the sample of `advance`; `odd` when it was judged anomalous. */
  learn(value: number, odd: boolean): void {
    for (const course of this.#courses) {
      if (!this.#follows(course)) continue;
      if (odd && this.#usual?.get(course.kind)?.known === true) course.odd = true;
      if (course.mixed) continue;
      const bin = Math.floor((this.#timeMs - course.startMs) / this.#binMs);
      const deviation = value - course.level;
      if (!(course.lows[bin] <= deviation)) course.lows[bin] = deviation;
      if (!(course.highs[bin] >= deviation)) course.highs[bin] = deviation;
    }
  }

  save(out: StateWriter): void {
    out.float(this.#timeMs);
    out.int(this.#usual?.size ?? 0);
    for (const [kind, usual] of this.#usual ?? []) {
      saveText(out, kind);
      usual.save(out);
    }
    out.int(this.#courses.length);
    for (const { kind, startMs, level, lows, highs, mixed, odd } of this.#courses) {
      saveText(out, kind);
      out.float(startMs);
      out.float(level);
      out.singles(lows);
      out.singles(highs);
      out.byte(mixed ? 1 : 0);
      out.byte(odd ? 1 : 0);
    }
  }

  /** Events are told anew afterwards. */
  load(state: StateReader): void {
    this.#timeMs = state.float();
    const kinds = state.int();
    this.#usual = kinds > 0 ? new Map() : undefined;
    for (let i = 0; i < kinds; i++) {
      const usual = new UsualResponse(this.#bins);
      this.#usual?.set(loadText(state), usual);
      usual.load(state);
    }
    this.#courses = Array.from({ length: state.int() }, () => ({
      kind: loadText(state),
      startMs: state.float(),
      level: state.float(),
      lows: state.singles(),
      highs: state.singles(),
      mixed: state.byte() === 1,
      odd: state.byte() === 1,
    }));
    const events = this.#events;
    this.#events = NO_EVENTS;
    this.declare(events);
  }

  #begin({ kind: told, startMs }: DeclaredEvent, level: number): void {
    const kind = told.slice(0, LONGEST_KIND);
    // Told again after a restart.
    if (this.#courses.some((course) => course.kind === kind && course.startMs === startMs)) return;
    const overlapping = this.#courses.filter((course) => this.#follows(course));
    const before = overlapping[0];
    for (const course of overlapping) course.mixed = true;
    if (Number.isNaN(before?.level ?? level)) return;
    if (this.#courses.length === MOST_COURSES) {
      const oldest = this.#courses.shift();
      if (oldest && !this.#follows(oldest)) this.#keep(oldest);
    }
    this.#courses.push({
      kind,
      startMs,
      level: before?.level ?? level,
      lows: new Float32Array(this.#bins).fill(Number.NaN),
      highs: new Float32Array(this.#bins).fill(Number.NaN),
      mixed: before !== undefined,
      odd: false,
    });
  }

  /** Whether the latest sample is part of the response, and not of its aftermath. */
  #follows({ startMs }: Course): boolean {
    return this.#timeMs - startMs < this.#followedMs;
  }

  #finish(timeMs: number): void {
    const goesOn = ({ startMs }: Course): boolean => timeMs - startMs < this.#excusedMs;
    if (this.#courses.every(goesOn)) return;
    for (const course of this.#courses) if (!goesOn(course)) this.#keep(course);
    this.#courses = this.#courses.filter(goesOn);
  }

  #keep({ kind, lows, highs, odd }: Course): void {
    // One that was mixed from the start, or fell into a gap, saw nothing.
    if (lows.every(Number.isNaN)) return;
    this.#usual ??= new Map();
    const usual = this.#usual.get(kind) ?? new UsualResponse(this.#bins);
    // The newest kind stands last: the first is the one that was not seen for longest.
    this.#usual.delete(kind);
    if (this.#usual.size === MOST_KINDS) {
      for (const oldest of this.#usual.keys()) {
        this.#usual.delete(oldest);
        break;
      }
    }
    this.#usual.set(kind, usual);
    usual.add(lows, highs, odd);
  }
}

function saveText(out: StateWriter, text: string): void {
  out.words(Uint32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
}

function loadText(state: StateReader): string {
  return String.fromCharCode(...state.words());
}
