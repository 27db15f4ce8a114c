import { describe } from 'vitest';
import { anomaliesSuite } from './routes/anomalies.suite.ts';
import { calendarsSuite } from './routes/calendars.suite.ts';
import { eventsSuite } from './routes/events.suite.ts';
import { forecastSuite } from './routes/forecast.suite.ts';
import { hooksSuite } from './routes/hooks.suite.ts';
import { listsSuite } from './routes/lists.suite.ts';
import { maintenanceWindowsSuite } from './routes/maintenance-windows.suite.ts';
import { metricsSuite } from './routes/metrics.suite.ts';
import { modelsSuite } from './routes/models.suite.ts';
import { seriesSuite } from './routes/series.suite.ts';
import { streamSuite } from './routes/stream.suite.ts';
import { serverSuite } from './server.suite.ts';
import { watchDatabaseSuite } from './watch-database.suite.ts';

// One file, so that the database in memory is loaded once: that takes longer than all of these together.
describe('server', serverSuite);
describe('watch database', watchDatabaseSuite);
describe('anomalies', anomaliesSuite);
describe('models', modelsSuite);
describe('metrics', metricsSuite);
describe('series', seriesSuite);
describe('forecast', forecastSuite);
describe('events', eventsSuite);
describe('maintenance windows', maintenanceWindowsSuite);
describe('calendars', calendarsSuite);
describe('hooks', hooksSuite);
describe('lists', listsSuite);
describe('stream', streamSuite);
