import type { StateReader, StateWriter } from '../state.ts';
import type { RecentWindow } from '../stats/recent-window.ts';
import { Room } from '../stats/room.ts';

const RIVALS = 4;
/** The parabola, which sees farthest back. */
const PARABOLA = 0;
/** What another must err less than the parabola to speak in its place. */
const PATIENCE = 0.9;
/** Values over which errors are averaged. */
const MEMORY = 500;
const SCRATCH = new Float64Array(RIVALS);

/**
 * Where a series is going, one value ahead: the parabola through its last 20, its last value, the line through its last two or
 * the median of its last five, whichever has erred least of late. A smooth curve is foretold by a line that keeps up with it,
 * so that a small step in it stands out; noise by what averages. The leader is followed by its discounted loss (Cesa-Bianchi and
 * Lugosi, Prediction, Learning, and Games, 2006).
 */
export class Course {
  readonly #window: RecentWindow;
  readonly #room: Room;
  /** Where the mean errors begin in the room, and behind them how many they are means of. */
  readonly #at: number;

  /** `window`: the latest values, which somebody else fills. */
  constructor(window: RecentWindow, room = new Room()) {
    this.#window = window;
    this.#room = room;
    this.#at = room.reserveFloats(RIVALS + 1);
  }

  /** What is expected next; NaN while the window holds too few. */
  next(): number {
    foretell(this.#window, SCRATCH);
    const { floats } = this.#room;
    const at = this.#at;
    let best = PARABOLA;
    let least = PATIENCE * floats[at + PARABOLA];
    for (let rival = PARABOLA + 1; rival < RIVALS; rival++) {
      if (!(floats[at + rival] < least)) continue;
      best = rival;
      least = floats[at + rival];
    }
    return SCRATCH[best];
  }

  /** Learns how far each was off; must run before the window takes the value. */
  learn(value: number): void {
    foretell(this.#window, SCRATCH);
    if (Number.isNaN(SCRATCH[PARABOLA])) return;
    const { floats } = this.#room;
    const at = this.#at;
    const rate = Math.max(1 / MEMORY, 1 / ++floats[at + RIVALS]);
    for (let rival = 0; rival < RIVALS; rival++) {
      const error = Math.abs(value - SCRATCH[rival]);
      floats[at + rival] += rate * (error - floats[at + rival]);
    }
  }

  save(out: StateWriter): void {
    out.floats(this.#room.floats.subarray(this.#at, this.#at + RIVALS + 1));
  }

  load(state: StateReader): void {
    this.#room.floats.set(state.floats(), this.#at);
  }
}

/** What each rival expects next: fills `out`. */
function foretell(window: RecentWindow, out: Float64Array): void {
  const last = window.sum(1);
  out[PARABOLA] = window.quadraticForecast();
  out[1] = last;
  out[2] = 2 * last - (window.sum(2) - last);
  out[3] = window.medianOf5();
}
