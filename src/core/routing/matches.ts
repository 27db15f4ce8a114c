import { SEVERITIES } from '../anomalies/severity.ts';
import type { Labels } from '../labels.ts';
import { compileMatchers, type Matcher, matcherText } from './matcher.ts';

/** A series as matchers see it: with the tags of its query, and the alias as `__name__`. */
export interface MatchedSeries {
  readonly id: number;
  readonly labels: Labels;
}

/** An incident, and what matchers see of each of its anomalies. */
export interface MatchedIncident {
  readonly id: number;
  readonly title: string;
  readonly members: readonly Labels[];
}

/** What matchers meet now. */
export interface Matches {
  /** Those on which an anomaly can meet them, of whatever severity. */
  readonly series: readonly MatchedSeries[];
  /** Those of which an anomaly meets them. */
  readonly incidents: readonly MatchedIncident[];
  /** Those of which every anomaly does: a silence keeps them quiet. */
  readonly whole: readonly MatchedIncident[];
  /** Matchers that nothing meets, whatever the others say: mistyped, most likely. */
  readonly lost: readonly Matcher[];
}

export interface Matchable {
  readonly series: readonly MatchedSeries[];
  readonly incidents: readonly MatchedIncident[];
}

/** A series has no severity; an anomaly on it will have one. */
const isSeverity = ({ name }: Matcher): boolean => name === 'severity';

/** RangeError for a pattern that cannot be used. */
export function matchesOf(matchers: readonly Matcher[], { series, incidents }: Matchable): Matches {
  const meets = remembering(matchers);
  const ofSeries = remembering(matchers.filter((one) => !isSeverity(one)));
  const met = incidents.filter(({ members }) => members.some(meets));
  const isLost = (matcher: Matcher): boolean => {
    const alone = remembering([matcher]);
    const all = isSeverity(matcher)
      ? SEVERITIES.map((severity): Labels => ({ severity }))
      : series.map(({ labels }) => labels);
    return !all.some(alone) && !incidents.some(({ members }) => members.some(alone));
  };
  return {
    series: series.filter(({ labels }) => ofSeries(labels)),
    incidents: met,
    whole: met.filter(({ members }) => members.every(meets)),
    lost: matchers.filter(isLost),
  };
}

const MOST_NAMED = 3;

/** What matchers meet, for who wrote them: `Meets 2 series (load of web-1, …) and no open incident`. */
export function matchesSentence({ series, incidents, whole, lost }: Matches): string {
  if (lost.length > 0) return `Meets nothing: nothing has ${lost.map(matcherText).join(', nor ')}`;
  if (series.length === 0 && incidents.length === 0)
    return 'Meets nothing: no series meets all of them at once';
  const named = series.slice(0, MOST_NAMED).map(({ labels }) => seriesName(labels));
  const more = series.length > MOST_NAMED ? ', …' : '';
  const told =
    series.length === 0 ? 'no series' : `${series.length} series (${named.join(', ')}${more})`;
  return `Meets ${told} and ${incidentsWords(incidents.length, whole.length)}`;
}

function incidentsWords(met: number, whole: number): string {
  if (met === 0) return 'no open incident';
  const words = `${met} open incident${met === 1 ? '' : 's'}`;
  if (met === whole) return words;
  if (met === 1) return `${words}, though not with all its anomalies`;
  return `${words}, ${whole === 0 ? 'none' : whole} of them with all their anomalies`;
}

function seriesName({ __name__: name = 'a series', ...labels }: Labels): string {
  const place = labels['instance'] ?? Object.values(labels)[0];
  return place === undefined ? name : `${name} of ${place}`;
}

/** The same answer for the same values of the labels that matter, which are few where series are many. */
function remembering(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const meets = compileMatchers(matchers);
  const names = [...new Set(matchers.map(({ name }) => name))];
  const answers = new Map<string, boolean>();
  return (labels) => {
    const key = JSON.stringify(names.map((name) => labels[name] ?? ''));
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = meets(labels);
    answers.set(key, answer);
    return answer;
  };
}
