import type { Labels } from '../labels.ts';
import type { Episode } from './episode.ts';
import { formatValue } from './format-value.ts';
import { of, span, type Told } from './headline.ts';
import { timeOfDay } from './spoken-time.ts';

/** One series in an unusual combination. */
interface NamedShare {
  readonly name: string;
  /** 0..1 */
  readonly share: number;
}

/** What a sentence needs beside the episode. */
export interface CombinationSubject {
  readonly entity: Labels;
  /** Largest share first. */
  readonly parts: readonly NamedShare[];
  /** Name and unit of the series that value and band of the episode are of. */
  readonly leader: string;
  readonly unit: string;
  readonly zone: string;
}

/** Series with a smaller share are not named, except the first two. */
const WORTH_NAMING = 0.05;
const FEWEST_NAMED = 2;
const MOST_NAMED = 4;

/** What an unusual combination is called: which series, of what. */
export function combinationTitle({
  parts,
  entity,
}: Pick<CombinationSubject, 'entity' | 'parts'>): string {
  const names = named(parts).map(({ name }) => name);
  return `${listed(names)}${of(entity)} move in an unusual combination`;
}

/** One unusual combination in one sentence: which series of what, for how long. */
export function combinationHeadline(
  told: Told,
  subject: Pick<CombinationSubject, 'entity' | 'parts' | 'zone'>,
): string {
  return `${combinationTitle(subject)} ${span(told, subject)}`;
}

/** One unusual combination in words: which series of what, for how long, everybody's part, what was expected of one. */
export function explainCombination(episode: Episode, subject: CombinationSubject): string {
  const { peak, confidence } = episode;
  const { parts, leader, unit, zone } = subject;
  const shares = named(parts).map(
    ({ name, share }, i) => `${name} ${i === 0 ? 'contributes ' : ''}${inPercent(share)}`,
  );
  const sentences = [
    `${combinationHeadline(episode, subject)}; ${listed(shares)}`,
    'None of them is unusual by itself',
  ];
  if (Number.isFinite(peak.expected)) {
    const [value, usual] = [peak.value, peak.expected].map((one) => formatValue(one, unit));
    sentences.push(`At ${timeOfDay(peak.timeMs, zone)} ${leader} was ${value}, usual is ${usual}`);
  }
  sentences.push(`Confidence ${inPercent(confidence)}`);
  return `${sentences.join('. ')}.`;
}

function named(parts: readonly NamedShare[]): NamedShare[] {
  return parts
    .filter(({ share }, i) => i < FEWEST_NAMED || share >= WORTH_NAMING)
    .slice(0, MOST_NAMED);
}

function inPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function listed(texts: readonly string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}
