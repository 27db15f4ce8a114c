import type { AuditEntry } from '../../../src/contract/audit.ts';
import { isUiNoun, UI_NOUNS } from '../../../src/contract/ui-address.ts';
import { differencesOf, doneOf } from '../format/audited.ts';
import { moment } from '../format/time.ts';

/** Where things without a page of their own are looked after. */
const PLACES: Readonly<Record<string, string>> = {
  events: '/calendar',
  'maintenance-windows': '/calendar',
  calendars: '/calendar',
  notifications: '/channels',
};

const VIAS: Readonly<Record<AuditEntry['via'], string>> = {
  api: 'API',
  cli: 'command line',
  ui: 'these pages',
  slack: 'Slack',
  hook: 'hook',
};

/** One change: when, who, from where, what, and what was different. */
export function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const { at, user, via, action, subject } = entry;
  const differences = differencesOf(entry);
  const place = placeOf(subject);
  return (
    <li class="audited">
      <time class="soft" dateTime={at}>
        {moment(at)}
      </time>
      <span>
        <strong>{user}</strong> <span class="soft">by {VIAS[via]}</span>
      </span>
      <div>
        {doneOf(action)} {place === undefined ? subject : <a href={place}>{subject}</a>}
        {differences.length > 0 && (
          <details>
            <summary class="soft">
              {differences.length === 1 ? '1 field' : `${differences.length} fields`}
            </summary>
            <dl class="differences">
              {differences.map(({ name, before, after }) => (
                <div key={name}>
                  <dt class="soft">{name}</dt>
                  <dd>
                    {before !== undefined && <del>{before}</del>}{' '}
                    {after !== undefined && <ins>{after}</ins>}
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

/** `incidents/3` is a page; `silences/3` stands on the page of all. */
function placeOf(subject: string): string | undefined {
  const [noun = '', key] = subject.split('/');
  if (!isUiNoun(noun)) return PLACES[noun];
  return UI_NOUNS[noun].one && key !== undefined ? `/${noun}/${key}` : `/${noun}`;
}
