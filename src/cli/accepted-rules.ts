import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Rule } from '../contract/rule.ts';
import type { Episode } from '../core/anomalies/episode.ts';
import { hasLabels } from '../core/context/declared-event.ts';
import type { Labels } from '../core/labels.ts';
import { quiets } from '../core/rules/rule.ts';
import { occurrenceOf, sharesOf } from '../engine/quiet-rules.ts';
import { UsageError } from './failure.ts';

/** What `saimon rules list --status accepted --json` prints. */
const RuleFile = z.object({
  rules: z.array(
    Rule.pick({
      status: true,
      anomaly_kind: true,
      condition: true,
      scope: true,
      metric_name: true,
    }),
  ),
});
type FileRule = z.output<typeof RuleFile>['rules'][number];

/** What is judged, as the scope of a rule sees it. */
export interface JudgedColumn {
  readonly metricName: string;
  readonly labels: Labels;
  readonly zone: string;
}

export interface AcceptedRules {
  /** For people: how many act, and which were left aside. */
  readonly told: string;
  /** Whether one of them would have kept an anomaly quiet, as it ended. */
  quiet(episode: Episode, of: JudgedColumn): boolean;
}

/** The accepted rules in a file. Those about a single series name it by its number in a database, which no file has: they are left aside. */
export async function readAcceptedRules(file: string): Promise<AcceptedRules> {
  const accepted = (await rulesIn(file)).filter(({ status }) => status === 'accepted');
  const rules = accepted.filter(({ scope }) => scope.kind !== 'series');
  const aside = accepted.length - rules.length;
  const left = aside > 0 ? `; ${aside} left aside that are about a single series` : '';
  return {
    told: `${rules.length} accepted ${rules.length === 1 ? 'rule acts' : 'rules act'}${left}`,
    quiet(episode, of) {
      const mine = rules.filter((rule) => isAbout(rule, of));
      if (mine.length === 0) return false;
      const occurrence = occurrenceOf(episode, { zone: of.zone, shares: sharesOf(episode) });
      return mine.some(({ anomaly_kind: anomalyKind, condition }) =>
        quiets({ anomalyKind, condition }, occurrence),
      );
    },
  };
}

function isAbout({ scope }: FileRule, { metricName, labels }: JudgedColumn): boolean {
  if (scope.kind === 'query') return scope.metric_name === metricName;
  return scope.kind === 'labels' && hasLabels({ __name__: metricName, ...labels }, scope.match);
}

async function rulesIn(file: string): Promise<FileRule[]> {
  try {
    return RuleFile.parse(JSON.parse(await readFile(file, 'utf8'))).rules;
  } catch (cause) {
    const expected = 'expected what "saimon rules list --status accepted --json" prints';
    throw new UsageError(`Cannot use --rules ${file}: ${expected}`, { cause });
  }
}
