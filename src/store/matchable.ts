import type { Labels } from '../core/labels.ts';
import type { Matchable } from '../core/routing/matches.ts';
import type { Queryable } from './database.ts';

interface Member {
  readonly incidentId: number;
  readonly title: string;
  readonly labels: Labels;
}

/** The labels that matchers see, of an object `labels` of a query `q`. */
const matchable = (labels: string): string =>
  `coalesce(q.options->'tags', '{}') || case when q.alias is null then '{}' else jsonb_build_object('__name__', q.alias) end || ${labels}`;

/** What matchers can meet: every series that is watched, and every incident that goes on, the newest first. */
export async function loadMatchable(db: Queryable): Promise<Matchable> {
  const [series, members] = await Promise.all([
    db.query<{ id: number; labels: Labels }>(
      `select s.id, ${matchable('s.labels')} as labels
       from series s join queries q on q.id = s.query_id where q.active order by s.id`,
    ),
    db.query<Member>(
      `select i.id as "incidentId", i.title,
         jsonb_build_object('severity', a.severity) || ${matchable('a.labels')} as labels
       from incidents i join anomalies a on a.incident_id = i.id left join queries q on q.id = a.metric_id
       where i.status <> 'resolved' and i.formed_at is not null order by i.started_at desc, i.id desc, a.id`,
    ),
  ]);
  const incidents = new Map<number, { id: number; title: string; members: Labels[] }>();
  for (const { incidentId: id, title, labels } of members) {
    const one = incidents.get(id) ?? { id, title, members: [] };
    incidents.set(id, one);
    one.members.push(labels);
  }
  return { series, incidents: [...incidents.values()] };
}
