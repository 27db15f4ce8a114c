import type { TrainingJob, TrainingJobList } from '../../../src/contract/training-job.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { moment, span } from '../format/time.ts';
import { Answered, Empty } from './notice.tsx';

const LOOKED_AT = 1000;
const SHOWN = 8;

/** What is being trained and what waits, how far the latest occasion is, and what failed. */
export function JobProgress() {
  const list = useAnswer<Wire<typeof TrainingJobList>>(`/training-jobs?limit=${LOOKED_AT}`);
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">Trainings</h2>
      <Answered of={list}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <Empty title="None yet">A series is trained once it has enough samples.</Empty>
          ) : (
            <>
              <Occasion jobs={jobs} />
              <Some of={jobs.filter(({ status }) => status === 'running')} title="Running" />
              <Some of={jobs.filter(({ status }) => status === 'queued')} title="Queued" />
              <Some of={jobs.filter(({ status }) => status === 'failed')} title="Failed" />
            </>
          )
        }
      </Answered>
    </section>
  );
}

/** How far the trainings of the newest occasion are. */
function Occasion({ jobs }: { readonly jobs: readonly TrainingJob[] }) {
  const name = jobs[0]?.occasion ?? '';
  const same = jobs.filter(({ occasion }) => occasion === name);
  const over = same.filter(({ status }) => status === 'completed' || status === 'failed');
  return (
    <div class="card learner">
      <span>
        Latest: <strong>{name}</strong>
      </span>
      <progress value={over.length} max={same.length} aria-label={`Trainings of ${name}`} />
      <span class="soft">
        {over.length} of {same.length} series
      </span>
    </div>
  );
}

function Some({
  of: jobs,
  title,
}: {
  readonly of: readonly TrainingJob[];
  readonly title: string;
}) {
  if (jobs.length === 0) return null;
  return (
    <>
      <h3>
        {title}: {jobs.length}
      </h3>
      <ul class="rows card">
        {jobs.slice(0, SHOWN).map((job) => (
          <li key={job.id} class="job">
            {job.series_id === null ? (
              job.occasion
            ) : (
              <a href={`/series/${job.series_id}`}>
                Series {job.series_id}, {job.occasion}
              </a>
            )}{' '}
            <span class="soft">{toldOf(job)}</span>
          </li>
        ))}
      </ul>
      {jobs.length > SHOWN && <p class="soft">and {jobs.length - SHOWN} more</p>}
    </>
  );
}

function toldOf({
  status,
  start_time: start,
  created_at: made,
  error_message: error,
}: TrainingJob) {
  if (status === 'failed') return error ?? 'no reason was kept';
  if (start === null) return `waiting since ${moment(made)}`;
  return `for ${span(Math.max(0, Date.now() - Date.parse(start)) / 1000)}`;
}
